"""From a hint to a kept promise, and what becomes of one that cannot be kept yet."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest

from kernel.clock import database_now
from kernel.models import MessageState, OutboxMessage
from tests.worker.deeds import TOPIC, Deeds
from worker import relay
from worker.handlers import HANDLERS
from worker.hold import Hold

MakePromise = Callable[..., OutboxMessage]

pytestmark = pytest.mark.django_db


def test_doubled_hints_keep_the_promise_once(a_promise: MakePromise, deeds: Deeds) -> None:
    message = a_promise()

    for _ in range(3):
        relay.handle(message.pk)

    assert deeds.worked_on == [message.pk]
    assert len(deeds.took_effect) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (MessageState.DONE, 1, "")


def test_a_hint_for_nothing_does_nothing(deeds: Deeds) -> None:
    relay.handle(uuid.uuid4())

    assert deeds.worked_on == []


def test_the_effect_is_given_the_instant_it_happens_at(a_promise: MakePromise, deeds: Deeds) -> None:
    before = database_now()

    relay.handle(a_promise().pk)

    assert before < deeds.took_effect[0] < database_now()


def test_what_fails_is_given_back_with_the_reason_and_tried_later(
    a_promise: MakePromise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_ink(_message: OutboxMessage, _hold: Hold) -> None:
        raise OSError("no\0 \udcffink")

    deeds = Deeds(out_of_ink)
    monkeypatch.setitem(HANDLERS, TOPIC, deeds)
    message = a_promise()
    before = database_now()

    relay.handle(message.pk)

    message.refresh_from_db()
    assert (message.state, message.claim, message.lease_until) == (MessageState.WAITING, None, None)
    assert (message.attempts, message.error) == (1, "OSError: no ink")
    assert message.due_at >= before + relay.FIRST_PAUSE
    assert deeds.took_effect == []
    relay.handle(message.pk)
    assert len(deeds.worked_on) == 1, "it rests before it is tried again"


def test_the_pause_grows_and_stays_within_a_quarter_of_an_hour() -> None:
    pauses = [relay.pause_after(attempts).total_seconds() for attempts in range(1, relay.MAX_ATTEMPTS + 1)]

    assert pauses[:9] == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert set(pauses[9:]) == {900}


def test_work_overtaken_by_another_worker_is_dropped_without_a_trace(
    a_promise: MakePromise, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_overtaken(message: OutboxMessage, _hold: Hold) -> None:
        assert relay.claim(message.pk, now=database_now() + relay.LEASE + timedelta(seconds=1)) is not None

    deeds = Deeds(is_overtaken)
    monkeypatch.setitem(HANDLERS, TOPIC, deeds)
    message = a_promise()

    relay.handle(message.pk)

    message.refresh_from_db()
    assert (message.state, message.attempts, message.error) == (MessageState.RUNNING, 2, "")
    assert deeds.took_effect == []


def test_a_topic_this_program_does_not_know_waits_for_one_that_does(a_promise: MakePromise) -> None:
    message = a_promise(topic="moon.landed")

    relay.handle(message.pk)

    message.refresh_from_db()
    assert (message.state, message.error) == (MessageState.WAITING, "UnknownTopic: moon.landed")
