"""A yes when the offer is busy or the clock of the server is wrong: nobody else decides, and nothing is lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction
from django.urls import reverse

from bids.models import Bid, Decision, OneTimeCode
from bids.steps.settling import lock_bid
from bids.vocabulary import RevisionState
from kernel.clock import database_now, helsinki_day
from tests.bids.decisions import Offered, an_offered, two_readers
from tests.bids.sendings import state_of
from tests.web.test_client_decision import Reader, text

A_DAY = timedelta(days=1)


def offered_until(days: int) -> Offered:
    """With the client until the end of so many days from now."""
    now = database_now()
    begun = now - 20 * A_DAY
    offer = replace(two_readers(), issued_on=helsinki_day(begun), valid_until=helsinki_day(now + days * A_DAY))
    return an_offered(offer, now=begun)


def shift_the_clock(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    """The program's own clock is wrong by so much; the database's is not."""
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + by.total_seconds())


def wait_at_most(patience: str) -> None:
    """So long this connection stands before a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [patience])


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [-40 * A_DAY, -timedelta(minutes=10), timedelta(minutes=10), 40 * A_DAY])
def test_the_servers_own_clock_ends_and_prolongs_nothing(wrong: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    valid = offered_until(2)
    shift_the_clock(monkeypatch, wrong)
    assert Reader(valid).accepts().status_code == 303
    assert state_of(valid.revision) == RevisionState.ACCEPTED
    assert abs(Decision.objects.get().decided_at - database_now()) < timedelta(minutes=5)


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [-40 * A_DAY, -timedelta(minutes=10)])
def test_nor_does_a_clock_that_is_behind_bring_an_offer_back(wrong: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    over = offered_until(-1)
    shift_the_clock(monkeypatch, wrong)
    reader = Reader(over)
    answer = reader.browser.get(reader.where("accept"))
    assert (answer.status_code, "no longer valid" in text(answer)) == (409, True)
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_offer_that_somebody_holds_for_too_long_says_so_plainly_and_the_code_stays_good() -> None:
    offered = offered_until(2)
    reader = Reader(offered)
    reader.browser.raise_request_exception = False
    page = reader.browser.get(reader.begins().headers["Location"]).content.decode()
    code = reader.code()
    is_held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                lock_bid(Bid.objects.get(pk=offered.world.bid.pk), even_sending=True)
                is_held.set()
                let_go.wait(timeout=60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        assert is_held.wait(timeout=60)
        wait_at_most("200ms")
        busy = reader.sends(page, code=code, act="give")
        let_go.set()
        wait_at_most("30s")
        held.result(timeout=60)

    assert busy.status_code == 503, (busy.headers, text(busy))
    assert busy.headers["Retry-After"].isdigit()
    assert "Wait a moment and try again." in text(busy), "in the language of the page"
    assert not Decision.objects.exists()
    assert OneTimeCode.objects.get().attempts == 0

    done = reader.sends(page, code=code, act="give")
    assert done.headers["Location"].startswith(reverse("bids:client-decision", args=[reader.link.public_id]))
    assert state_of(offered.revision) == RevisionState.ACCEPTED
