"""How long finding one of 5 000 offers takes, in a database of its own: `make bench`."""

import os
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402 - models exist once Django is set up

from bids.models import Bid, Client, LineItem, Part  # noqa: E402
from bids.queries.finding import Wish, found  # noqa: E402
from bids.vocabulary import PartState, Role, VatCategory  # noqa: E402
from kernel.actor import Actor, ActorKind  # noqa: E402
from kernel.clock import database_now  # noqa: E402
from members.models import Firm  # noqa: E402

OFFERS = 5_000
FIRMS_AN_OFFER = 3
ROWS_A_FIRM = 4
ROUNDS = 7
ON_A_PAGE = 24
TARGET_MS = 1_000
"""Whoever looks for something waits a second without noticing."""

NAMES = ("Päiväkoti", "Saha", "Hotelli", "Kirjasto", "Satama", "Apteekki", "Koulu", "Leipomo", "Museo", "Verstas")
WORK = ("Opasteiden suunnittelu", "Esitteen taitto", "Valokuvaus", "Verkkosivuston tekstit", "Ruotsinnos", "Asennus")
SEARCHES = (
    "päiväkodin",
    "museo",
    "opasteet",
    "kumppani 7",
    "YT-2024-4711",
    "9000004-6",
    "kirjasto 2025",
    "kukkakauppa",
)


def built() -> Firm:
    """One firm that has led five thousand offers, each with two partners and twelve rows."""
    now = database_now()
    lead = Firm.objects.create(name="Kuvakulma Design Tmi")
    partners = Firm.objects.bulk_create(Firm(name=f"Kumppani {number} Oy") for number in range(40))
    clients = Client.objects.bulk_create(
        Client(firm=lead, name=f"{NAMES[number % len(NAMES)]} {number}") for number in range(500)
    )
    bids = Bid.objects.bulk_create(
        Bid(
            lead=lead,
            client=clients[number % len(clients)],
            number=f"YT-{2020 + number % 7}-{number:04d}",
            title=f"{WORK[number % len(WORK)]}: {clients[number % len(clients)].name}",
            issued_on=date(2020 + number % 7, 1 + number % 12, 1),
            valid_until=date(2020 + number % 7, 1 + number % 12, 1) + timedelta(days=30),
            created_at=now,
            changed_at=now,
        )
        for number in range(OFFERS)
    )
    parts = Part.objects.bulk_create(
        Part(
            bid=bid,
            firm=firm,
            position=position,
            key=f"F{position}",
            role=(Role.MEMBER if position else Role.LEAD).value,
            state=PartState.IN.value,
            card={"name": firm.name, "business_id": "9000004-6" if number % 100 == position else None},
        )
        for number, bid in enumerate(bids)
        for position, firm in enumerate((lead, partners[number % 40], partners[(number + 7) % 40])[:FIRMS_AN_OFFER])
    )
    LineItem.objects.bulk_create(rows(parts), batch_size=5_000)
    return lead


def rows(parts: list[Part]) -> Iterator[LineItem]:
    """The rows of all parts."""
    for number, part in enumerate(parts):
        for position in range(ROWS_A_FIRM):
            yield LineItem(
                bid_id=part.bid_id,
                part=part,
                position=part.position * ROWS_A_FIRM + position,
                code=f"A{part.position * ROWS_A_FIRM + position}",
                text=f"{WORK[(number + position) % len(WORK)]}, {number % 97} kpl",
                quantity=Decimal(1),
                unit="kpl",
                unit_price=Decimal(100),
                vat_category=VatCategory.STANDARD.value,
                vat_rate=Decimal("25.5"),
            )


def milliseconds(lead: Firm, words: str) -> tuple[float, int]:
    """The median time of finding and of reading the first page, and how many offers were found."""
    actor = Actor(
        kind=ActorKind.PERSON,
        label="benchmark",
        id=0,
        public_id=lead.public_id,
        firm_id=lead.pk,
        firm_public_id=lead.public_id,
    )
    taken, now, count = [], database_now(), 0
    for _round in range(ROUNDS):
        began = time.perf_counter()
        mine = Bid.objects.visible_to(actor)
        keys = found(mine, Wish(words=words), firm_id=lead.pk, now=now).latest_first().values_list("pk", flat=True)
        count = keys.count()
        list(keys[:ON_A_PAGE])
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken), count


def main() -> int:
    """Print a line a search; status 1 when one takes longer than it should."""
    slowest = 0.0
    with transaction.atomic():
        lead = built()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        for words in SEARCHES:
            taken, count = milliseconds(lead, words)
            slowest = max(slowest, taken)
            print(f"{words:<16} {count:>6} offers {taken:>8.0f} ms")
        transaction.set_rollback(True)
    print(f"slowest of {OFFERS} offers: {slowest:.0f} ms (at most {TARGET_MS})")
    return 0 if slowest <= TARGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
