"""What a firm may still take back once a version stands with the client on its OK."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bids.actions.ask_to_call import ask_to_call
from bids.actions.decline_request import No, decline_request
from bids.actions.take_back_ok import take_back_ok
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import ApprovalRevocation, Bid, Part, Revision, RevisionStanding
from bids.queries.oks import bound_by, is_sent_with
from bids.steps.oks import SentWithIt
from bids.vocabulary import PartState
from kernel.actor import Actor
from tests.bids.cases import daycare
from tests.bids.ok_world import NOON, OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept

pytestmark = pytest.mark.django_db

SOON = NOON + timedelta(hours=1)


def say_no(part: Part, by: Actor, now: datetime) -> Part:
    return decline_request(part=part, no=No(why="ei ehdi"), by=by, now=now)


def want_a_call(part: Part, by: Actor, now: datetime) -> Part:
    return ask_to_call(part=part, phone="040 123 4567", when="", by=by, now=now)


def take_back(part: Part, by: Actor, now: datetime) -> Part:
    return take_back_ok(part=part, by=by, now=now)


Say = Callable[[Part, Actor, datetime], Part]
WAYS = pytest.mark.parametrize("say", [say_no, want_a_call, take_back])
STATES: dict[Say, PartState] = {say_no: PartState.NO, want_a_call: PartState.CALL_ME, take_back: PartState.ASKED}


@kept
def world() -> OkWorld:
    world = an_ok_world(daycare())
    sent(world)
    return world


def says(world: OkWorld, say: Say, now: datetime = SOON) -> str:
    part = world.part("SEL")
    part.bid = Bid.objects.select_related("lead").get(pk=world.bid.pk)
    return say(part, world.asked("SEL"), now).state


@WAYS
def test_an_ok_that_the_client_holds_is_not_taken_back(say: Say, world: OkWorld) -> None:
    with pytest.raises(SentWithIt) as refused:
        says(world, say)

    assert world.bid.lead.name in str(refused.value)
    assert world.part("SEL").state == PartState.IN.value
    assert not ApprovalRevocation.objects.exists()


@WAYS
def test_of_the_next_version_a_firm_says_what_it_will_and_is_bound_to_this_one(say: Say, world: OkWorld) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=60), now=SOON)

    assert says(world, say) == STATES[say].value

    bound = bound_by(world.part("SEL"), now=SOON)
    assert bound is not None
    assert bound.revision.number == 1


@pytest.mark.parametrize("say", [say_no, want_a_call])
def test_a_firm_that_is_out_of_the_next_version_says_so_again_when_it_is_the_same_as_this_one(
    say: Say, world: OkWorld
) -> None:
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=60), now=SOON)
    says(world, want_a_call)
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=14), now=SOON)
    assert is_sent_with(world.part("SEL"), now=SOON)

    assert says(world, say) == STATES[say].value


@WAYS
def test_a_version_that_has_run_out_or_was_withdrawn_binds_nobody(say: Say, world: OkWorld) -> None:
    over = RevisionStanding.objects.get(bid=world.bid).expires_at
    assert bound_by(world.part("SEL"), now=over - timedelta(microseconds=1))
    assert bound_by(world.part("SEL"), now=over) is None

    version = Revision.objects.get(bid=world.bid)
    withdraw_offer(revision=version, by=world.lead, now=SOON)

    assert bound_by(world.part("SEL"), now=SOON) is None
    assert says(world, say) == STATES[say].value


def test_a_firm_that_has_given_no_ok_is_bound_to_nothing() -> None:
    world = an_ok_world(replace(daycare(), binding=False), said_ok=False)
    sent(world)

    assert bound_by(world.part("SEL"), now=SOON) is None
    assert says(world, say_no) == PartState.NO.value
