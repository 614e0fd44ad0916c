"""Draw a document that was asked for, and store its file."""

import logging
import time
from datetime import datetime
from functools import partial
from typing import Final, NamedTuple

from django.db.models import Exists

from bids.actions.fail_document import fail_document
from bids.actions.finish_document import finish_document
from bids.exports.frozen_offer import hash_of, thaw
from bids.models import Document
from bids.vocabulary import DocumentKind, DocumentState
from kernel import files
from kernel.actor import Actor
from kernel.models import OutboxMessage
from worker.documents.draw import cache_key_of, draw_document
from worker.documents.job import Reason, RenderFailed, Step
from worker.handlers.handler import Effect
from worker.hold import Hold

logger = logging.getLogger(__name__)

ACTOR: Final = Actor.system("worker")
SECONDS_BETWEEN_STEPS: Final = 0.3
TRIES_AFTER_A_CRASH: Final = 3

NOT_ITS_FAULT: Final = frozenset({Reason.CRASHED, Reason.STOPPED, Reason.TOO_LONG_WALL})
"""Failures that another try on a calmer machine may cure."""


def handle(message: OutboxMessage, *, hold: Hold) -> Effect:
    """The document's file lies in private storage; what is left to commit is that the document has it.

    A file that was drawn before from the same bytes by the same code is used again. A document that cannot be drawn
    fails for good, and so does one whose frozen offer was altered; a renderer that died is given three tries.
    """
    document = Document.objects.select_related("sheet").filter(public_id=message.payload["document"]).first()
    if document is None or document.state == DocumentState.DONE:
        return _nothing
    payload = bytes(document.sheet.payload)
    if hash_of(payload) != document.sheet.sha256:
        logger.error("what was frozen for document %s is not what it was: it is not drawn", document.public_id)
        return partial(_fail, document, Reason.CRASHED, "the frozen offer is not what it was")
    kind = DocumentKind(document.kind)
    key = cache_key_of(document.sheet.sha256, kind)
    earlier = _drawn_before(key)
    if earlier is not None:
        return partial(_finish, document, earlier, key)
    report = _Reporter(document, hold)
    report.begun()
    try:
        drawn = draw_document(thaw(payload), kind, report)
    except RenderFailed as failed:
        if failed.reason in NOT_ITS_FAULT and message.attempts < TRIES_AFTER_A_CRASH:
            report.interrupted()
            raise
        logger.warning("document %s cannot be drawn: %s", document.public_id, failed)
        return partial(_fail, document, failed.reason, failed.detail)
    except Exception:
        report.interrupted()
        raise
    hold.check()
    file = _File(files.store(drawn.data), len(drawn.data), drawn.media_type, drawn.pages)
    return partial(_finish, document, file, key)


def gave_up(message: OutboxMessage) -> Effect:
    """Nobody waits for a document that does not come."""
    document = Document.objects.filter(public_id=message.payload["document"]).first()
    return partial(_fail, document, Reason.CRASHED, message.error) if document else _nothing


class _File(NamedTuple):
    """A file that lies in private storage."""

    sha256: str
    size: int
    media_type: str
    pages: int | None


class _Reporter:
    """Writes on the document's row what is being done, not oftener than a person can read it.

    A worker whose claim went to another one writes nothing more: it may have been stalled until the document failed.
    """

    def __init__(self, document: Document, hold: Hold) -> None:
        held = OutboxMessage.objects.held(hold.message_id, hold.claim)
        undone = Document.objects.filter(pk=document.pk).exclude(state=DocumentState.DONE)
        self._undone = undone.filter(Exists(held))
        self._hold = hold
        self._written_at = 0.0

    def begun(self) -> None:
        self._undone.update(
            state=DocumentState.RENDERING, progress_step="", progress_done=0, progress_total=0, failure_code=""
        )

    def interrupted(self) -> None:
        self._undone.filter(state=DocumentState.RENDERING).update(state=DocumentState.QUEUED, progress_step="")

    def __call__(self, step: Step, page: int | None, pages: int | None) -> None:
        self._hold.check()
        if time.monotonic() - self._written_at < SECONDS_BETWEEN_STEPS:
            return
        self._undone.update(progress_step=step, progress_done=page or 0, progress_total=pages or 0)
        self._written_at = time.monotonic()


def _drawn_before(key: str) -> _File | None:
    earlier = Document.objects.done().filter(cache_key=key).select_related("asset").first()
    if earlier is None or earlier.asset is None:
        return None
    try:
        files.read(earlier.asset.sha256)
    except files.FileIsCorruptError:
        logger.exception("the stored file of document %s is not what it was; drawing it anew", earlier.public_id)
        return None
    return _File(earlier.asset.sha256, earlier.asset.size, earlier.asset.media_type, earlier.pages)


def _finish(document: Document, file: _File, key: str, now: datetime) -> Document:
    return finish_document(document=document, **file._asdict(), cache_key=key, by=ACTOR, now=now)


def _fail(document: Document, code: str, detail: str, now: datetime) -> Document:
    return fail_document(document=document, code=code, detail=detail, by=ACTOR, now=now)


def _nothing(_now: datetime) -> None:
    """What was asked for is there already, or gone with its offer."""
