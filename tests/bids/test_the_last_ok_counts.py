"""The database and the board of OKs agree which OK of a firm counts: in lists, at freezing, at sending."""

from datetime import timedelta

import pytest

from bids.models import Approval, ApprovalRevocation, Bid, Part
from bids.queries.stages import standing_of, with_stages, without_ok
from bids.vocabulary import OfferStage, OkMethod
from members.models import Membership
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.world import NOON, a_person

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    return an_ok_world(daycare())


def missing_to_the_database(world: OkWorld) -> set[str]:
    """The partners without an OK that counts, as the database finds them."""
    parts = Part.objects.filter(bid=world.bid, state="in").exclude(role="lead")
    return set(without_ok(parts, now=NOON).values_list("key", flat=True))


def missing_to_the_board(world: OkWorld) -> set[str]:
    return {key for key, ok in world.board().items() if not ok.is_lead and not ok.is_ok}


def payment_days(world: OkWorld, days: int) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=days))


def stage(world: OkWorld) -> OfferStage:
    return standing_of(with_stages(Bid.objects.filter(pk=world.bid.pk), now=NOON).get()).stage


def test_both_count_what_everybody_has_said(world: OkWorld) -> None:
    assert missing_to_the_database(world) == missing_to_the_board(world) == set()
    assert stage(world) is OfferStage.READY


def test_an_offer_that_returns_to_what_a_firm_ok_d_before_its_last_ok_is_asked_about(world: OkWorld) -> None:
    payment_days(world, 7)
    for key in world.invitations:
        world.says_ok(key)
    payment_days(world, 14)

    assert missing_to_the_database(world) == missing_to_the_board(world) == {"SEL", "PAI"}
    assert stage(world) is OfferStage.OKS


def test_one_carried_over_counts_as_long_as_what_it_was_carried_from_stands(world: OkWorld) -> None:
    payment_days(world, 7)
    assert missing_to_the_database(world) == missing_to_the_board(world) == set()

    given = Approval.objects.get(part__key="SEL", kind="frame", method=OkMethod.ANSWERED.value)
    ApprovalRevocation.objects.create(approval=given, revoked_at=NOON)

    assert missing_to_the_database(world) == missing_to_the_board(world) == {"SEL"}


@pytest.mark.parametrize(("role", "counts"), [("owner", True), ("editor", True), ("viewer", False)])
def test_only_those_count_who_give_the_firms_ok(role: str, counts: bool, world: OkWorld) -> None:  # noqa: FBT001 - a case
    part = world.part("SEL")
    person = a_person(at=part.firm)
    Membership.objects.filter(person=person).update(role=role, may_approve=True)
    for given in Approval.objects.filter(part=part).order_by("pk"):
        Approval.objects.create(
            part=part,
            firm=part.firm,
            kind=given.kind,
            hash=given.hash,
            seen=given.seen,
            method=given.method,
            person=person,
            given_at=NOON + timedelta(minutes=1),
        )

    assert missing_to_the_database(world) == missing_to_the_board(world) == (set() if counts else {"SEL"})
