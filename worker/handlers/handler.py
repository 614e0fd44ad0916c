"""What every handler of a topic looks like."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from kernel.models import OutboxMessage
from worker.hold import Hold

Effect = Callable[[datetime], object]
"""What commits together with the end of a message; at most one action. It is given the instant it happens at."""


class UnknownTopic(LookupError):
    """A message of a topic that this program does not know: perhaps a newer one does."""


class MustWait(Exception):
    """What the work needs is away, or it is too early: the message waits, however long, and is never given up for it.

    `until` is when to try again, where that is known.
    """

    def __init__(self, said: str = "", *, until: datetime | None = None) -> None:
        super().__init__(said)
        self.until = until


class Handler(Protocol):
    """A module with these two functions."""

    def handle(self, message: OutboxMessage, *, hold: Hold) -> Effect:
        """Do the work, outside any transaction, and return what is to be committed.

        It may run more than once for one message, also at the same time. Whatever it raises means "try again later":
        a MustWait for as long as it takes, anything else until it has failed too often.
        """

    def gave_up(self, message: OutboxMessage) -> Effect:
        """Return what is to be committed when the message has failed too often."""
