"""Nothing that was promised is forgotten, and what cannot be kept is shown."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from kernel.models import MessageState, OutboxMessage
from tests.worker.deeds import TOPIC, Deeds
from worker import relay

MakePromise = Callable[..., OutboxMessage]

pytestmark = pytest.mark.django_db


class Bell:
    def __init__(self) -> None:
        self.rung: list[UUID] = []

    def __call__(self, message_id: UUID, topic: str) -> None:
        assert topic == TOPIC
        self.rung.append(message_id)


@pytest.fixture
def bell() -> Bell:
    return Bell()


def test_what_is_due_and_was_never_rung_for_is_rung_for(a_promise: MakePromise, now: datetime, bell: Bell) -> None:
    second, first = a_promise("b"), a_promise("a", due_at=now - timedelta(hours=1))

    relay.sweep(bell, now=now)

    assert bell.rung == [first.pk, second.pk]


def test_two_sweeps_at_once_ring_once(a_promise: MakePromise, now: datetime, bell: Bell) -> None:
    a_promise()

    relay.sweep(bell, now=now)
    relay.sweep(bell, now=now + relay.STALE)

    assert len(bell.rung) == 1


def test_a_hint_that_was_lost_is_made_up_for(a_promise: MakePromise, now: datetime, bell: Bell) -> None:
    message = a_promise()

    relay.sweep(bell, now=now)
    relay.sweep(bell, now=now + relay.STALE + timedelta(microseconds=1))

    assert bell.rung == [message.pk, message.pk]


def test_what_is_not_due_yet_is_left_alone(a_promise: MakePromise, now: datetime, bell: Bell) -> None:
    a_promise(due_at=now + timedelta(days=3))

    relay.sweep(bell, now=now)

    assert bell.rung == []


def test_what_a_dead_worker_held_is_rung_for_when_its_lease_is_over(
    a_promise: MakePromise, now: datetime, bell: Bell
) -> None:
    message = a_promise()
    relay.claim(message.pk, now=now)

    relay.sweep(bell, now=now + relay.LEASE)
    assert bell.rung == []

    relay.sweep(bell, now=now + relay.LEASE + timedelta(microseconds=1))
    assert bell.rung == [message.pk]


def test_a_sweep_rings_for_no_more_than_it_is_told(a_promise: MakePromise, now: datetime, bell: Bell) -> None:
    for number in range(5):
        a_promise(str(number))

    relay.sweep(bell, now=now, limit=2)

    assert len(bell.rung) == 2


def test_what_failed_too_often_is_given_up_for_all_to_see(
    a_promise: MakePromise, now: datetime, bell: Bell, deeds: Deeds
) -> None:
    message = a_promise(attempts=relay.MAX_ATTEMPTS, error="OSError: no ink")

    relay.sweep(bell, now=now)
    relay.sweep(bell, now=now)

    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.FAILED, "OSError: no ink")
    assert deeds.given_up == [message.pk]
    assert bell.rung == []


def test_a_worker_that_died_at_the_last_attempt_leaves_a_given_up_promise(
    a_promise: MakePromise, now: datetime, bell: Bell, deeds: Deeds
) -> None:
    message = a_promise(attempts=relay.MAX_ATTEMPTS - 1)
    relay.claim(message.pk, now=now)

    relay.sweep(bell, now=now + relay.LEASE)
    message.refresh_from_db()
    assert message.state == MessageState.RUNNING

    relay.sweep(bell, now=now + relay.LEASE + timedelta(microseconds=1))
    message.refresh_from_db()
    assert (message.state, message.claim) == (MessageState.FAILED, None)
    assert deeds.given_up == [message.pk]


def test_what_cannot_be_told_is_still_given_up(a_promise: MakePromise, now: datetime, bell: Bell) -> None:
    message = a_promise(topic="moon.landed", attempts=relay.MAX_ATTEMPTS)

    relay.sweep(bell, now=now)

    message.refresh_from_db()
    assert message.state == MessageState.FAILED


def test_a_person_can_have_it_tried_again(
    a_promise: MakePromise, deeds: Deeds, capsys: pytest.CaptureFixture[str]
) -> None:
    message = a_promise(state=MessageState.FAILED, attempts=relay.MAX_ATTEMPTS, error="OSError: no ink")

    call_command("outbox", "list")
    assert capsys.readouterr().out == (
        f"{message.pk} failed   bell.rung due 2026-03-02 10:00:00 UTC, 20 attempts: OSError: no ink\n"
    )
    call_command("outbox", "retry", str(message.pk))
    call_command("relay_without_broker", "--once")

    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.DONE, 1)
    assert deeds.worked_on == [message.pk]


def test_only_what_was_given_up_is_tried_again(a_promise: MakePromise) -> None:
    message = a_promise()

    with pytest.raises(CommandError, match=str(message.pk)):
        call_command("outbox", "retry", str(message.pk))
    with pytest.raises(CommandError, match="Say which"):
        call_command("outbox", "retry")


def test_without_a_broker_everything_due_is_done(a_promise: MakePromise, deeds: Deeds) -> None:
    messages = {a_promise(str(number)).pk for number in range(3)}

    call_command("relay_without_broker", "--once")

    assert set(deeds.worked_on) == messages
    assert not OutboxMessage.objects.undone().exists()
