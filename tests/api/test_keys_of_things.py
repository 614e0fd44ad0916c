"""Rows, texts and steps under a key of the asker's own: the same asked twice is made once, anything else is refused."""

from typing import Any
from uuid import uuid4

import pytest

from bids.models import Bid, LineItem, Milestone, Section
from kernel.models import AuditEvent
from tests.api.asker import Asker, said
from tests.api.test_problems import is_a_problem

THINGS: list[tuple[type[Any], str, dict[str, Any], dict[str, Any]]] = [
    (LineItem, "parts/KUV/lines/", {"text": "Kyltti", "quantity": "2", "unit_price": "10.00"}, {"quantity": "3"}),
    (Section, "sections/", {"title": "Otsikko", "text": "Teksti"}, {"text": "Toinen"}),
    (
        Milestone,
        "milestones/",
        {"name": "työpaja", "starts_on": "2026-03-09", "ends_on": "2026-03-10", "owner": "KUV"},
        {"ends_on": "2026-03-11"},
    ),
]


@pytest.mark.parametrize(("kind", "address", "body", "_other"), THINGS)
def test_the_same_asked_twice_is_made_once(
    kind: type[Any], address: str, body: dict[str, Any], _other: dict[str, Any], lead: Asker, bid: Bid
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    before = kind.objects.count()

    first = lead.post(f"bids/{bid.public_id}/{address}", body, headers=key)
    events = AuditEvent.objects.count()
    again = lead.post(f"bids/{bid.public_id}/{address}", dict(reversed(body.items())), headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert said(first) == said(again)
    assert first.headers["ETag"] == again.headers["ETag"]
    assert (kind.objects.count(), AuditEvent.objects.count()) == (before + 1, events)


@pytest.mark.parametrize(("kind", "address", "body", "other"), THINGS)
def test_the_same_key_with_other_content_is_refused(
    kind: type[Any], address: str, body: dict[str, Any], other: dict[str, Any], lead: Asker, bid: Bid
) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    first = lead.post(f"bids/{bid.public_id}/{address}", body, headers=key)
    before = kind.objects.count()

    refused = lead.post(f"bids/{bid.public_id}/{address}", body | other, headers=key)

    is_a_problem(refused, 422, "key-used")
    assert kind.objects.count() == before
    assert said(lead.post(f"bids/{bid.public_id}/{address}", body, headers=key)) == said(first)


@pytest.mark.parametrize(("_kind", "address", "body", "_other"), THINGS)
def test_the_id_of_what_was_made_without_a_key_is_no_key(
    _kind: type[Any], address: str, body: dict[str, Any], _other: dict[str, Any], lead: Asker, bid: Bid
) -> None:
    """Ids are read by everybody of the offer: naming one gives nothing away of what was asked to make it."""
    made = said(lead.post(f"bids/{bid.public_id}/{address}", body))["id"]

    refused = lead.post(f"bids/{bid.public_id}/{address}", body, headers={"Idempotency-Key": made})

    is_a_problem(refused, 422, "key-used")


def test_a_key_of_one_part_makes_nothing_in_another(lead: Asker, bid: Bid) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    row = {"text": "Kyltti", "quantity": "2", "unit_price": "10.00"}
    assert lead.post(f"bids/{bid.public_id}/parts/KUV/lines/", row, headers=key).status_code == 201

    is_a_problem(lead.post(f"bids/{bid.public_id}/parts/SEL/lines/", row, headers=key), 422, "key-used")


def test_what_was_changed_since_is_answered_as_it_is_now(lead: Asker, bid: Bid) -> None:
    key = {"Idempotency-Key": str(uuid4())}
    row = {"text": "Kyltti", "quantity": "2", "unit_price": "10.00"}
    address = f"bids/{bid.public_id}/parts/KUV/lines/"
    made = said(lead.post(address, row, headers=key))
    LineItem.objects.filter(public_id=made["id"]).update_version(seen=1, text="Muutettu")

    again = said(lead.post(address, row, headers=key))

    assert (again["id"], again["says"]["text"], again["version"]) == (made["id"], "Muutettu", 2)
