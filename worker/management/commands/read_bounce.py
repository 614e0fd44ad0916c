"""Read reports of mail that came back, as a mail server writes them."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations

from kernel.clock import database_now
from worker.letters.bounces import note, reports_in

LARGEST = 10_000_000


class Command(BaseCommand):
    """`read_bounce FILE…`: `-` reads standard input, as a mail server's pipe gives it."""

    help = "Note the letters that delivery reports (RFC 3464) say did not arrive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which reports."""
        parser.add_argument("files", nargs="+", metavar="FILE")

    @no_translations
    def handle(self, *, files: list[str], **_options: Any) -> None:
        """Print a line for each letter; exit status 1 where a file is no report or too large."""
        for name in files:
            data = self._read(name)
            reports = reports_in(data)
            if not reports:
                raise CommandError(f"{name} reports no mail that came back.", returncode=1)
            for report in reports:
                letter = note(report, now=database_now())
                said = f"letter {letter.public_id}: {letter.state}" if letter else "no letter of ours"
                self.stdout.write(f"{report.recipient}: {said}: {report.reason}")

    @staticmethod
    def _read(name: str) -> bytes:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            try:
                with Path(name).open("rb") as file:
                    data = file.read(LARGEST + 1)
            except OSError as error:
                raise CommandError(f"{name} cannot be read: {error.strerror}", returncode=1) from None
        if len(data) > LARGEST:
            raise CommandError(f"{name} is larger than a report is.", returncode=1)
        return data
