"""Erase who gave an answer of the client."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from bids.actions import erase_who_answered
from bids.models import Decision
from kernel.actor import Actor
from kernel.clock import database_now


class Command(BaseCommand):
    """`erase_who_answered DECISION`: the typed name and where it came from go; the certificate is drawn anew."""

    help = "Erase the name typed with a yes or a no, and the address it came from; what it proves still holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which answer: its id, as evidence and the API name it."""
        parser.add_argument("decision", type=UUID)

    def handle(self, *, decision: UUID, **_options: Any) -> None:
        """Erase and say of which offer; status 1 where there is no such answer."""
        found = Decision.objects.select_related("bid").filter(public_id=decision).first()
        if found is None:
            raise CommandError(f"There is no answer {decision}.")
        erase_who_answered.erase_who_answered(decision=found, by=Actor.system("erase_who_answered"), now=database_now())
        self.stdout.write(f"Erased: whoever answered version {found.revision.number} of offer {found.bid.number}.")
