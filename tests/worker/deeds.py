"""A topic for tests, whose handler does what the test says."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from kernel.models import OutboxMessage
from worker.handlers.handler import Effect
from worker.hold import Hold

TOPIC = "bell.rung"


class Deeds:
    """Remembers what was worked on and what took effect."""

    def __init__(self, work: Callable[[OutboxMessage, Hold], None] = lambda _message, _hold: None) -> None:
        self.worked_on: list[UUID] = []
        self.took_effect: list[datetime] = []
        self.given_up: list[UUID] = []
        self._work = work

    def handle(self, message: OutboxMessage, *, hold: Hold) -> Effect:
        self.worked_on.append(message.pk)
        self._work(message, hold)
        return self.took_effect.append

    def gave_up(self, message: OutboxMessage) -> Effect:
        return lambda _now: self.given_up.append(message.pk)
