"""Keep the promises of the outbox without Celery and without a broker."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kernel.clock import database_now
from kernel.models import OutboxMessage
from worker import relay

POLL_SECONDS = 0.5


class Command(BaseCommand):
    """The last resort: slower than workers that are rung, and just as safe beside them."""

    help = "Poll the outbox every half second and do what is due, until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once` for scripts."""
        parser.add_argument("--once", action="store_true", help="stop as soon as nothing is due")

    def handle(self, *_args: Any, once: bool, **_options: Any) -> None:
        """Do what is due, look again after half a second; a signal stops it between two messages."""
        stopped = threading.Event()
        for wish in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wish, lambda *_: stopped.set())
        while not stopped.is_set():
            busy = self._round(stopped)
            if once and not busy:
                return
            if not busy:
                stopped.wait(POLL_SECONDS)

    def _round(self, stopped: threading.Event) -> bool:
        now = database_now()
        due = OutboxMessage.objects.claimable(now=now).filter(attempts__lt=relay.MAX_ATTEMPTS).order_by("due_at")
        found = list(due.values_list("pk", flat=True)[: relay.SWEPT_AT_ONCE])
        for message_id in found:
            if stopped.is_set():
                break
            relay.handle(message_id)
        relay.sweep(lambda _message_id, _topic: None, now=now)
        return bool(found)
