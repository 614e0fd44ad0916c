"""Look at what must still happen, and have another go at what was given up."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from kernel.clock import database_now
from kernel.models import OutboxMessage
from worker import relay
from worker.tasks import wake


class Command(BaseCommand):
    """`outbox` lists what is not done; `outbox retry ID …` and `outbox retry --all` try again what was given up."""

    help = "List the promises not kept yet, or try given up ones again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and with which."""
        parser.add_argument("verb", nargs="?", choices=["list", "retry"], default="list")
        parser.add_argument("ids", nargs="*", type=UUID, metavar="ID")
        parser.add_argument("--all", action="store_true", help="retry everything that was given up")

    def handle(self, *_args: Any, verb: str, ids: list[UUID], **options: Any) -> None:
        """Print one line a promise, or ring for those to be tried again."""
        if verb == "list":
            self._list()
        elif not ids and not options["all"]:
            raise CommandError("Say which: outbox retry ID …, or outbox retry --all")
        else:
            self._retry(ids or list(OutboxMessage.objects.failed().values_list("pk", flat=True)))

    def _list(self) -> None:
        for message in OutboxMessage.objects.undone().order_by("state", "due_at"):
            self.stdout.write(
                f"{message.pk} {message.state:8} {message.topic} due {message.due_at:%Y-%m-%d %H:%M:%S} UTC, "
                f"{message.attempts} attempts{': ' if message.error else ''}{message.error}"
            )

    def _retry(self, ids: list[UUID]) -> None:
        now = database_now()
        missed = []
        for message_id in ids:
            if relay.try_again(message_id, now=now):
                wake(message_id, OutboxMessage.objects.values_list("topic", flat=True).get(pk=message_id))
                self.stdout.write(f"{message_id} is tried again.")
            else:
                missed.append(str(message_id))
        if missed:
            raise CommandError(f"Not given up, so nothing to try again: {', '.join(missed)}")
