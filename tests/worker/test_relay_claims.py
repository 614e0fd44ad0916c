"""One worker at a time holds a promise, and only the one that holds it can keep it."""

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections

from kernel.clock import database_now
from kernel.models import MessageState, OutboxMessage
from worker import relay
from worker.hold import LeaseLost

MakePromise = Callable[..., OutboxMessage]

pytestmark = pytest.mark.django_db


def claimed(message: OutboxMessage, *, now: datetime) -> uuid.UUID:
    token = relay.claim(message.pk, now=now)
    assert token is not None
    return token


def nothing() -> None: ...


def test_a_claim_holds_the_promise_for_the_length_of_the_lease(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise()

    token = claimed(message, now=now)

    message.refresh_from_db()
    assert (message.state, message.claim, message.attempts) == (MessageState.RUNNING, token, 1)
    assert message.lease_until == now + relay.LEASE
    assert relay.claim(message.pk, now=now + relay.LEASE) is None


@pytest.mark.parametrize("state", [MessageState.DONE, MessageState.FAILED])
def test_what_is_over_is_not_claimed(state: MessageState, a_promise: MakePromise, now: datetime) -> None:
    assert relay.claim(a_promise(state=state).pk, now=now) is None


def test_what_is_not_due_is_not_claimed(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise(due_at=now + timedelta(microseconds=1))

    assert relay.claim(message.pk, now=now) is None
    assert relay.claim(message.pk, now=now + timedelta(microseconds=1)) is not None


def test_what_failed_too_often_is_not_claimed(a_promise: MakePromise, now: datetime) -> None:
    assert relay.claim(a_promise(attempts=relay.MAX_ATTEMPTS).pk, now=now) is None


def test_a_forged_hint_finds_nothing(now: datetime) -> None:
    assert relay.claim(uuid.uuid4(), now=now) is None


def test_a_worker_that_lost_its_lease_cannot_keep_prolong_or_give_back(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise()
    later = now + relay.LEASE + timedelta(microseconds=1)
    effects: list[str] = []

    first = claimed(message, now=now)
    second = claimed(message, now=later)

    with pytest.raises(LeaseLost):
        relay.finish(message.pk, first, lambda: effects.append("first"))
    with pytest.raises(LeaseLost):
        relay.heartbeat(message.pk, first)
    relay.give_back(message.pk, first, OSError("late"), due_at=later)
    message.refresh_from_db()
    assert (message.claim, message.state, message.error) == (second, MessageState.RUNNING, "")
    relay.finish(message.pk, second, lambda: effects.append("second"))
    assert effects == ["second"]
    message.refresh_from_db()
    assert (message.state, message.claim, message.attempts) == (MessageState.DONE, None, 2)


def test_without_the_fence_the_late_worker_would_keep_it_twice(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise()
    effects: list[str] = []

    claimed(message, now=now)
    second = claimed(message, now=now + relay.LEASE + timedelta(seconds=1))
    relay.finish(message.pk, second, lambda: effects.append("second"))
    unfenced = OutboxMessage.objects.filter(pk=message.pk)
    if unfenced.update(state=MessageState.DONE, claim=None, lease_until=None):
        effects.append("first")

    assert effects == ["second", "first"]


def test_an_effect_and_its_promise_commit_together_or_not_at_all(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise()
    token = claimed(message, now=now)

    def breaks_off() -> None:
        a_promise("made by the effect")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        relay.finish(message.pk, token, breaks_off)

    message.refresh_from_db()
    assert (message.state, message.claim) == (MessageState.RUNNING, token)
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_keeping_a_promise_is_the_outermost_transaction(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise()
    outer = claimed(message, now=now)

    with pytest.raises(RuntimeError, match="durable"):
        relay.finish(message.pk, outer, lambda: relay.finish(message.pk, outer, nothing))


def test_a_heartbeat_prolongs_the_lease(a_promise: MakePromise) -> None:
    message = a_promise()
    token = claimed(message, now=database_now() - timedelta(seconds=60))
    message.refresh_from_db()
    before = message.lease_until

    relay.heartbeat(message.pk, token)

    message.refresh_from_db()
    assert message.lease_until is not None
    assert before is not None
    assert message.lease_until - before >= timedelta(seconds=60)


@pytest.mark.django_db(transaction=True)
def test_of_eight_that_reach_for_it_one_gets_it(a_promise: MakePromise) -> None:
    now, rounds = database_now(), 20
    messages = [a_promise(str(number)) for number in range(rounds)]
    start = threading.Barrier(8)

    def reach() -> list[uuid.UUID | None]:
        got = []
        try:
            for message in messages:
                start.wait()
                got.append(relay.claim(message.pk, now=now))
        finally:
            connections.close_all()
        return got

    with ThreadPoolExecutor(8) as workers:
        got = [reaching.result() for reaching in [workers.submit(reach) for _ in range(8)]]

    assert [sum(token is not None for token in of_one) for of_one in zip(*got, strict=True)] == [1] * rounds
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}
