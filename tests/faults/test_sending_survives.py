"""A worker killed between freezing and sending: the version goes out once, whole, or not at all."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from bids.models import Document, Letter, Revision, RevisionStanding
from bids.vocabulary import DocumentState, Language, LetterKind, RevisionState
from kernel.clock import database_now
from kernel.files import read
from kernel.models import AuditEvent
from tests.bids.cases import daycare
from tests.bids.ok_world import an_ok_world
from tests.bids.sendings import bid_state, frozen
from tests.faults.workers import BEAT, DOCUMENTS, LETTERS, Celery

PATIENCE_SECONDS = 180

pytestmark = [pytest.mark.slow, pytest.mark.requires_pdf]


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        states = list(Document.objects.values_list("kind", "language", "state"))
        assert time.monotonic() < deadline, f"not in {PATIENCE_SECONDS} s: {what}; {states}"
        time.sleep(0.05)


def at_work() -> bool:
    return Document.objects.exclude(state=DocumentState.QUEUED.value).exists()


@pytest.mark.django_db(transaction=True)
def test_a_version_goes_out_once_although_its_workers_are_killed(tmp_path: Path, private_files: Path) -> None:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=(now + timedelta(days=30)).date()), now=now)
    with Celery(database=connection.settings_dict["NAME"], files=private_files, logs=tmp_path) as celery:
        celery.start(*BEAT)
        documents = celery.start(*DOCUMENTS)
        revision = frozen(world, now=now, languages=[Language.SV, Language.EN])

        wait_until(at_work, "the first document begun")
        celery.kill(documents)
        assert RevisionStanding.objects.get().state == RevisionState.FROZEN.value
        assert bid_state(world.bid) == "sending"
        documents = celery.start(*DOCUMENTS)
        letters = celery.start(*LETTERS)
        wait_until(lambda: Document.objects.done().count() >= 2, "two documents")
        celery.kill(documents)
        celery.kill(letters)
        celery.start(*DOCUMENTS)
        celery.start(*LETTERS)
        wait_until(lambda: RevisionStanding.objects.get().state != RevisionState.FROZEN.value, "the version sent")

    standing = RevisionStanding.objects.get()
    assert standing.state == RevisionState.SENT.value, standing.reason
    assert bid_state(world.bid) == "drafting"
    assert Revision.objects.get() == revision
    drawn = Document.objects.filter(revision=revision).select_related("asset")
    assert sorted((one.kind, one.language) for one in drawn) == [
        ("offer_pdf", "en"),
        ("offer_pdf", "fi"),
        ("offer_pdf", "sv"),
        ("twin_json", "fi"),
        ("twin_ubl", "fi"),
    ]
    assert all(one.asset and read(one.asset.sha256) for one in drawn)
    assert AuditEvent.objects.filter(type="offer.sent").count() == 1
    assert Letter.objects.filter(kind=LetterKind.OFFER_TO_CLIENT.value).count() == 1
    call_command("verify_versions")
