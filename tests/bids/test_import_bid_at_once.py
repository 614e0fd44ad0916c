"""Offers brought in at the same moment: what one has not committed yet, the other waits for or leaves be."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from django.db import connection, connections, transaction

from bids.actions.import_bid import LedByAnother, NumberTaken, import_bid
from bids.content import JointOffer
from bids.models import Bid
from kernel.actor import Actor
from members.models import Firm, Membership
from tests.bids.cases import daycare
from tests.world import a_firm, a_person, acting

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 2.5
KUV, SEL = "9000001-1", "9000003-8"


def is_waited_for() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        return bool(cursor.fetchone()[0])


def beside(ask: Callable[[], Any], pool: ThreadPoolExecutor) -> Future[Any]:
    """The answer of another connection, asked for from now on."""

    def asking() -> Any:
        try:
            return ask()
        finally:
            connections.close_all()

    return pool.submit(asking)


def while_the_first_is_not_committed(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Future[Any]]:
    """What the first answered, and the answer of the second, which was seen waiting for the first to commit."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        answer = first()
        late = beside(second, pool)
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_waited_for():
            assert time.monotonic() < until, "the second did not wait for the first"
            assert not late.done(), f"the second did not wait for the first: {late.exception()}"
            threading.Event().wait(0.01)
    return answer, late


def led_by_selkopolku(offer: JointOffer) -> JointOffer:
    """The same firms, the second of them in the lead."""
    lead, second, *others = offer.parts
    return replace(offer, parts=(replace(second, role=lead.role), replace(lead, role=second.role), *others))


@pytest.mark.parametrize("is_named", [True, False], ids=["of a firm others have named", "of a firm nobody knows"])
def test_of_two_strangers_who_bring_in_an_offer_one_owns_its_lead(is_named: bool, now: datetime) -> None:  # noqa: FBT001 - a table
    if is_named:
        a_firm(business_id=KUV)
    maija, stranger = a_person(), a_person()

    bid, late = while_the_first_is_not_committed(
        lambda: import_bid(offer=daycare(), by=acting(maija), now=now),
        lambda: import_bid(offer=replace(daycare(), number="YT-2026-0002"), by=acting(stranger), now=now),
    )

    assert isinstance(late.exception(), LedByAnother)
    assert [each.person for each in Membership.objects.filter(firm=bid.lead)] == [maija]


def test_a_new_partner_of_two_offers_is_one_firm(now: datetime, system: Actor) -> None:
    lead = replace(daycare().parts[0].firm, business_id="9000009-7")
    other = replace(daycare(), parts=(replace(daycare().parts[0], firm=lead), *daycare().parts[1:]))

    first, late = while_the_first_is_not_committed(
        lambda: import_bid(offer=daycare(), by=system, now=now),
        lambda: import_bid(offer=other, by=system, now=now),
    )

    assert late.result().parts.get(key="SEL").firm == first.parts.get(key="SEL").firm
    assert Firm.objects.filter(business_id=SEL).count() == 1


def test_new_firms_that_name_each_other_do_not_wait_in_a_circle(now: datetime, system: Actor) -> None:
    _, late = while_the_first_is_not_committed(
        lambda: import_bid(offer=led_by_selkopolku(daycare()), by=system, now=now),
        lambda: import_bid(offer=daycare(), by=system, now=now),
    )

    assert late.result().lead.business_id == KUV
    assert Firm.objects.count() == 3


def test_firms_that_name_each_other_do_not_wait_at_all(now: datetime, system: Actor) -> None:
    import_bid(offer=daycare(), by=system, now=now)

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        import_bid(offer=replace(daycare(), number="YT-2026-0002"), by=system, now=now)
        beside(lambda: import_bid(offer=led_by_selkopolku(daycare()), by=system, now=now), pool).result()

    assert Bid.objects.count() == 3


def test_a_newcomer_who_presses_twice_founds_one_firm(now: datetime) -> None:
    offer = daycare()
    nameless = replace(offer.parts[0].firm, business_id=None)
    offer = replace(offer, parts=(replace(offer.parts[0], firm=nameless), *offer.parts[1:]))
    maija = a_person()
    Firm.objects.bulk_create(
        Firm(name=part.firm.name, business_id=part.firm.business_id) for part in offer.parts if part.firm.business_id
    )

    bid, late = while_the_first_is_not_committed(
        lambda: import_bid(offer=offer, by=acting(maija), now=now),
        lambda: import_bid(offer=offer, by=acting(maija), now=now),
    )

    assert isinstance(late.exception(), NumberTaken)
    assert [each.firm for each in Membership.objects.filter(person=maija)] == [bid.lead]
