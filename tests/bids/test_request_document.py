"""Having a document drawn: what is frozen, promised, and never done twice."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from bids.actions.fail_document import fail_document
from bids.actions.finish_document import finish_document
from bids.actions.import_bid import import_bid
from bids.actions.request_document import TooManyUnderWay, request_document
from bids.content import Choice, JointOffer
from bids.exports.bid_package import read_package
from bids.exports.frozen_offer import DocumentOrder, carries_draft_mark, freeze, thaw
from bids.models import Asset, Bid, Document, FrozenSheet
from bids.pricing import ChoiceRefused
from bids.queries.content_of import content_of
from bids.vocabulary import DocumentKind, Invoicing, Language, Profile, Theme
from kernel.actor import Actor
from kernel.errors import NotPermitted
from kernel.models import OutboxMessage
from tests.bids.cases import daycare, tourism
from tests.kept import kept
from tests.world import NOON, a_firm, a_person, acting

pytestmark = pytest.mark.django_db

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
AsAppRole = Callable[[], AbstractContextManager[None]]

ORDER = DocumentOrder(language=Language.FI, profile=Profile.COMPACT, theme=Theme.SELKEA)
FILE: dict[str, Any] = {
    "sha256": "a" * 64,
    "size": 3,
    "media_type": "application/pdf",
    "pages": 4,
    "cache_key": "b" * 64,
}


@kept
def bid() -> Bid:
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=NOON)


def requested(source: Bid, by: Actor, now: datetime, order: DocumentOrder = ORDER) -> Document:
    return request_document(source=source, kind=DocumentKind.OFFER_PDF, order=order, by=by, now=now)


def test_one_message_is_promised_and_carries_only_the_name(bid: Bid, system: Actor, now: datetime) -> None:
    document = requested(bid, system, now)

    message = OutboxMessage.objects.get(topic="document.requested")
    assert message.payload == {"document": str(document.public_id)}


def test_asking_twice_while_it_is_drawn_returns_the_same(bid: Bid, system: Actor, now: datetime) -> None:
    first = requested(bid, system, now)
    second = requested(bid, system, now + timedelta(seconds=1))

    assert second == first
    assert (Document.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_another_language_is_another_document(bid: Bid, system: Actor, now: datetime) -> None:
    first = requested(bid, system, now)
    second = requested(bid, system, now, replace(ORDER, language=Language.SV))

    assert second != first
    assert second.sheet != first.sheet


def test_what_was_frozen_does_not_follow_the_offer(bid: Bid, system: Actor, now: datetime) -> None:
    document = requested(bid, system, now)
    bid.lines.filter(code="A1").update(unit_price="999.00")

    frozen = thaw(bytes(FrozenSheet.objects.get(pk=document.sheet_id).payload))
    assert frozen.offer == daycare()
    assert frozen.sheet.totals.gross.value == "3484.03"


@pytest.mark.parametrize("offer", [daycare(), tourism()], ids=["daycare", "tourism"])
def test_frozen_bytes_are_canonical_and_thaw_to_what_was_frozen(offer: JointOffer) -> None:
    order = replace(ORDER, choice=Choice(lines=frozenset({"A7"} if offer == daycare() else {"B4b"})))

    payload = freeze(offer, order)

    assert payload == freeze(offer, order)
    assert (
        payload == json.dumps(json.loads(payload), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    assert (thaw(payload).offer, thaw(payload).order) == (offer, order)


@pytest.mark.parametrize("name", ["minimal", "daycare", "tourism", "everything"])
def test_rows_freeze_to_the_same_bytes_as_the_file_they_came_from(name: str, system: Actor, now: datetime) -> None:
    offer = read_package((EXAMPLES / f"{name}.json").read_bytes())

    gathered = content_of(import_bid(offer=offer, by=system, now=now))

    assert freeze(gathered, ORDER) == freeze(offer, ORDER)


def test_a_choice_the_offer_does_not_have_freezes_nothing(bid: Bid, system: Actor, now: datetime) -> None:
    with pytest.raises(ChoiceRefused):
        requested(bid, system, now, replace(ORDER, choice=Choice(lines=frozenset({"Z9"}))))

    assert not FrozenSheet.objects.exists()


def test_no_document_states_a_sum_of_travel_that_the_lead_sells_on(system: Actor, now: datetime) -> None:
    resold = import_bid(offer=replace(tourism(), invoicing=Invoicing.LEAD), by=system, now=now)

    with pytest.raises(ChoiceRefused) as refused:
        requested(resold, system, now)

    assert [fault.code for fault in refused.value.faults] == ["travel_margin_scheme"]
    assert not Document.objects.exists()


def test_only_the_lead_has_documents_made(bid: Bid, now: datetime) -> None:
    partner = bid.parts.get(key="SEL").firm

    with pytest.raises(NotPermitted):
        requested(bid, acting(a_person(at=partner), partner), now)


def test_a_person_may_not_draw_an_offer_that_is_nobodys(now: datetime) -> None:
    firm = a_firm()

    with pytest.raises(NotPermitted):
        request_document(
            source=daycare(),
            kind=DocumentKind.OFFER_PDF,
            order=ORDER,
            by=acting(a_person(at=firm), firm),
            now=now,
        )


def test_a_firm_has_only_so_many_documents_under_way(bid: Bid, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    lead = acting(a_person(at=bid.lead), bid.lead)
    monkeypatch.setattr("bids.actions.request_document.MOST_UNDER_WAY", 2)
    requested(bid, lead, now)
    requested(bid, lead, now, replace(ORDER, language=Language.SV))

    with pytest.raises(TooManyUnderWay):
        requested(bid, lead, now, replace(ORDER, language=Language.EN))

    assert requested(bid, lead, now).language == Language.FI, "one that is under way may be asked for again"
    assert FrozenSheet.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_who_asks_keeps_no_worker_from_finishing(bid: Bid, system: Actor, now: datetime) -> None:
    drawn = requested(bid, system, now)

    def finish() -> str:
        try:
            return finish_document(document=drawn, **FILE, by=system, now=now).state
        finally:
            connections.close_all()

    asker = acting(a_person(at=bid.lead), bid.lead)
    other = import_bid(offer=replace(daycare(), number="YT-2026-0002"), by=system, now=now)
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        requested(other, asker, now)
        assert pool.submit(finish).result() == "done"


def test_finishing_twice_keeps_the_first_file(bid: Bid, system: Actor, now: datetime) -> None:
    document = requested(bid, system, now)

    finish_document(document=document, **FILE, by=system, now=now)
    again = finish_document(document=document, **(FILE | {"sha256": "c" * 64}), by=system, now=now)

    assert again.asset is not None
    assert again.asset.sha256 == FILE["sha256"]


def test_a_document_that_is_done_does_not_fail_afterwards(bid: Bid, system: Actor, now: datetime) -> None:
    document = requested(bid, system, now)
    finish_document(document=document, **FILE, by=system, now=now)

    assert fail_document(document=document, code="crashed", detail="", by=system, now=now).state == "done"


def test_why_it_failed_is_kept_whatever_letters_it_is_said_in(bid: Bid, system: Actor, now: datetime) -> None:
    document = requested(bid, system, now)

    failed = fail_document(document=document, code="crashed", detail="no such file: \udcff\0.png", by=system, now=now)

    failed.refresh_from_db()
    assert failed.failure_detail == "no such file: .png"


def test_the_database_keeps_the_file_of_a_document_that_is_done(bid: Bid, system: Actor, now: datetime) -> None:
    document = requested(bid, system, now)
    finish_document(document=document, **FILE, by=system, now=now)

    for change in ({"pages": 5}, {"language": "sv"}, {"chosen": {"lines": ["A7"]}}, {"cache_key": "c" * 64}):
        with pytest.raises(IntegrityError, match="its file stays"), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**change)


def test_a_document_that_is_done_outlives_who_asked_for_it(bid: Bid, now: datetime) -> None:
    maija = a_person(at=bid.lead)
    document = requested(bid, acting(maija, bid.lead), now)
    finish_document(document=document, **FILE, by=Actor.system("tests"), now=now)

    maija.delete()

    document.refresh_from_db()
    assert (document.state, document.requested_by) == ("done", None)


def test_a_document_that_is_done_does_not_move_to_another_offer(bid: Bid, system: Actor, now: datetime) -> None:
    other = import_bid(offer=tourism(), by=system, now=now)
    document = requested(bid, system, now)
    finish_document(document=document, **FILE, by=system, now=now)

    with pytest.raises(IntegrityError, match="its file stays"), transaction.atomic():
        Document.objects.filter(pk=document.pk).update(bid=other)


def test_a_file_of_no_firm_is_one_row(system: Actor, now: datetime) -> None:
    for _ in range(2):
        document = request_document(source=daycare(), kind=DocumentKind.OFFER_PDF, order=ORDER, by=system, now=now)
        finish_document(document=document, **FILE, by=system, now=now)

    assert Asset.objects.filter(firm=None).count() == 1
    with pytest.raises(IntegrityError, match="one_asset_of_no_firm_per_content"), transaction.atomic():
        Asset.objects.create(firm=None, sha256="a" * 64, media_type="application/pdf", size=3, created_at=now)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bids_frozensheet SET payload = 'x'",
        "UPDATE bids_asset SET size = 1",
        "DELETE FROM bids_asset",
        "DELETE FROM bids_frozensheet",
        "TRUNCATE bids_asset CASCADE",
    ],
)
def test_frozen_sheets_and_stored_files_are_refused_every_change(
    statement: str, bid: Bid, system: Actor, now: datetime, as_app_role: AsAppRole
) -> None:
    finish_document(document=requested(bid, system, now), **FILE, by=system, now=now)

    with (
        as_app_role(),
        pytest.raises(DatabaseError, match=r"refused|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_made_up_firms_carry_no_draft_mark_and_real_ones_do() -> None:
    offer = daycare()
    real = replace(offer.parts[0], firm=replace(offer.parts[0].firm, business_id="2077474-0"))

    assert not carries_draft_mark(offer)
    assert carries_draft_mark(replace(offer, parts=(real, *offer.parts[1:])))
