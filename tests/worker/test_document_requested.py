"""A document that was asked for comes to lie in storage, once, or says why not."""

import uuid
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from pypdf import PdfReader

from bids.actions.import_bid import import_bid
from bids.actions.request_document import request_document
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Asset, Bid, Document
from bids.vocabulary import DocumentKind, DocumentState, Language, Profile, Theme
from kernel import files
from kernel.actor import Actor
from kernel.models import AuditEvent, MessageState, OutboxMessage
from tests.bids.offers import a_line, a_part, an_offer
from tests.kept import kept
from tests.world import NOON
from worker import relay
from worker.handlers import document_requested
from worker.hold import Hold, LeaseLost

ORDER = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
PDF = DocumentKind.OFFER_PDF

pytestmark = [pytest.mark.django_db, pytest.mark.requires_pdf]


@pytest.fixture(autouse=True)
def no_bell(settings: Any) -> None:
    settings.OUTBOX_WAKER = "tests.kernel.bells.silent"


@kept
def bid() -> Bid:
    lead = a_part("KUV", a_line("A1", "100.00"), lead=True, business_id="9000001-1")
    return import_bid(offer=an_offer(lead), by=Actor.system("tests"), now=NOON)


@pytest.fixture
def document(bid: Bid, system: Actor, now: datetime) -> Document:
    return request_document(source=bid, kind=PDF, order=ORDER, by=system, now=now)


def message_of(document: Document) -> OutboxMessage:
    return OutboxMessage.objects.get(payload={"document": str(document.public_id)})


def deliver(document: Document) -> Document:
    relay.handle(message_of(document).pk)
    return Document.objects.select_related("asset").get(pk=document.pk)


def history(bid: Bid) -> list[str]:
    return [event.type for event in AuditEvent.objects.about(bid.public_id)]


def test_its_file_lies_in_storage_under_its_own_hash(document: Document, bid: Bid) -> None:
    done = deliver(document)

    assert (done.state, done.failure_code) == (DocumentState.DONE, "")
    assert done.asset is not None
    assert (done.asset.media_type, done.asset.firm_id) == ("application/pdf", bid.lead_id)
    data = files.read(done.asset.sha256)
    assert done.pages == len(PdfReader(BytesIO(data)).pages)
    assert done.asset.size == len(data)
    assert history(bid)[-2:] == ["document.requested", "document.finished"]
    assert message_of(document).state == MessageState.DONE


@pytest.mark.parametrize(
    ("kind", "media_type", "beginning"),
    [
        (DocumentKind.TWIN_JSON, "application/json", b"{"),
        (DocumentKind.TWIN_UBL, "application/xml", b"<?xml"),
    ],
)
def test_the_machine_readable_twins_go_the_same_way(
    kind: DocumentKind, media_type: str, beginning: bytes, bid: Bid, system: Actor, now: datetime
) -> None:
    done = deliver(request_document(source=bid, kind=kind, order=ORDER, by=system, now=now))

    assert (done.state, done.pages) == (DocumentState.DONE, None)
    assert done.asset is not None
    assert done.asset.media_type == media_type
    assert files.read(done.asset.sha256).startswith(beginning)
    assert b"Yhteistarjous" in files.read(done.asset.sha256)


def test_the_kinds_of_one_offer_are_not_taken_for_each_other(
    document: Document, bid: Bid, system: Actor, now: datetime
) -> None:
    pdf = deliver(document)
    twin = deliver(request_document(source=bid, kind=DocumentKind.TWIN_JSON, order=ORDER, by=system, now=now))

    assert pdf.asset != twin.asset


def test_what_was_being_done_is_written_on_it(document: Document) -> None:
    assert deliver(document).progress_step in {"reading", "styling", "arranging", "laying_out", "drawing", "finishing"}


def test_a_message_delivered_three_times_finishes_it_once(document: Document, bid: Bid) -> None:
    for _ in range(3):
        deliver(document)
        OutboxMessage.objects.update(state=MessageState.WAITING)

    assert history(bid).count("document.finished") == 1
    assert Asset.objects.filter(media_type="application/pdf").count() == 1


def test_the_same_content_is_not_drawn_twice(document: Document, bid: Bid, system: Actor, now: datetime) -> None:
    first = deliver(document)
    again = deliver(request_document(source=bid, kind=PDF, order=ORDER, by=system, now=now))

    assert again.pk != first.pk
    assert (again.state, again.asset, again.pages) == (DocumentState.DONE, first.asset, first.pages)
    assert again.progress_step == ""


