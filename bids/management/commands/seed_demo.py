"""Put a week's worth of life into an empty demo."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bids.actions.import_bid import import_bid
from bids.actions.request_document import request_document
from bids.content import JointOffer
from bids.exports.bid_package import moved_by_weeks, read_package
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Bid, Document
from bids.vocabulary import DocumentKind
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from members.actions.give_firm_to import give_firm_to
from members.models import Firm, Person
from members.web.demo import login_path

EXAMPLE = Path("examples") / "daycare.json"


class Command(BaseCommand):
    """`seed_demo [--json]`: the daycare's offer as if it were written this week, its lead, and its PDF on the way."""

    help = "Fill the demo. Doing it again changes nothing and mints a fresh log-in link."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to print what was made."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json: bool, **_options: Any) -> None:
        """Make what is missing and print the addresses."""
        if not settings.DEMO:
            raise CommandError("The demo's people and log-in links exist only with DEMO=1.")
        now = database_now()
        offer = this_weeks(read_package((settings.BASE_DIR / EXAMPLE).read_bytes()), today=helsinki_day(now))
        bid = _bid(offer, now=now)
        document = _document(bid, offer, now=now)
        found = {
            "bid": str(bid.public_id),
            "number": bid.number,
            "document": str(document.public_id),
            "login_url_path": login_path(_owner(bid.lead, offer, now=now)),
        }
        self.stdout.write(
            json.dumps(found) if as_json else "\n".join(f"{key}: {value}" for key, value in found.items())
        )


def this_weeks(offer: JointOffer, *, today: date) -> JointOffer:
    """The same offer with every day moved by one whole number of weeks, dated in the week of `today`."""
    return moved_by_weeks(offer, (_monday(today) - _monday(offer.issued_on)) // 7)


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


def _bid(offer: JointOffer, *, now: datetime) -> Bid:
    lead = Firm.objects.filter(business_id=offer.lead.firm.business_id).first()
    standing = Bid.objects.filter(lead=lead).order_by("pk").first() if lead else None
    return standing or import_bid(offer=offer, by=Actor.system("seed_demo"), now=now)


def _owner(firm: Firm, offer: JointOffer, *, now: datetime) -> Person:
    contact = offer.lead.firm.contact
    if contact is None:
        raise CommandError("The example's lead firm has nobody to log in as.")
    person = Person.objects.filter(email=contact.email).first() or Person.objects.create_user(
        contact.email, name=contact.name, phone=contact.phone, language=offer.language.value
    )
    give_firm_to(firm=firm, person=person, by=Actor.system("seed_demo"), now=now)
    return person


def _document(bid: Bid, offer: JointOffer, *, now: datetime) -> Document:
    standing = Document.objects.filter(bid=bid, kind=DocumentKind.OFFER_PDF.value).exclude(failure_code__gt="")
    order = DocumentOrder(language=offer.language, profile=offer.profile, theme=offer.theme)
    return standing.order_by("pk").first() or request_document(
        source=bid, kind=DocumentKind.OFFER_PDF, order=order, by=Actor.system("seed_demo"), now=now
    )
