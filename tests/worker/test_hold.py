"""A worker that works for long goes on holding its promise, and notices when it no longer does."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import InterfaceError, OperationalError

from kernel.clock import database_now
from kernel.models import OutboxMessage
from worker import relay
from worker.hold import Hold, LeaseLost, beating

MakePromise = Callable[..., OutboxMessage]

QUICK, LONG = 0.005, 10.0


def a_hold() -> Hold:
    return Hold(uuid.uuid4(), uuid.uuid4())


def test_the_heart_beats_while_the_work_goes_on_and_not_after() -> None:
    beats, enough = [], threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) == 3:
            enough.set()

    with beating(a_hold(), beat, seconds=QUICK) as hold:
        assert enough.wait(LONG)
        hold.check()
    after = len(beats)

    assert not [thread for thread in threading.enumerate() if thread.name == "heartbeat"]
    assert len(beats) == after


def test_a_lost_lease_is_noticed_at_the_next_step() -> None:
    asked = threading.Event()

    def beat() -> None:
        asked.set()
        raise LeaseLost

    with beating(a_hold(), beat, seconds=QUICK) as hold:
        assert asked.wait(LONG)
    with pytest.raises(LeaseLost):
        hold.check()


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_beat_the_database_misses_is_made_up_for(error: type[Exception]) -> None:
    beats, enough = [], threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) == 1:
            raise error("gone for a moment")
        enough.set()

    with beating(a_hold(), beat, seconds=QUICK) as hold:
        assert enough.wait(LONG)
    hold.check()


def test_work_that_hangs_loses_its_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("worker.hold.MOST_BEATS", 3)
    hold = a_hold()

    with beating(hold, lambda: None, seconds=QUICK):
        until = time.monotonic() + LONG
        while not hold.is_lost and time.monotonic() < until:
            time.sleep(QUICK)

    with pytest.raises(LeaseLost):
        hold.check()


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_prolonged_over_a_connection_of_its_own(a_promise: MakePromise) -> None:
    message = a_promise()
    started_at = database_now() - relay.LEASE + timedelta(seconds=5)
    token = relay.claim(message.pk, now=started_at)
    assert token is not None
    beaten = threading.Event()

    def beat() -> None:
        relay.heartbeat(message.pk, token)
        beaten.set()

    with beating(Hold(message.pk, token), beat, seconds=QUICK):
        assert beaten.wait(LONG)
        assert relay.claim(message.pk, now=started_at + relay.LEASE + timedelta(seconds=1)) is None
    relay.finish(message.pk, token, partial(int))
