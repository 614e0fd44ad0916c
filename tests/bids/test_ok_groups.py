"""What a yes to a group's rules of the game does for the firm's OK in an offer of the group."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bids.models import Approval, Bid, Group, GroupMember, GroupYes
from bids.queries.consequences import Consequence, what_would_happen
from bids.queries.content_of import content_of
from bids.vocabulary import OkMethod
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept
from tests.world import NOON, a_person

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    """The firms OK'd seven days to pay; their group has agreed on fourteen, and PAI has said yes to that."""
    world = an_ok_world(daycare(), said_ok=False)
    group = Group.objects.create(name="Tarinatiimi", made_by=world.bid.lead, made_at=NOON, payment_days=14)
    Bid.objects.filter(pk=world.bid.pk).update(group=group, payment_days=7)
    world.bid.parts.update(state="in")
    for key in world.invitations:
        world.says_ok(key)
    assert world.stale() == set()
    GroupMember.objects.create(group=group, firm=world.firm("PAI"))
    GroupYes.objects.create(
        group=group, firm=world.firm("PAI"), rules_version=1, person=a_person(at=world.firm("PAI")), given_at=NOON
    )
    return world


def change(world: OkWorld, **values: object) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(**values))


def test_rules_a_firm_has_agreed_on_with_its_group_ask_it_nothing(world: OkWorld) -> None:
    change(world, payment_days=14)

    assert world.stale() == {("SEL", "frame")}
    carried = Approval.objects.get(part__key="PAI", method=OkMethod.CARRIED_OVER.value)
    assert carried.carried_from.part.key == "PAI"


@pytest.mark.parametrize("days", [13, 15, 21])
def test_rules_that_are_not_exactly_the_groups_are_asked(world: OkWorld, days: int) -> None:
    change(world, payment_days=days)

    assert world.stale() == {("SEL", "frame"), ("PAI", "frame")}


def test_a_yes_to_rules_that_have_changed_since_says_nothing(world: OkWorld) -> None:
    Group.objects.update(rules_version=2)
    change(world, payment_days=14)

    assert ("PAI", "frame") in world.stale()


def test_what_no_group_agrees_on_is_asked_all_the_same(world: OkWorld) -> None:
    change(world, payment_days=14, discount_name="alennus", discount_amount=Decimal("100.00"))

    assert ("PAI", "frame") in world.stale()


def test_in_strict_mode_a_yes_to_the_rules_is_no_ok(world: OkWorld) -> None:
    change(world, payment_days=14, always_ask=True)

    assert ("PAI", "frame") in world.stale()


def test_a_firm_that_is_in_the_group_no_longer_is_asked(world: OkWorld) -> None:
    GroupMember.objects.filter(firm=world.firm("PAI")).delete()
    change(world, payment_days=14)

    assert ("PAI", "frame") in world.stale()


def test_dating_an_offer_anew_binds_nobody_for_longer_than_it_has_agreed_to(world: OkWorld) -> None:
    week = timedelta(days=7)
    bid = Bid.objects.get(pk=world.bid.pk)
    change(world, payment_days=14, issued_on=bid.issued_on + week, valid_until=bid.valid_until + week)

    assert ("PAI", "frame") in world.stale()


def test_a_firm_bound_for_shorter_than_its_group_agreed_is_not_asked_when_it_is_bound_for_as_long(
    world: OkWorld,
) -> None:
    agreed_until = Bid.objects.get(pk=world.bid.pk).valid_until
    change(world, valid_until=agreed_until - timedelta(days=10))
    for key in world.invitations:
        world.says_ok(key)

    change(world, payment_days=14, valid_until=agreed_until)

    assert world.stale() == {("SEL", "frame")}


@pytest.mark.parametrize("days", [14, 15])
def test_what_is_told_before_a_change_is_what_the_change_does(days: int, world: OkWorld) -> None:
    bid = Bid.objects.get(pk=world.bid.pk)
    before = content_of(bid)
    foretold = what_would_happen(bid, before, replace(before, payment_days=days), now=NOON)

    change(world, payment_days=days)

    asked = {each.key for each in foretold if each.what is Consequence.ASKED}
    assert {(key, "frame") for key in asked} == world.stale()
