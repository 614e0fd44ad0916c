"""Check that nothing in the audit trail was altered, cut out or put in."""

import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from kernel import verification
from kernel.verification import Head


class Command(BaseCommand):
    """Exit status 1 names the first wrong event of every chain that does not hold."""

    help = "Check every chain of the audit trail."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--heads` writes a manifest to be kept elsewhere, `--against` reads it."""
        parser.add_argument("--heads", action="store_true", help="print the last event of every chain")
        parser.add_argument("--against", type=Path, metavar="FILE", help="what --heads printed earlier")

    def handle(self, *_args: Any, heads: bool, against: Path | None, **_options: Any) -> None:
        """Say what holds and what does not."""
        broken = list(verification.breaks(kept=_kept(against) if against else None))
        for each in broken:
            self.stderr.write(f"chain {each.chain}: {each.reason}")
        if broken:
            sys.exit(1)
        found = verification.heads()
        for chain, head in found.items() if heads else ():
            self.stdout.write(f"{chain} {head.seq} {head.hash.hex()}")
        self.stdout.write(f"{len(found)} chains hold.")


def _kept(manifest: Path) -> dict[UUID, Head]:
    """The heads in a manifest; its last line, which counts the chains, is passed over."""
    found: dict[UUID, Head] = {}
    try:
        lines = manifest.read_text().splitlines()
        for line in lines if not lines or not lines[-1].endswith("chains hold.") else lines[:-1]:
            chain, seq, head = line.split()
            found[UUID(chain)] = Head(seq=int(seq), hash=bytes.fromhex(head))
    except (OSError, ValueError) as wrong:
        raise CommandError(f"{manifest} is not what --heads prints: {wrong}") from wrong
    return found
