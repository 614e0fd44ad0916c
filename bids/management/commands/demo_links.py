"""The ready ways into the demo: a log-in for the lead, and the links its partner and its client were mailed."""

import json
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from bids.management.demo_path import SENT, WAITING
from bids.models import Bid, Letter
from bids.queries.versions import with_the_client
from bids.steps.minting import mint
from bids.vocabulary import LetterKind
from kernel.clock import database_now
from members.models import Membership
from members.web.demo import login_path

POLL_SECONDS = 0.3


class Command(BaseCommand):
    """`demo_links [--json]`: waits until the worker has sent the offer; each link is a fresh one."""

    help = "Print addresses that open the demo as its lead, a partner and the client."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to print them, and how long to wait."""
        parser.add_argument("--json", action="store_true", dest="as_json")
        parser.add_argument("--seconds", type=float, default=60.0)

    def handle(self, *, as_json: bool, seconds: float, **_options: Any) -> None:
        """Print the three paths."""
        if not settings.DEMO:
            raise CommandError("The demo's people and log-in links exist only with DEMO=1.")
        sent, waiting = _bid(SENT), _bid(WAITING)
        _wait_until_sent(sent, seconds=seconds)
        now = database_now()
        found = {
            "lead": login_path(Membership.objects.filter(firm=sent.lead).order_by("pk")[0].person),
            "partner": _mailed(waiting, LetterKind.ASKED, now=now, invitation__answer=""),
            "client": _mailed(sent, LetterKind.OFFER_TO_CLIENT, now=now),
        }
        self.stdout.write(json.dumps(found) if as_json else "\n".join(f"{who}: {path}" for who, path in found.items()))


def _bid(public_id: UUID) -> Bid:
    bid = Bid.objects.select_related("lead").filter(public_id=public_id).first()
    if bid is None:
        raise CommandError("Fill the demo first: seed_demo.")
    return bid


def _wait_until_sent(bid: Bid, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while with_the_client(bid, now=database_now()) is None:
        if time.monotonic() > deadline:
            raise CommandError("The offer was not sent in time.", returncode=1)
        time.sleep(POLL_SECONDS)


def _mailed(bid: Bid, kind: LetterKind, *, now: datetime, **narrower: Any) -> str:
    """The path of one more link as this letter carries: a demo shows what real letters keep to their readers."""
    letter = Letter.objects.filter(bid=bid, kind=kind.value, **narrower).latest_first().first()
    minted = mint(letter, now=now) if letter else None
    if minted is None or minted.row is None:
        return reverse("front")
    minted.row.save(force_insert=True)
    return minted.address.removeprefix(settings.PUBLIC_BASE_URL)
