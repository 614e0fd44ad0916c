"""Filling the demo: the path walked once, in this week's days, and nothing doubled."""

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from bids.actions.finish_sending import finish_sending
from bids.management.commands.seed_demo import this_weeks
from bids.management.demo_path import SENT, WAITING
from bids.models import Approval, Bid, Document, Invitation, Letter, LineItem, Revision
from bids.pricing import totals
from bids.queries.content_of import content_of
from bids.queries.stages import standing_of, with_stages
from bids.vocabulary import OfferStage, PartState
from kernel import verification
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from members.models import Membership, Person
from tests.bids.cases import daycare
from tests.bids.sendings import drawn


def said(command: str) -> dict[str, str]:
    out = StringIO()
    call_command(command, "--json", stdout=out)
    found: dict[str, str] = json.loads(out.getvalue())
    return found


def counted() -> dict[str, int]:
    models: tuple[Any, ...] = (Bid, Document, Membership, Person, Invitation, LineItem, Approval, Revision, Letter)
    return {model.__name__: model.objects.count() for model in models}


def followed(link: str) -> str:
    """The page a link leads to, in a browser that keeps what it was left."""
    browser = Client()
    answer = browser.get(link)
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"]).content.decode()


@pytest.fixture
def _demo(settings: Settings) -> None:
    settings.DEMO = True
    settings.ROOT_URLCONF = "tests.web.test_demo"


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
@pytest.mark.usefixtures("_demo")
def test_the_path_ends_with_an_offer_on_its_way_and_one_that_waits_and_walking_it_again_doubles_nothing() -> None:
    first, once = said("seed_demo"), counted()

    bids = with_stages(Bid.objects.all(), now=database_now())
    sent, waiting = bids.get(public_id=SENT), bids.get(public_id=WAITING)
    assert standing_of(sent).stage is OfferStage.SENDING
    assert (standing_of(waiting).stage, standing_of(waiting).prices) == (OfferStage.PRICES, 1)
    assert set(sent.parts.values_list("state", flat=True)) == {PartState.IN.value}
    assert sent.issued_on == helsinki_day(database_now()) + timedelta(days=1)
    found, expected = totals(content_of(sent)), totals(daycare())
    assert (found.net, found.gross) == (expected.net, expected.gross)
    assert [part.gross for part in found.parts] == [part.gross for part in expected.parts]

    assert said("seed_demo") == first
    assert counted() == once
    assert list(verification.breaks()) == []


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("_demo")
def test_filling_goes_on_where_it_was_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(**_asked: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as early:
        early.setattr("bids.management.demo_path.write_section", cut_off)
        with pytest.raises(KeyboardInterrupt):
            said("seed_demo")

    said("seed_demo")

    assert totals(content_of(Bid.objects.get(public_id=SENT))).gross == totals(daycare()).gross


@pytest.mark.django_db
@pytest.mark.usefixtures("_demo")
def test_each_link_opens_its_own_page(system: Actor) -> None:
    said("seed_demo")
    revision = Revision.objects.get()
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=system, now=database_now())

    found = said("demo_links")

    assert "Kaisa Kuvanto" in Client().get(found["lead"]).content.decode()
    assert "Opastekyltti" in followed(found["partner"])
    assert "Päiväkoti Pikkutikka Oy" in followed(found["client"])


@pytest.mark.django_db
@pytest.mark.usefixtures("_demo")
def test_without_an_offer_there_are_no_links() -> None:
    with pytest.raises(CommandError):
        said("demo_links")


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["seed_demo", "demo_links"])
def test_no_demo_is_filled_where_no_demo_runs(command: str, settings: Settings) -> None:
    settings.DEMO = False

    with pytest.raises(CommandError):
        said(command)

    assert not Bid.objects.exists()
