"""Finding offers by program: everything the page's search form has, refused where it is not understood."""

from dataclasses import replace
from datetime import date, time
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bids.actions.close_offer import close_offer
from bids.actions.import_bid import import_bid
from bids.models import Bid, Part
from bids.vocabulary import BidState, OfferStage, PartState
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_instant
from members.models import Person
from tests.api.asker import Asker, said
from tests.api.test_problems import is_a_problem
from tests.bids.cases import daycare
from tests.bids.offer_rows import a_version
from tests.world import acting


@pytest.fixture
def second(bid: Bid, system: Actor) -> Bid:
    """An offer of another year to another client, with one firm less, that is closed."""
    offer = daycare()
    other = replace(
        offer,
        number="YT-2025-0007",
        title="Veneen kate",
        reference="Satama 12",
        issued_on=offer.issued_on.replace(year=2025),
        client=replace(offer.client, name="Saaristo Oy", business_id=""),
        parts=offer.parts[:2],
        milestones=(),
        sections=(),
    )
    made = import_bid(offer=other, by=system, now=database_now())
    lead = Person.objects.get(memberships__firm=bid.lead)
    close_offer(bid=made, by=acting(lead, bid.lead), now=database_now())
    return made


def found(asker: Asker, **asked: Any) -> set[str]:
    answer = asker.get(f"bids/?{urlencode(asked)}")
    assert answer.status_code == 200, answer.content
    return {one["number"] for one in said(answer)["results"]}


def test_every_filter_of_the_page_finds(lead: Asker, bid: Bid, second: Bid) -> None:
    both = {bid.number, second.number}
    third = str(bid.parts.get(key="PAI").firm.public_id)

    assert found(lead) == both
    assert found(lead, q="kate") == found(lead, q="saaristo") == found(lead, q="VENEEN satama") == {second.number}
    assert found(lead, q="Selkopolku") == both
    assert found(lead, q="Painopiste") == {bid.number}
    assert found(lead, q="kate päiväkoti") == set()
    assert found(lead, year="2025") == {second.number}
    assert found(lead, year="1999") == set()
    assert found(lead, stage="closed") == {second.number}
    assert found(lead, place="leads") == both
    assert found(lead, place="takes_part") == set()
    assert found(lead, client=str(bid.client.public_id)) == {bid.number}
    assert found(lead, client=str(uuid4())) == set()
    assert found(lead, firm=third) == {bid.number}
    assert found(lead, q="kate", year="2025", stage="closed", place="leads") == {second.number}
    assert found(lead, q="kate", year="2026") == set()


def test_a_word_is_found_in_its_forms_without_its_dots_and_in_rows(lead: Asker, bid: Bid, second: Bid) -> None:
    """A search is told as it comes to mind: not as it stands in the offer."""
    Part.objects.filter(bid=bid, key="SEL").update(summary="Kuvitus ja ÄÄNIKIRJAN kansi")
    for asked in ("paivakodin", "PÄIVÄKODILLE", "päiväkoti", "äänikirja", "aanikirjat", "kuvituksen"):
        assert bid.number in found(lead, q=asked), asked
    assert found(lead, q="veneiden") == found(lead, q="saariston") == found(lead, q="kate 2025") == {second.number}
    assert found(lead, q="2025") == found(lead, q="yt-2025") == {second.number}
    assert found(lead, q="äänikirja 2025") == set()
    assert found(lead, q="'%_[(.*)]+") == set()
    written = Part.objects.get(bid=bid, key="PAI").card["business_id"]
    for asked in (written, written.replace("-", ""), f"FI{written.replace('-', '')}"):
        assert found(lead, q=asked) == {bid.number}, asked


def test_a_partner_looks_in_its_own_rows_only(partner: Asker, bid: Bid) -> None:
    """What the others wrote is the page's to show, or not: a search tells nothing of it."""
    Part.objects.filter(bid=bid, key="PAI").update(state=PartState.IN.value, summary="Painosalaisuus")
    Part.objects.filter(bid=bid, key="SEL").update(state=PartState.NO.value, summary="Selkosalaisuus")
    Part.objects.filter(bid=bid, key="KUV").update(summary="Kuvasalaisuus")
    rows = {part.key: part.lines.first() for part in bid.parts.all()}
    contact = bid.client.contacts.first()
    assert contact

    assert found(partner, q="painosalaisuudet") == {bid.number}
    for hidden in ("Selkosalaisuus", "Kuvasalaisuus", "Selkopolku", contact.name):
        assert found(partner, q=hidden) == set(), hidden
    for key, row in rows.items():
        assert row
        assert (found(partner, q=row.text[:100]) == {bid.number}) is (key == "PAI"), key


def test_the_year_is_also_one_it_was_sent_in(lead: Asker, bid: Bid) -> None:
    new_year = helsinki_instant(date(2031, 1, 1), time(0, 30))
    a_version(bid, at=new_year, person=Person.objects.get(memberships__firm=bid.lead))

    assert found(lead, year="2031") == found(lead, q="2031") == found(lead, year="2026") == {bid.number}
    assert found(lead, year="2030") == found(lead, q="2030") == set()


def test_a_partner_finds_what_it_takes_part_in(partner: Asker, bid: Bid) -> None:
    Part.objects.filter(bid=bid, key="PAI").update(state=PartState.IN.value)

    assert found(partner, place="takes_part") == {bid.number}
    assert found(partner, place="leads") == set()


@pytest.mark.parametrize("stage", [stage.value for stage in OfferStage])
def test_a_stage_is_the_one_the_lists_say(stage: str, lead: Asker, bid: Bid) -> None:
    at = {"closed": BidState.CLOSED.value, "sending": BidState.SENDING.value}
    if stage in at:
        Bid.objects.filter(pk=bid.pk).update(state=at[stage])
    assert found(lead, stage=stage) == ({bid.number} if stage in {*at, "draft"} else set())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "ready-ish"),
        ("stage", ""),
        ("state", "closed-ish"),
        ("place", "both"),
        ("year", "tänä vuonna"),
        ("year", "0"),
        ("year", "10000"),
        ("year", "2026.5"),
        ("client", "Oy"),
        ("firm", "1"),
        ("q", "x" * 101),
        ("words", "kate"),
    ],
)
def test_what_is_not_understood_is_refused_by_name(name: str, value: str, lead: Asker) -> None:
    answer = lead.get(f"bids/?{urlencode({name: value})}")

    is_a_problem(answer, 400, "invalid")
    assert [error["parameter"] for error in said(answer)["errors"]] == [name]


def test_filters_ask_as_many_questions_of_many_offers_as_of_one(lead: Asker, bid: Bid, system: Actor) -> None:
    asked = f"bids/?{urlencode({'q': bid.title.split()[0], 'stage': 'draft', 'place': 'leads', 'year': '2026'})}"

    def questions() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as made:
            return len(said(lead.get(asked))["results"]), len(made)

    questions()
    few = questions()
    for serial in range(8):
        import_bid(offer=replace(daycare(), number=f"YT-2026-{100 + serial:04d}"), by=system, now=database_now())

    assert questions() == (9, few[1])
    assert few[0] == 1
