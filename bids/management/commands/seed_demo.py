"""Put a week's worth of life into an empty demo."""

import json
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from bids.content import FirmCard, JointOffer
from bids.exports.bid_package import moved_by_weeks, read_package
from bids.management.demo_path import walk
from kernel.actor import Actor, ActorKind
from kernel.clock import database_now, helsinki_day
from members.actions.create_firm import create_firm
from members.actions.give_firm_to import give_firm_to
from members.details import FirmDetails
from members.models import Firm, Person

EXAMPLE = Path("examples") / "daycare.json"


class Command(BaseCommand):
    """`seed_demo [--json]`: three firms' offer on its way to the daycare, and another that waits for one price."""

    help = "Fill the demo. Doing it again goes on from where it stands and doubles nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to print what was made."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, as_json: bool, **_options: Any) -> None:
        """Make what is missing and say what there is."""
        if not settings.DEMO:
            raise CommandError("The demo's people and log-in links exist only with DEMO=1.")
        now = database_now()
        offer = this_weeks(read_package((settings.BASE_DIR / EXAMPLE).read_bytes()), today=helsinki_day(now))
        person = _lead(offer)
        walked = walk(offer, lead=_firm(offer.lead.firm, person, now=now), person=person, now=now)
        found = {
            "sent": str(walked.sent.public_id),
            "waiting": str(walked.waiting.public_id),
            "document": str(walked.document.public_id),
        }
        self.stdout.write(
            json.dumps(found) if as_json else "\n".join(f"{key}: {value}" for key, value in found.items())
        )


def this_weeks(offer: JointOffer, *, today: date) -> JointOffer:
    """The same offer with every day moved by one whole number of weeks, dated in the week of `today`."""
    return moved_by_weeks(offer, (_monday(today) - _monday(offer.issued_on)) // 7)


def _monday(day: date) -> int:
    return day.toordinal() - day.weekday()


def _lead(offer: JointOffer) -> Person:
    contact = offer.lead.firm.contact
    if contact is None:
        raise CommandError("The example's lead firm has nobody to log in as.")
    return Person.objects.filter(email=contact.email).first() or Person.objects.create_user(
        contact.email, name=contact.name, phone=contact.phone, language=offer.language.value
    )


def _firm(card: FirmCard, person: Person, *, now: datetime) -> Firm:
    """The lead's firm, which the person owns."""
    standing = Firm.objects.filter(business_id=card.business_id).first()
    if standing is None:
        details = FirmDetails(
            name=card.name,
            business_id=card.business_id,
            legal_form=card.legal_form,
            municipality=card.municipality,
            staff=card.staff,
            vat_liable=card.vat_liable,
            colour=card.colour,
        )
        founder = Actor(kind=ActorKind.PERSON, id=person.pk, public_id=person.public_id, label=str(person))
        return create_firm(details=details, by=founder, now=now)
    give_firm_to(firm=standing, person=person, by=Actor.system("seed_demo"), now=now)
    return standing
