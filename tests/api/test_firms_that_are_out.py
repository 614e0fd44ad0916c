"""Who said no, or was left out, is the lead's to know: not other firms' of the offer."""

import pytest

from bids.models import Bid, Part
from bids.vocabulary import PartState
from tests.api.asker import Asker, said
from tests.web.conftest import logged_in
from tests.world import a_person

OUT = [PartState.NO, PartState.TAKEN_OVER, PartState.LEFT_OUT, PartState.LEFT]


@pytest.fixture
def theirs(bid: Bid) -> Part:
    """The part of a firm that is neither the lead's nor the asking partner's."""
    Part.objects.filter(bid=bid, key="PAI").update(state=PartState.IN.value)
    return Part.objects.select_related("firm").get(bid=bid, key="SEL")


def keys(asker: Asker, bid: Bid) -> list[str]:
    return [part["key"] for part in said(asker.get(f"bids/{bid.public_id}/"))["parts"]]


def finds(asker: Asker, **asked: str) -> int:
    return len(said(asker.get("bids/?" + "&".join(f"{name}={value}" for name, value in asked.items())))["results"])


@pytest.mark.parametrize("state", OUT)
def test_a_partner_neither_reads_nor_finds_a_firm_that_is_out(
    state: PartState, theirs: Part, lead: Asker, partner: Asker, bid: Bid
) -> None:
    firm = str(theirs.firm.public_id)
    assert keys(partner, bid) == keys(lead, bid) == ["KUV", "SEL", "PAI"]
    assert finds(partner, q="Selkopolku") == finds(partner, firm=firm) == 1

    Part.objects.filter(pk=theirs.pk).update(state=state.value)

    assert keys(partner, bid) == ["KUV", "PAI"]
    assert finds(partner, q="Selkopolku") == finds(partner, firm=firm) == 0
    assert finds(partner, q="Painopiste") == 1
    assert keys(lead, bid) == ["KUV", "SEL", "PAI"]
    assert finds(lead, q="Selkopolku") == finds(lead, firm=firm) == 1


@pytest.mark.parametrize("state", OUT)
def test_nor_is_such_a_firm_among_those_to_choose_from(state: PartState, theirs: Part, bid: Bid) -> None:
    firm = bid.parts.select_related("firm").get(key="PAI").firm
    partner = logged_in(a_person(at=firm, email="paavo@people.invalid"))
    assert "Selkopolku" in partner.get("/offers/").content.decode()

    Part.objects.filter(pk=theirs.pk).update(state=state.value)

    assert "Selkopolku" not in partner.get("/offers/").content.decode()
