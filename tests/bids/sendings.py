"""Offers on their way to the client: frozen, drawn without a renderer, sent."""

from datetime import datetime
from typing import Any

from django.db import connection

from bids.actions.begin_sending import begin_sending
from bids.actions.finish_document import finish_document
from bids.actions.finish_sending import finish_sending
from bids.content import JointOffer
from bids.models import Bid, Document, Revision, RevisionStanding
from bids.vocabulary import PDFS, DocumentKind, RevisionState
from kernel import files
from kernel.actor import Actor
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.world import NOON

SYSTEM = Actor.system("tests")
MEDIA_TYPES = {
    DocumentKind.CHANGE_PDF: "application/pdf",
    DocumentKind.OFFER_PDF: "application/pdf",
    DocumentKind.TWIN_JSON: "application/json",
    DocumentKind.TWIN_UBL: "application/xml",
}


def a_ready_offer(offer: JointOffer) -> OkWorld:
    """Every partner has said OK; nothing stops it."""
    return an_ok_world(offer)


def frozen(world: OkWorld, *, now: datetime = NOON, **asked: Any) -> Revision:
    """The next version, frozen; what the database checks at a commit has been checked."""
    revision = begin_sending(bid=world.bid, by=world.lead, now=now, **asked)
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    return revision


def drawn(revision: Revision, *, now: datetime = NOON) -> None:
    """Every document of the version has a file, whatever stands in it."""
    for document in Document.objects.filter(revision=revision).order_by("pk"):
        finished(document, now=now)


def finished(document: Document, *, now: datetime = NOON) -> Document:
    data = f"%PDF {document.public_id}".encode()
    return finish_document(
        document=document,
        sha256=files.store(data),
        size=len(data),
        media_type=MEDIA_TYPES[DocumentKind(document.kind)],
        pages=2 if document.kind in PDFS else None,
        cache_key="",
        by=SYSTEM,
        now=now,
    )


def sent(world: OkWorld, *, now: datetime = NOON, **asked: Any) -> Revision:
    """The next version, gone out to the client."""
    revision = frozen(world, now=now, **asked)
    drawn(revision, now=now)
    finish_sending(revision=revision, by=SYSTEM, now=now)
    assert state_of(revision) == RevisionState.SENT, RevisionStanding.objects.get(revision=revision).reason
    return revision


def state_of(revision: Revision) -> RevisionState:
    return RevisionState(RevisionStanding.objects.get(revision=revision).state)


def bid_state(bid: Bid) -> str:
    return Bid.objects.get(pk=bid.pk).state
