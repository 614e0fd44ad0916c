"""Write an offer out as a package file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bids.exports.bid_package import package_bytes
from bids.models import Bid
from bids.queries.content_of import content_of


class Command(BaseCommand):
    """`export_bid NUMBER [--lead 9000001-1] [--out FILE]`."""

    help = "Write an offer out as a bid package; without --out to standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A number, whose it is when two firms use it, and a file."""
        parser.add_argument("number")
        parser.add_argument("--lead", help="the lead firm's Business ID, needed when several firms use the number")
        parser.add_argument("--out", type=Path)

    def handle(self, *, number: str, lead: str | None, out: Path | None, **_options: Any) -> None:
        """Find the one offer and write it."""
        bids = Bid.objects.filter(number=number, **({"lead__business_id": lead} if lead else {}))[:2]
        if not bids:
            raise CommandError(f"There is no offer {number}.", returncode=2)
        if len(bids) > 1:
            raise CommandError(f"Several firms have an offer {number}: say whose with --lead.", returncode=2)
        data = package_bytes(content_of(bids[0]))
        if out is None:
            sys.stdout.buffer.write(data)
        else:
            out.write_bytes(data)
