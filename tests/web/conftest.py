"""One offer with its lead at the keyboard, and others who must not see it."""

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfWriter
from pytest_django import Settings

from bids.actions.finish_document import finish_document
from bids.actions.import_bid import import_bid
from bids.actions.request_document import request_document
from bids.content import JointOffer
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Bid, Document
from bids.vocabulary import DocumentKind, Language, Profile, Theme
from kernel import files
from kernel.actor import Actor
from members.models import Person
from tests.bids.cases import daycare
from tests.kept import kept
from tests.world import NOON, a_firm, a_person

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every page asks the database."""


@pytest.fixture(autouse=True)
def _counters_of_its_own(settings: Settings) -> None:
    """What one test used up of a limit is not missing in the next."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@kept
def bid() -> Bid:
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=NOON)


@pytest.fixture
def maija(bid: Bid) -> Person:
    """Who leads the offer."""
    return a_person(at=bid.lead, email="maija@example.invalid", language="en")


@pytest.fixture
def lead(maija: Person) -> Client:
    return logged_in(maija)


@pytest.fixture
def stranger() -> Client:
    """Somebody with a firm that has nothing to do with the offer."""
    firm = a_firm("Sivullinen Oy", business_id="9000008-9")
    return logged_in(a_person(at=firm, email="sivullinen@example.invalid", language="en"))


@pytest.fixture
def newcomer() -> Client:
    """Somebody without any firm."""
    return logged_in(a_person(email="uusi@example.invalid", language="en"))


@pytest.fixture
def nobody() -> Client:
    return Client()


@pytest.fixture
def document(bid: Bid, system: Actor, now: datetime) -> Document:
    """A finished PDF of two empty pages."""
    waiting = a_waiting_document(bid, system, now)
    return finished(waiting, a_pdf(2), system, now)


def logged_in(person: Person) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


def a_waiting_document(source: Bid | JointOffer, by: Actor, now: datetime) -> Document:
    order = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
    return request_document(source=source, kind=DocumentKind.OFFER_PDF, order=order, by=by, now=now)


def finished(document: Document, data: bytes, by: Actor, now: datetime, *, pages: int = 2) -> Document:
    return finish_document(
        document=document,
        sha256=files.store(data),
        size=len(data),
        media_type="application/pdf",
        pages=pages,
        cache_key="",
        by=by,
        now=now,
    )


def a_pdf(pages: int) -> bytes:
    writer, out = PdfWriter(), BytesIO()
    for _number in range(pages):
        writer.add_blank_page(595, 842)
    writer.write(out)
    return out.getvalue()


RowCounts = Callable[[], dict[str, int]]


@pytest.fixture
def rows() -> RowCounts:
    """How many rows each of our own tables has."""
    from django.apps import apps  # noqa: PLC0415 - only once the registry stands

    def counted() -> dict[str, int]:
        ours = [model for label in ("members", "bids", "kernel") for model in apps.get_app_config(label).get_models()]
        return {model._meta.label: model._default_manager.count() for model in ours}

    return counted
