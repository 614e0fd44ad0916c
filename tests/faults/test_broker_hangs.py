"""A worker whose broker hung while rings were acknowledged still hears the rings that come afterwards."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import redis
from django.db import connection

from bids.actions.import_bid import import_bid
from bids.actions.request_document import request_document
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Document
from bids.vocabulary import DocumentKind, DocumentState, Language, Profile, Theme
from kernel.actor import Actor
from kernel.models import MessageState, OutboxMessage
from tests.bids.offers import a_line, a_part, an_offer
from tests.faults.workers import DOCUMENTS, Celery

PATIENCE_SECONDS = 25
HANG_SECONDS = 14
"""Longer than the client's eleven tries of one command, half a second each, and the pauses between them."""
ORDER = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
IN_PROCESSES = ("worker", "-Q", "pdf", "--pool", "prefork", "-c", "1")

pytestmark = [pytest.mark.slow, pytest.mark.requires_pdf]


def ask_for(numbers: range, *, by: Actor, now: datetime) -> list[Document]:
    lead = a_part("KUV", a_line("A1", "100.00"), lead=True, business_id="9000001-1")
    asked = []
    for number in numbers:
        bid = import_bid(offer=an_offer(lead, number=f"YT-2026-{number:04}", title=f"Tarjous {number}"), by=by, now=now)
        asked.append(request_document(source=bid, kind=DocumentKind.OFFER_PDF, order=ORDER, by=by, now=now))
    return asked


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"not in {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.02)


def at_work() -> int:
    return OutboxMessage.objects.filter(state=MessageState.RUNNING).count()


def done(asked: list[Document]) -> int:
    return Document.objects.filter(pk__in=[each.pk for each in asked], state=DocumentState.DONE).count()


@contextmanager
def hung(pid: int) -> Iterator[None]:
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("pool", "slots"), [(DOCUMENTS, 2), (IN_PROCESSES, 1)], ids=["threads", "processes"])
def test_a_worker_hears_again_after_its_broker_hung(
    pool: tuple[str, ...], slots: int, tmp_path: Path, private_files: Path, system: Actor, now: datetime
) -> None:
    broker = redis.Redis.from_url(os.environ["REDIS_URL"])
    broker.delete("pdf")
    with Celery(database=connection.settings_dict["NAME"], files=private_files, logs=tmp_path) as celery:
        celery.start(*pool)
        first = ask_for(range(1), by=system, now=now)
        wait_until(lambda: done(first) == 1, "a first document")
        ask_for(range(1, 1 + 8 * slots), by=system, now=now)
        wait_until(lambda: at_work() == slots and broker.llen("pdf") > 0, "every hand at work and more lying ready")
        with hung(int(broker.info("server")["process_id"])):
            time.sleep(HANG_SECONDS)
        later = ask_for(range(100, 102), by=system, now=now)
        wait_until(lambda: done(later) == len(later), "documents asked for after the hang")
