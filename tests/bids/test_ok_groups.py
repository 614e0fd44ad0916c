"""What a yes to a group's rules of the game does for the firm's OK in an offer of the group."""

from decimal import Decimal

import pytest

from bids.models import Approval, Bid, Group, GroupYes
from bids.vocabulary import OkMethod
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.world import NOON, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> OkWorld:
    """The firms OK'd seven days to pay; their group has agreed on fourteen, and PAI has said yes to that."""
    world = an_ok_world(daycare(), said_ok=False)
    group = Group.objects.create(name="Tarinatiimi", made_by=world.bid.lead, made_at=NOON, payment_days=14)
    Bid.objects.filter(pk=world.bid.pk).update(group=group, payment_days=7)
    world.bid.parts.update(state="in")
    for key in world.invitations:
        world.says_ok(key)
    assert world.stale() == set()
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
