"""Reminders: few, by day, hours apart, and none that nobody wants."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from bids.actions.remind_again import (
    NoAddress,
    NothingToRemindOf,
    RemindedEnough,
    RemindedToday,
    WantsNoReminders,
    remind_again,
)
from bids.actions.stop_reminders import stop_reminders
from bids.models import Invitation, Letter, Part
from bids.steps.reminders import promise_reminders, reminder_times
from bids.vocabulary import Answer, LetterKind, LetterState
from kernel.actor import Actor
from kernel.clock import HELSINKI
from kernel.errors import NotPermitted
from kernel.models import AuditEvent, OutboxMessage
from tests.worker.letters.rows import World, a_world, holder_of
from tests.world import a_firm, a_person, acting

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def world(now: datetime, db: None) -> World:  # noqa: ARG001 - an offer needs the database
    return a_world(now)


@pytest.fixture
def lead(world: World) -> Actor:
    return acting(world.maija, world.bid.lead)


@given(
    after=st.timedeltas(timedelta(0), timedelta(days=700)),
    lasts=st.timedeltas(timedelta(minutes=1), timedelta(days=60)),
)
def test_reminders_are_few_by_day_apart_and_in_time(after: timedelta, lasts: timedelta) -> None:
    asked = datetime(2026, 1, 1, tzinfo=UTC) + after
    times = reminder_times(asked, asked + lasts)

    assert len(times) <= 2
    for due in times:
        assert 8 <= due.astimezone(HELSINKI).hour < 20
        assert asked + 4 * HOUR <= due <= asked + lasts - HOUR
    assert all(later - earlier >= 4 * HOUR for earlier, later in pairwise(times))
    assert times or lasts < 3 * DAY


def test_a_week_to_answer_gives_two_reminders_a_third_and_two_thirds_in(now: datetime) -> None:
    assert reminder_times(now, now + 6 * DAY) == (now + 2 * DAY, now + 4 * DAY)


def test_an_hour_to_answer_gives_none(now: datetime) -> None:
    assert reminder_times(now, now + HOUR) == ()


def test_promised_reminders_wait_for_their_day_and_are_promised_once(world: World) -> None:
    with transaction.atomic():
        first = promise_reminders(world.invitation, world.now)
        again = promise_reminders(world.invitation, world.now)

    assert [letter.pk for letter in first] == [letter.pk for letter in again]
    assert [letter.due_at for letter in first] == list(reminder_times(world.now, world.invitation.answer_until))
    promised = OutboxMessage.objects.filter(topic="letter.written").order_by("due_at")
    assert [message.due_at for message in promised] == [letter.due_at for letter in first]


def test_without_an_address_nobody_is_reminded(world: World, lead: Actor) -> None:
    Invitation.objects.filter(pk=world.invitation.pk).update(email="")
    invitation = Invitation.objects.get(pk=world.invitation.pk)

    with transaction.atomic():
        assert promise_reminders(invitation, world.now) == ()
    with pytest.raises(NoAddress, match="Selkopolku"):
        remind_again(invitation=invitation, by=lead, now=world.now)


def test_by_hand_once_a_day_and_three_times_in_all(world: World, lead: Actor) -> None:
    for day in range(3):
        at = world.now + day * (DAY + HOUR)
        letter = remind_again(invitation=world.invitation, by=lead, now=at)
        assert (letter.kind, letter.due_at) == (LetterKind.REMINDER, at)
        with pytest.raises(RemindedToday if day < 2 else RemindedEnough):
            remind_again(invitation=world.invitation, by=lead, now=at + HOUR)
    with pytest.raises(RemindedEnough):
        remind_again(invitation=world.invitation, by=lead, now=world.now + 6 * DAY)
    assert AuditEvent.objects.filter(type="firm.reminded").count() == 3


def test_a_reminder_that_went_by_itself_counts_for_its_day(world: World, lead: Actor) -> None:
    with transaction.atomic():
        letter = promise_reminders(world.invitation, world.now)[0]
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.SENT.value, sent_at=letter.due_at)

    with pytest.raises(RemindedToday):
        remind_again(invitation=world.invitation, by=lead, now=letter.due_at + HOUR)
    remind_again(invitation=world.invitation, by=lead, now=letter.due_at + DAY + HOUR)


@pytest.mark.parametrize(
    "changed",
    [
        {"answer": Answer.NO.value, "answered_at": datetime(2026, 3, 2, 11, tzinfo=UTC)},
        {"withdrawn_at": datetime(2026, 3, 2, 11, tzinfo=UTC)},
    ],
)
def test_there_is_nothing_to_remind_of(world: World, lead: Actor, changed: dict[str, object]) -> None:
    Invitation.objects.filter(pk=world.invitation.pk).update(**changed)

    with pytest.raises(NothingToRemindOf):
        remind_again(invitation=world.invitation, by=lead, now=world.now)


def test_who_said_stop_is_left_alone(world: World, lead: Actor) -> None:
    for _press in range(2):
        stop_reminders(invitation=world.invitation, by=holder_of(world.invitation), now=world.now)

    with pytest.raises(WantsNoReminders):
        remind_again(invitation=world.invitation, by=lead, now=world.now)
    assert AuditEvent.objects.filter(type="reminders.stopped").count() == 1


def test_others_neither_remind_nor_stop(world: World) -> None:
    stranger = a_firm("Sivullinen Oy", business_id="9000008-9")
    by = acting(a_person(at=stranger), stranger)

    with pytest.raises(NotPermitted):
        remind_again(invitation=world.invitation, by=by, now=world.now)
    with pytest.raises(NotPermitted):
        stop_reminders(invitation=world.invitation, by=by, now=world.now)
    other = Part.objects.filter(bid=world.bid).exclude(pk=world.part.pk).last()
    strange = Invitation.objects.create(
        bid=world.bid, part=other, email="x@example.invalid", asked_at=world.now, answer_until=world.now + DAY
    )
    with pytest.raises(NotPermitted):
        stop_reminders(invitation=world.invitation, by=holder_of(strange), now=world.now)
