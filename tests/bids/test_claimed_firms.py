"""Whoever types the Business ID of a firm first owns a firm, and nothing of what that firm was asked or answered."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bids.actions.answer_request import answer_request
from bids.actions.import_bid import import_bid
from bids.models import Bid
from bids.permissions import may_answer, may_approve_for, may_write_part
from kernel.actor import Actor
from kernel.clock import helsinki_day
from members.actions.claim_firm import claim_firm
from members.models import Firm, Membership, Person
from tests.bids.offers import a_line, a_part, an_offer
from tests.bids.requests import Request, a_request, an_answer, hashes, the_offer
from tests.world import a_person, acting

pytestmark = pytest.mark.django_db

NUMBER = "9000014-2"


def by_claiming(person: Person, now: datetime) -> Firm:
    return claim_firm(business_id=NUMBER, by=acting(person), now=now)


def by_bringing_in(person: Person, now: datetime) -> Firm:
    own = a_part("AAA", a_line("A1", "10"), lead=True, business_id=NUMBER)
    return import_bid(offer=an_offer(own), by=acting(person), now=now).lead


@pytest.fixture
def answered(now: datetime) -> Request:
    """A partner that the offer names by its number, asked by letter and in by its link."""
    asked = a_request(now)
    Firm.objects.filter(pk=asked.part.firm_id).update(business_id=NUMBER)
    answer_request(part=asked.part, answer=an_answer(), by=asked.invited, now=now, **hashes(asked.part))
    return asked.fresh()


@pytest.mark.parametrize("owning", [by_claiming, by_bringing_in])
def test_whoever_takes_a_named_firm_over_gets_none_of_its_offers(
    owning: Callable[[Person, datetime], Firm], answered: Request, now: datetime
) -> None:
    stranger = a_person(email="stranger@example.invalid")

    owned = owning(stranger, now)

    actor = acting(stranger, owned)
    assert Membership.objects.get(person=stranger).firm.business_id == NUMBER
    assert not Bid.objects.visible_to(actor).filter(pk=answered.bid.pk).exists()
    part = answered.fresh().part
    assert not any(may(actor, part) for may in (may_answer, may_approve_for, may_write_part))


def test_whoever_takes_a_named_firm_over_leads_none_of_its_offers(now: datetime, system: Actor) -> None:
    bid = import_bid(offer=the_offer(helsinki_day(now)), by=system, now=now)
    stranger = a_person(email="stranger@example.invalid")

    owned = claim_firm(business_id=str(bid.lead.business_id), by=acting(stranger), now=now)

    assert not Bid.objects.visible_to(acting(stranger, owned)).exists()


def test_the_partner_who_was_written_to_goes_on(answered: Request, now: datetime) -> None:
    by_claiming(a_person(email="stranger@example.invalid"), now)

    part = answered.fresh().part
    again = an_answer("475", removed=frozenset({part.lines.get().public_id}))
    answer_request(part=part, answer=again, by=answered.invited, now=now, **hashes(part))

    assert [line.unit_price for line in answered.fresh().part.lines.all()] == [475]
