"""The page of a firm's own costs."""

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Part
from bids.queries.costs import own_costs
from bids.vocabulary import PartState
from tests.web.conftest import logged_in
from tests.world import a_person


@pytest.fixture
def part(bid: Bid) -> Part:
    part: Part = bid.parts.select_related("firm").get(key="PAI")
    part.state = PartState.IN.value
    part.save()
    return part


@pytest.fixture
def partner(part: Part) -> Client:
    return logged_in(a_person(at=part.firm, language="en"))


def address(bid: Bid) -> str:
    return reverse("bids:costs", args=[bid.public_id])


def posted(part: Part, **said: str) -> dict[str, str]:
    return {"line": part.lines.order_by("position")[0].code, "cost": "1200,50", "note": "timber", "seen": "0", **said}


def test_a_cost_that_is_saved_is_shown_with_its_margin(partner: Client, part: Part, bid: Bid) -> None:
    answer = partner.post(address(bid), posted(part))
    page = partner.get(address(bid)).content.decode()

    assert answer.status_code == 302
    assert 'value="1200.50"' in page
    assert 'value="timber"' in page


def test_a_script_gets_the_panel_alone(partner: Client, part: Part, bid: Bid) -> None:
    answer = partner.post(address(bid), posted(part), headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert b"<html" not in answer.content
    assert b"1200.50" in answer.content


def test_what_cannot_be_read_keeps_what_was_typed(partner: Client, part: Part, bid: Bid) -> None:
    answer = partner.post(address(bid), posted(part, cost="a lot"))

    assert answer.status_code == 422
    assert b'value="a lot"' in answer.content
    assert b"not understood as a number" in answer.content
    assert own_costs(part, firm_id=part.firm_id) == {}


def test_what_changed_meanwhile_is_not_overwritten(partner: Client, part: Part, bid: Bid) -> None:
    partner.post(address(bid), posted(part))
    late = posted(part, cost="7")

    assert partner.post(address(bid), late).status_code == 412
    answer = partner.post(address(bid), late, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert b'value="7"' in answer.content
    assert b'name="seen" value="1"' in answer.content


def test_a_row_of_another_firm_is_no_row(partner: Client, part: Part, bid: Bid) -> None:
    theirs = bid.lines.exclude(part=part).first()
    assert theirs is not None

    assert partner.post(address(bid), posted(part, line=theirs.code)).status_code == 404
    assert partner.post(address(bid), posted(part, line="nothing")).status_code == 404


def test_a_viewer_reads_without_fields_and_a_producer_not_at_all(partner: Client, part: Part, bid: Bid) -> None:
    partner.post(address(bid), posted(part))
    viewer = logged_in(a_person(at=part.firm, role="viewer", language="en"))
    producer = logged_in(a_person(at=part.firm, role="producer", language="en"))

    page = viewer.get(address(bid)).content.decode()
    assert "timber" in page
    assert 'name="cost"' not in page
    assert viewer.post(address(bid), posted(part, seen="1")).status_code == 403
    assert producer.get(address(bid)).status_code == 404


def test_the_lead_sees_its_own_and_nothing_of_a_partners(lead: Client, partner: Client, part: Part, bid: Bid) -> None:
    partner.post(address(bid), posted(part))

    page = lead.get(address(bid)).content.decode()

    assert "timber" not in page
    assert "1200.50" not in page
