"""What the offer's page tells those who suggested something of what became of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Part, Suggestion
from bids.queries.content_of import content_of
from kernel.clock import database_now
from tests.bids.editors import asked, line_of, someone_at
from tests.web.conftest import logged_in
from tests.web.markup import text_of
from tests.web.test_editing import saved


@pytest.fixture
def part(bid: Bid) -> Part:
    return asked(bid, "SEL")


@pytest.fixture
def partner(part: Part) -> Client:
    return logged_in(someone_at(part.firm, "sel@example.invalid"))


def suggested(lead: Client, bid: Bid) -> tuple[str, Suggestion]:
    """A price the lead suggests for the partner's first row."""
    code = content_of(bid).parts[1].lines[0].code
    assert saved(lead, bid, "line", code, unit_price="50")[0] == 303
    return code, Suggestion.objects.get()


def page_of(client: Client, bid: Bid) -> str:
    return text_of(client.get(reverse("bids:offer", args=[bid.public_id])).content.decode())


@pytest.mark.parametrize(("do", "says"), [("take", "took your suggestion"), ("decline", "said no to your suggestion")])
def test_the_lead_reads_what_became_of_a_suggestion(
    do: str, says: str, lead: Client, partner: Client, part: Part, bid: Bid
) -> None:
    code, one = suggested(lead, bid)
    assert says not in page_of(lead, bid)

    partner.post(reverse("bids:answer-suggestion", args=[bid.public_id, one.public_id]), {"do": do, "version": 1})

    page = page_of(lead, bid)
    assert f"{part.card['name']} {says} on" in page
    assert f"row {code}." in page
    assert says not in page_of(partner, bid)


def test_an_old_answer_is_told_no_more(lead: Client, partner: Client, bid: Bid) -> None:
    _code, one = suggested(lead, bid)
    partner.post(
        reverse("bids:answer-suggestion", args=[bid.public_id, one.public_id]), {"do": "decline", "version": 1}
    )
    Suggestion.objects.update(closed_at=database_now() - timedelta(days=15))

    assert "said no to your suggestion" not in page_of(lead, bid)


def test_a_row_that_was_taken_away_is_named_by_its_words(lead: Client, part: Part, bid: Bid) -> None:
    code = content_of(bid).parts[1].lines[0].code
    row = line_of(bid, code)
    text = row.text
    one = Suggestion.objects.create(
        bid=bid, part=part, target=row.public_id, changes={"removed": True}, made_by_firm=bid.lead,
        made_at=database_now(), before={"text": text},
    )  # fmt: skip
    Suggestion.objects.filter(pk=one.pk).update(state="taken", closed_at=database_now())
    row.delete()

    assert f": {text[:40]}" in page_of(lead, bid)
