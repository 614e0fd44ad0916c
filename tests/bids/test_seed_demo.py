"""Filling the demo: this week's offer, its owner, its document on the way, and nothing doubled."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from bids.management.commands.seed_demo import this_weeks
from bids.models import Bid, Document
from bids.pricing import totals
from members.models import Membership
from tests.bids.cases import daycare


def seeded() -> dict[str, str]:
    out = StringIO()
    call_command("seed_demo", "--json", stdout=out)
    found: dict[str, str] = json.loads(out.getvalue())
    return found


@pytest.mark.parametrize("today", [date(2026, 3, 2), date(2026, 3, 8), date(2026, 11, 22), date(2027, 1, 1)])
def test_every_day_moves_by_one_whole_number_of_weeks_into_this_week(today: date) -> None:
    offer = daycare()

    moved = this_weeks(offer, today=today)

    weeks, rest = divmod((moved.issued_on - offer.issued_on).days, 7)
    assert rest == 0
    assert moved.issued_on <= today < moved.issued_on + timedelta(days=7)
    assert moved.valid_until - offer.valid_until == timedelta(weeks=weeks)
    assert totals(moved) == totals(offer)


@pytest.mark.django_db
def test_filling_twice_keeps_one_offer_and_mints_another_link(settings: Settings) -> None:
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.web.test_demo"

    first, second = seeded(), seeded()

    assert (first["bid"], first["document"]) == (second["bid"], second["document"])
    assert (Bid.objects.count(), Document.objects.count(), Membership.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_no_demo_is_filled_where_no_demo_runs(settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError):
        seeded()

    assert not Bid.objects.exists()
