"""Check that nothing in the audit trail was altered, cut out or put in."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kernel import verification


class Command(BaseCommand):
    """Exit status 1 names the first broken place of every chain that does not hold."""

    help = "Check every chain of the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--heads` for a manifest that is kept elsewhere."""
        parser.add_argument("--heads", action="store_true", help="print the last hash of every chain")

    def handle(self, *_args: Any, heads: bool, **_options: Any) -> None:
        """Say what holds and what does not."""
        broken = list(verification.breaks())
        for each in broken:
            self.stderr.write(f"chain {each.chain}: {each.reason}")
        if broken:
            sys.exit(1)
        found = verification.heads()
        for chain, head in found.items() if heads else ():
            self.stdout.write(f"{chain} {head.hex()}")
        self.stdout.write(f"{len(found)} chains hold.")
