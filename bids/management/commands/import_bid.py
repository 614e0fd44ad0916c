"""Bring an offer in from a package file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bids.actions import import_bid
from bids.management.reading import offer_in
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import Refusal


class Command(BaseCommand):
    """`import_bid FILE [--new-number]`: all of the package becomes rows, or nothing does."""

    help = "Bring an offer in from a bid package. Exit status 2 with every fault when the package is refused."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A file, and what to do when its number is taken."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--new-number", action="store_true", help="take the lead firm's next free number if taken")

    def handle(self, *, file: Path, new_number: bool, **_options: Any) -> None:
        """Import and print the number and the public id."""
        offer = offer_in(file)
        try:
            bid = import_bid.import_bid(
                offer=offer, by=Actor.system("import_bid"), now=database_now(), new_number=new_number
            )
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        self.stdout.write(f"{bid.number} {bid.public_id}")