def test_a_stored_file_that_has_changed_is_not_used_again(
    document: Document, bid: Bid, system: Actor, now: datetime
) -> None:
    first = deliver(document)
    assert first.asset is not None
    files.path_of(first.asset.sha256).write_bytes(b"%PDF-not what it was")

    again = deliver(request_document(source=bid, kind=PDF, order=ORDER, by=system, now=now))

    assert again.state == DocumentState.DONE
    assert again.progress_step != ""
    assert files.read(first.asset.sha256).startswith(b"%PDF-1.")


def test_one_that_is_too_much_fails_for_good_and_says_why(document: Document, bid: Bid, settings: Any) -> None:
    settings.DOCUMENT_LIMITS = settings.DOCUMENT_LIMITS | {"max_pages": 1}

    failed = deliver(document)

    assert (failed.state, failed.failure_code, failed.asset) == (DocumentState.FAILED, "too_many_pages", None)
    assert history(bid)[-1] == "document.failed"
    assert message_of(document).state == MessageState.DONE


def test_one_that_a_busy_machine_could_not_draw_in_time_is_tried_thrice(document: Document, settings: Any) -> None:
    settings.DOCUMENT_LIMITS = settings.DOCUMENT_LIMITS | {"wall_seconds": 0.001}
    states = []

    for _ in range(3):
        states.append(deliver(document).state)
        OutboxMessage.objects.filter(state=MessageState.WAITING).update(due_at=document.requested_at)

    assert states == [DocumentState.QUEUED, DocumentState.QUEUED, DocumentState.FAILED]
    document.refresh_from_db()
    assert document.failure_code == "too_long_wall"
    assert message_of(document).state == MessageState.DONE


def test_one_whose_message_is_given_up_waits_no_longer(document: Document, now: datetime) -> None:
    OutboxMessage.objects.update(attempts=relay.MAX_ATTEMPTS, error="OSError: no space left")

    relay.sweep(lambda _message, _topic: None, now=now)

    document.refresh_from_db()
    assert (document.state, document.failure_code) == (DocumentState.FAILED, "crashed")
    assert message_of(document).state == MessageState.FAILED


def test_one_whose_frozen_offer_was_altered_is_not_drawn(document: Document) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bids_frozensheet DISABLE TRIGGER USER")
        cursor.execute("UPDATE bids_frozensheet SET payload = overlay(payload PLACING '2' FROM octet_length(payload))")
        cursor.execute("ALTER TABLE bids_frozensheet ENABLE TRIGGER USER")

    failed = deliver(document)

    assert (failed.state, failed.failure_code, failed.asset) == (DocumentState.FAILED, "crashed", None)
    assert failed.progress_step == "", "drawing was not even begun"


def test_one_that_failed_can_be_drawn_after_all(document: Document, settings: Any) -> None:
    limits = settings.DOCUMENT_LIMITS
    settings.DOCUMENT_LIMITS = limits | {"max_pages": 1}
    deliver(document)
    settings.DOCUMENT_LIMITS = limits
    OutboxMessage.objects.update(state=MessageState.WAITING)

    done = deliver(document)

    assert (done.state, done.failure_code, done.failure_detail) == (DocumentState.DONE, "", "")


def test_one_that_is_gone_is_nobodys_business(now: datetime) -> None:
    message = OutboxMessage.objects.create(
        topic="document.requested", effect_key="a", due_at=now, payload={"document": str(uuid.uuid4())}
    )

    relay.handle(message.pk)

    message.refresh_from_db()
    assert message.state == MessageState.DONE


def test_drawing_stops_when_another_worker_has_taken_over(document: Document) -> None:
    hold = Hold(message_of(document).pk, uuid.uuid4())
    hold.lose()

    with pytest.raises(LeaseLost):
        document_requested.handle(message_of(document), hold=hold)

    document.refresh_from_db()
    assert document.asset is None


def test_a_worker_that_stalled_until_its_document_failed_says_nothing_more_of_it(document: Document) -> None:
    stalled = Hold(message_of(document).pk, uuid.uuid4())
    stalled.lose()
    Document.objects.filter(pk=document.pk).update(state=DocumentState.FAILED, failure_code="crashed")

    with pytest.raises(LeaseLost):
        document_requested.handle(message_of(document), hold=stalled)

    document.refresh_from_db()
    assert (document.state, document.failure_code) == (DocumentState.FAILED, "crashed")
