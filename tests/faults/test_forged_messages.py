"""Whoever can write to the broker can ring, and nothing more."""

import os
import pickle
import time
import uuid
from datetime import datetime
from pathlib import Path

import pytest
from celery import Celery as Program
from django.db import connection

from bids.actions.request_document import request_document
from bids.exports.bid_package import read_package
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Document
from bids.vocabulary import DocumentKind, DocumentState, Language, Profile, Theme
from kernel.actor import Actor
from kernel.models import MessageState, OutboxMessage
from tests.faults.workers import DOCUMENTS, Celery

PATIENCE_SECONDS = 60

pytestmark = [pytest.mark.slow, pytest.mark.requires_pdf]


class LeavesAMark:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


@pytest.mark.django_db(transaction=True)
def test_forged_messages_are_refused_and_the_worker_goes_on(
    tmp_path: Path, private_files: Path, system: Actor, now: datetime
) -> None:
    mark = tmp_path / "mark"
    pickle.loads(pickle.dumps(LeavesAMark(tmp_path / "shows that it would")))  # noqa: S301
    assert (tmp_path / "shows that it would").is_dir()
    kept = OutboxMessage.objects.create(topic="document.requested", effect_key="kept", due_at=now, state="done")
    forger = Program(broker=os.environ["REDIS_URL"])
    forger.conf.update(accept_content=["json", "pickle"])
    forger.send_task("worker.tasks.deliver", args=(LeavesAMark(mark),), serializer="pickle", queue="pdf")
    forger.send_task("os.mkdir", args=(str(mark),), queue="pdf")
    forger.send_task("worker.tasks.deliver", args=("../../etc/passwd",), queue="pdf")
    forger.send_task("worker.tasks.deliver", args=(str(uuid.uuid4()),), queue="pdf")
    forger.send_task("worker.tasks.deliver", args=(str(kept.pk),), queue="pdf")
    offer = read_package((Path(__file__).resolve().parents[2] / "examples" / "minimal.json").read_bytes())
    order = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
    document = request_document(source=offer, kind=DocumentKind.OFFER_PDF, order=order, by=system, now=now)

    with Celery(database=connection.settings_dict["NAME"], files=private_files, logs=tmp_path) as celery:
        celery.start(*DOCUMENTS)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while OutboxMessage.objects.undone().exists() and time.monotonic() < deadline:
            time.sleep(0.1)

    assert Document.objects.get(pk=document.pk).state == DocumentState.DONE
    assert not mark.exists()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == (MessageState.DONE, 0)
