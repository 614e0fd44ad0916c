"""Thirty documents come through two killed workers and a flushed broker: each once, each whole."""

import hashlib
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.db.models import F, Sum

from bids.actions.import_bid import import_bid
from bids.actions.request_document import request_document
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Asset, Document
from bids.vocabulary import DocumentKind, DocumentState, Language, Profile, Theme
from kernel import files, verification
from kernel.actor import Actor
from kernel.models import AuditEvent, MessageState, OutboxMessage
from tests.bids.offers import a_line, a_part, an_offer
from tests.faults.workers import BEAT, DOCUMENTS, LETTERS, Celery

DOCUMENTS_ASKED_FOR = 30
PATIENCE_SECONDS = 180
ORDER = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)

pytestmark = [pytest.mark.slow, pytest.mark.requires_pdf]


def ask_for(count: int, *, by: Actor, now: datetime) -> None:
    lead = a_part("KUV", a_line("A1", "100.00"), lead=True, business_id="9000001-1")
    for number in range(count):
        offer = an_offer(lead, number=f"YT-2026-{number:04}", title=f"Tarjous {number}")
        bid = import_bid(offer=offer, by=by, now=now)
        request_document(source=bid, kind=DocumentKind.OFFER_PDF, order=ORDER, by=by, now=now)


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"not in {PATIENCE_SECONDS} s: {what}; {progress()}; {errors()}"
        time.sleep(0.1)


def progress() -> dict[str, int]:
    return {state: OutboxMessage.objects.filter(state=state).count() for state in MessageState}


def errors() -> list[str]:
    return list(OutboxMessage.objects.exclude(error="").values_list("error", flat=True))


def at_work_after(done: int) -> Callable[[], bool]:
    return lambda: progress()["done"] >= done and progress()["running"] > 0


def flush_the_broker() -> int:
    broker = redis.Redis.from_url(os.environ["REDIS_URL"])
    ours = [*broker.scan_iter("_kombu*"), *broker.scan_iter("unacked*"), b"pdf", b"mail"]
    flushed = int(broker.llen("pdf"))
    broker.delete(*ours)
    return flushed


@pytest.mark.django_db(transaction=True)
def test_thirty_documents_survive_two_kills_and_a_flush(
    tmp_path: Path, private_files: Path, system: Actor, now: datetime
) -> None:
    with Celery(database=connection.settings_dict["NAME"], files=private_files, logs=tmp_path) as celery:
        celery.start(*LETTERS)
        celery.start(*BEAT)
        documents = celery.start(*DOCUMENTS)
        ask_for(DOCUMENTS_ASKED_FOR, by=system, now=now)
        started_at = time.monotonic()

        wait_until(at_work_after(done=3), "the first documents")
        celery.kill(documents)
        documents = celery.start(*DOCUMENTS)
        wait_until(at_work_after(done=9), "documents after the first kill")
        flushed = flush_the_broker()
        wait_until(at_work_after(done=15), "documents after the flush")
        celery.kill(documents)
        celery.start(*DOCUMENTS)
        wait_until(lambda: not OutboxMessage.objects.undone().exists(), "all documents")
        seconds = time.monotonic() - started_at

    again = OutboxMessage.objects.aggregate(again=Sum(F("attempts") - 1))["again"]
    orphans = len(list(private_files.rglob("*.tmp")))
    print(f"{seconds:.0f} s; {again} bodies run again; {flushed} hints flushed; {orphans} drafts left behind")  # noqa: T201
    assert progress() == {"waiting": 0, "running": 0, "done": DOCUMENTS_ASKED_FOR, "failed": 0}
    assert set(Document.objects.values_list("state", flat=True)) == {DocumentState.DONE.value}
    hashes = sorted(Asset.objects.values_list("sha256", flat=True))
    assert len(hashes) == DOCUMENTS_ASKED_FOR
    assert [hashlib.sha256(files.path_of(each).read_bytes()).hexdigest() for each in hashes] == hashes
    stored = [path.name for path in (private_files / "assets").glob("*/*/*") if path.suffix != ".tmp"]
    assert sorted(stored) == hashes
    finished = AuditEvent.objects.filter(type="document.finished").values_list("facts__document", flat=True)
    assert sorted(finished) == sorted(str(each) for each in Document.objects.values_list("public_id", flat=True))
    assert list(verification.breaks()) == []
