"""Whoever types the Business ID of a firm first owns a firm, and nothing of what that firm was asked or answered."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from bids.actions.answer_request import answer_request
from bids.actions.ask_firm import ask_firm
from bids.actions.import_bid import import_bid
from bids.actions.make_group import make_group
from bids.content import Contact
from bids.models import Bid
from bids.permissions import may_answer, may_approve_for, may_write_part
from bids.steps.asking import Asked
from bids.steps.groups import GroupFirm, GroupSaid
from kernel.actor import Actor
from kernel.clock import helsinki_day
from members.actions.claim_firm import claim_firm
from members.models import Firm, Membership, Person
from tests.bids.offers import a_line, a_part, an_offer
from tests.bids.requests import Request, a_request, an_answer, hashes, the_offer
from tests.kept import kept
from tests.world import NOON, a_firm, a_person, acting

pytestmark = pytest.mark.django_db

NUMBER = "9000014-2"


def by_claiming(person: Person, now: datetime) -> Firm:
    return claim_firm(business_id=NUMBER, by=acting(person), now=now)


def by_bringing_in(person: Person, now: datetime) -> Firm:
    own = a_part("AAA", a_line("A1", "10"), lead=True, business_id=NUMBER)
    return import_bid(offer=an_offer(own), by=acting(person), now=now).lead


@kept
def answered() -> Request:
    """A partner that the offer names by its number, asked by letter and in by its link."""
    asked = a_request(NOON)
    Firm.objects.filter(pk=asked.part.firm_id).update(business_id=NUMBER)
    answer_request(part=asked.part, answer=an_answer(), by=asked.invited, now=NOON, **hashes(asked.part))
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


@pytest.mark.parametrize("email", ["pekka@example.invalid", ""])
def test_a_firm_that_a_package_names_finds_a_request_only_where_its_people_are_written_to(
    email: str, now: datetime, system: Actor
) -> None:
    squatter = a_person(at=a_firm("Yritys BBB", business_id=NUMBER), email="stranger@example.invalid")
    firm = Firm.objects.get(business_id=NUMBER)
    lead = a_part("AAA", a_line("A1", "10"), lead=True, business_id="9000001-1")
    bid = import_bid(offer=an_offer(lead, a_part("BBB", business_id=NUMBER)), by=system, now=now)
    maija = acting(a_person(at=bid.lead), bid.lead)
    until = now + timedelta(days=2)

    asked = ask_firm(
        bid=bid, asked=Asked(name="Yritys BBB", what="Kyltti", email=email), by=maija, now=now, until=until
    )

    assert not Bid.objects.visible_to(acting(squatter, firm)).exists()
    assert asked.part.card["business_id"] == NUMBER


def test_its_people_find_it_when_one_of_them_is_written_to(now: datetime, system: Actor) -> None:
    owner = a_person(at=a_firm("Yritys BBB", business_id=NUMBER), email="Pekka@example.invalid")
    firm = Firm.objects.get(business_id=NUMBER)
    lead = a_part("AAA", a_line("A1", "10"), lead=True, business_id="9000001-1")
    bid = import_bid(offer=an_offer(lead, a_part("BBB", business_id=NUMBER)), by=system, now=now)
    maija = acting(a_person(at=bid.lead), bid.lead)
    asked = Asked(name="Yritys BBB", what="Kyltti", email="pekka@example.invalid")

    ask_firm(bid=bid, asked=asked, by=maija, now=now, until=now + timedelta(days=2))

    assert Bid.objects.visible_to(acting(owner, firm)).get() == bid


def test_a_firm_that_a_package_names_is_in_no_group_by_its_card(now: datetime, system: Actor) -> None:
    a_person(at=a_firm("Yritys BBB", business_id=NUMBER), email="stranger@example.invalid")
    lead = a_part("AAA", a_line("A1", "10"), lead=True, business_id="9000001-1")
    contact = Contact(name="Pekka", email="pekka@example.invalid")
    bid = import_bid(offer=an_offer(lead, a_part("BBB", business_id=NUMBER, contact=contact)), by=system, now=now)
    said = GroupSaid(name="Porukka", firms=(GroupFirm(name="Yritys BBB", email="pekka@example.invalid"),))

    group = make_group(said=said, by=acting(a_person(at=bid.lead), bid.lead), now=now)

    assert not group.members.filter(firm__business_id=NUMBER).exists()
