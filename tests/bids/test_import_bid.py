"""Bringing a whole offer in, and gathering it again."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from bids.actions.import_bid import LedByAnother, NumberTaken, import_bid
from bids.content import FirmCard, JointOffer
from bids.exports.bid_package import read_package
from bids.exports.bid_package.kinds import ListOf, Text
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.shapes import Shape
from bids.models import Bid, LineItem
from bids.queries.content_of import content_of
from kernel.actor import Actor
from kernel.models import AuditEvent
from members.models import Firm, Membership
from tests.bids.cases import daycare, tourism
from tests.bids.package_files import example
from tests.world import a_firm, a_person, acting

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("offer", [daycare(), tourism()], ids=["daycare", "tourism"])
def test_what_was_brought_in_is_gathered_unchanged(offer: JointOffer, system: Actor, now: datetime) -> None:
    bid = import_bid(offer=offer, by=system, now=now)

    assert content_of(bid) == offer


def longest(kind: Any, raw: Any) -> Any:
    """The same value with every free text in it as long as a package may hold it."""
    if isinstance(kind, Text):
        return "x" * kind.most
    if isinstance(kind, Shape):
        kinds = {key.name: key.kind for key in kind.keys}
        return {name: longest(kinds[name], value) for name, value in raw.items() if value is not None}
    return [longest(kind.item, each) for each in raw] if isinstance(kind, ListOf) else raw


def test_whatever_a_package_may_hold_rows_can_hold(system: Actor, now: datetime) -> None:
    offer = read_package(json.dumps(longest(OFFER, example("everything"))))

    assert content_of(import_bid(offer=offer, by=system, now=now)) == offer


def test_gathering_asks_as_many_questions_for_many_lines_as_for_few(
    system: Actor, now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    few = daycare()
    part = few.parts[0]
    many_lines = part.lines + tuple(replace(part.lines[0], code=f"X{n}") for n in range(100))
    many = replace(few, number="YT-2026-0099", parts=(replace(part, lines=many_lines), *few.parts[1:]))
    small = import_bid(offer=few, by=system, now=now)
    large = import_bid(offer=many, by=system, now=now)

    with CaptureQueriesContext(connection) as first:
        content_of(small)
    with django_assert_num_queries(len(first)):
        content_of(large)


def test_a_number_is_used_once_by_its_lead(system: Actor, now: datetime) -> None:
    first = import_bid(offer=daycare(), by=system, now=now)

    with pytest.raises(NumberTaken) as refused:
        import_bid(offer=daycare(), by=system, now=now)

    assert refused.value.params == {"number": "YT-2026-0001", "bid": str(first.public_id)}
    assert Bid.objects.count() == 1


def test_a_new_number_is_the_next_free_one(system: Actor, now: datetime) -> None:
    import_bid(offer=replace(daycare(), number="YT-2026-0041"), by=system, now=now)
    again = import_bid(offer=replace(daycare(), number="YT-2026-0041"), by=system, now=now, new_number=True)

    assert again.number == "YT-2026-0042"


def test_a_number_nobody_counted_up_to_is_not_counted_on_from(system: Actor, now: datetime) -> None:
    endless = replace(daycare(), number="YT-2026-" + "9" * 32)
    import_bid(offer=endless, by=system, now=now)

    assert import_bid(offer=endless, by=system, now=now, new_number=True).number == "YT-2026-0001"


def test_partners_are_found_by_their_business_id_and_left_as_they_are(system: Actor, now: datetime) -> None:
    known = a_firm("Painopiste", business_id="9000004-6")

    import_bid(offer=daycare(), by=system, now=now)

    known.refresh_from_db()
    assert known.name == "Painopiste"
    assert known.parts.count() == 1


def test_two_nameless_namesakes_in_one_offer_are_two_firms(system: Actor, now: datetime) -> None:
    offer = daycare()
    nameless = FirmCard(name="Å")
    second, third = (replace(part, firm=nameless) for part in offer.parts[1:])

    bid = import_bid(offer=replace(offer, parts=(offer.parts[0], second, third)), by=system, now=now)

    assert bid.parts.values("firm").distinct().count() == 3


def test_whoever_has_no_firm_becomes_owner_of_the_lead_nobody_owns(now: datetime) -> None:
    maija = a_person()

    bid = import_bid(offer=daycare(), by=acting(maija), now=now)

    membership = Membership.objects.get(person=maija)
    assert (membership.firm, membership.role, membership.may_approve) == (bid.lead, "owner", True)


def test_an_owned_business_id_never_gives_membership(now: datetime) -> None:
    owned = a_firm("Kuvakulma Design Tmi", business_id="9000001-1")
    a_person(at=owned)
    stranger = a_person(email="stranger@example.invalid")

    with pytest.raises(LedByAnother):
        import_bid(offer=daycare(), by=acting(stranger), now=now)

    assert not Membership.objects.filter(person=stranger).exists()
    assert Bid.objects.count() == 0


def test_who_has_a_firm_does_not_take_another_by_bringing_in_its_offer(now: datetime) -> None:
    own = a_firm("Oma Tmi", business_id="9000009-7")
    person = a_person(at=own)

    with pytest.raises(LedByAnother):
        import_bid(offer=daycare(), by=acting(person, own), now=now)

    assert not Firm.objects.filter(business_id="9000001-1").exists()


def test_the_trail_says_what_was_brought_in(system: Actor, now: datetime) -> None:
    bid = import_bid(offer=daycare(), by=system, now=now)

    event = AuditEvent.objects.get(chain=bid.public_id)
    assert event.type == "bid.imported"


def test_the_database_refuses_a_second_lead_and_a_quantity_of_nothing(system: Actor, now: datetime) -> None:
    bid = import_bid(offer=daycare(), by=system, now=now)

    with pytest.raises(IntegrityError, match="one_lead_part_per_bid"), transaction.atomic():
        bid.parts.filter(key="SEL").update(role="lead")
    with pytest.raises(IntegrityError, match="a_quantity_is_more_than_nothing"), transaction.atomic():
        LineItem.objects.filter(bid=bid, code="A1").update(quantity=0)


def test_no_column_of_an_offer_is_a_float() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'public' AND data_type IN ('real', 'double precision')"
        )
        assert cursor.fetchall() == []
