"""Promises for the tests of the relay."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from kernel.models import OutboxMessage
from tests.worker.deeds import TOPIC, Deeds
from worker.handlers import HANDLERS

MakePromise = Callable[..., OutboxMessage]


@pytest.fixture
def deeds(monkeypatch: pytest.MonkeyPatch) -> Deeds:
    made = Deeds()
    monkeypatch.setitem(HANDLERS, TOPIC, made)
    return made


@pytest.fixture
def a_promise(now: datetime) -> MakePromise:
    def make(key: str = "a", **said: Any) -> OutboxMessage:
        return OutboxMessage.objects.create(**{"topic": TOPIC, "effect_key": key, "due_at": now, **said})

    return make
