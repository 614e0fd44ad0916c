"""Holding a promise while it is being kept."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import Error, connection

logger = logging.getLogger(__name__)

MOST_BEATS = 60


class LeaseLost(Exception):
    """Another worker has taken this promise over: drop the work."""


class Hold:
    """One worker's claim on one promise, for as long as it is not lost."""

    def __init__(self, message_id: UUID, claim: UUID) -> None:
        self.message_id = message_id
        self.claim = claim
        self._lost = threading.Event()

    def lose(self) -> None:
        """Note that the claim is gone."""
        self._lost.set()

    @property
    def is_lost(self) -> bool:
        """Whether the claim is gone."""
        return self._lost.is_set()

    def check(self) -> None:
        """Raise LeaseLost once the claim is gone; to be asked between steps."""
        if self.is_lost:
            raise LeaseLost(self.message_id)


@contextmanager
def beating(hold: Hold, beat: Callable[[], None], *, seconds: float) -> Iterator[Hold]:
    """Prolong the claim every so many seconds from a thread of its own, while the work goes on.

    Work that hangs for more than sixty beats loses its claim, so that another worker can try.
    """
    over = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(over, hold, beat, seconds), name="heartbeat", daemon=True)
    thread.start()
    try:
        yield hold
    finally:
        over.set()
        thread.join()


def _beat_until(over: threading.Event, hold: Hold, beat: Callable[[], None], seconds: float) -> None:
    try:
        for _ in range(MOST_BEATS):
            if over.wait(seconds):
                return
            try:
                beat()
            except LeaseLost:
                break
            except Error:
                # The lease outlasts several missed beats; the next one tries with a fresh connection.
                logger.warning("a heartbeat of %s was missed", hold.message_id, exc_info=True)
                connection.close()
        hold.lose()
    finally:
        connection.close()
