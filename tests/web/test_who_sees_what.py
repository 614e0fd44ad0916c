"""Every address against everybody: what is not yours does not exist."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from bids.models import Bid, Document
from bids.models.bid import STATES_IN_WHICH_A_PARTNER_SEES
from bids.vocabulary import PartState
from kernel.actor import Actor
from tests.web.conftest import finished, logged_in
from tests.world import a_person


@dataclass(frozen=True)
class Route:
    """An address, its method, and what its lead gets."""

    name: str
    method: str
    lead: int
    stranger: int
    fields: dict[str, Any] | None = None


OFFER_ROUTES = [
    Route("bids:offer", "get", 200, 404),
    Route("bids:package", "get", 200, 404),
    Route("bids:order-document", "post", 302, 404, {"language": "fi", "profile": "compact"}),
]
DOCUMENT_ROUTES = [
    Route("bids:document", "get", 200, 404),
    Route("bids:document-state", "get", 200, 404),
    Route("bids:page", "get", 200, 404),
    Route("bids:file", "get", 200, 404),
]
OWN_ROUTES = [
    Route("bids:work", "get", 200, 200),
    Route("bids:my-offers", "get", 200, 200),
    Route("bids:open-package", "get", 200, 200),
    Route("bids:bring-in", "post", 302, 302, {"ticket": "none"}),
    Route("members:details", "get", 200, 200),
    Route("members:firm", "get", 200, 200),
    Route("members:new-firm", "get", 200, 200),
    Route("members:take-over", "post", 404, 404, {"business_id": "9000099-9"}),
    Route("members:choose-firm", "post", 404, 404, {"firm": "00000000-0000-0000-0000-000000000000"}),
    Route("members:keys", "get", 200, 200),
    Route("members:revoke-key", "post", 404, 404),
]


def address(route: Route, bid: Bid, document: Document) -> str:
    if route in OFFER_ROUTES:
        return reverse(route.name, args=[bid.public_id])
    if route.name == "bids:page":
        return reverse(route.name, args=[document.public_id, 1])
    if route in DOCUMENT_ROUTES:
        return reverse(route.name, args=[document.public_id])
    return reverse(route.name, args=[uuid4()] if route.name == "members:revoke-key" else [])


def ask(client: Client, route: Route, bid: Bid, document: Document) -> int:
    where = address(route, bid, document)
    return int((client.post(where, route.fields or {}) if route.method == "post" else client.get(where)).status_code)


ALL = [*OFFER_ROUTES, *DOCUMENT_ROUTES, *OWN_ROUTES]
everything = pytest.mark.parametrize("route", ALL, ids=[route.name for route in ALL])


@everything
def test_the_lead_gets_what_is_theirs(route: Route, lead: Client, bid: Bid, document: Document) -> None:
    assert ask(lead, route, bid, document) == route.lead


@everything
def test_a_stranger_gets_nothing_of_it(route: Route, stranger: Client, bid: Bid, document: Document) -> None:
    assert ask(stranger, route, bid, document) == route.stranger


@everything
def test_who_has_not_logged_in_is_shown_the_door(route: Route, nobody: Client, bid: Bid, document: Document) -> None:
    where = address(route, bid, document)
    answer = nobody.post(where, route.fields or {}) if route.method == "post" else nobody.get(where)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_request_login_code"))


@pytest.mark.parametrize("route", [*OFFER_ROUTES, *DOCUMENT_ROUTES], ids=lambda route: route.name)
def test_a_partner_sees_the_offer_while_it_takes_part_but_neither_package_nor_documents(
    route: Route, bid: Bid, document: Document
) -> None:
    part = bid.parts.select_related("firm").get(key="PAI")
    partner = logged_in(a_person(at=part.firm, language="en"))
    takes_part = {"bids:offer": 200, "bids:package": 403, "bids:order-document": 403}

    for state in PartState:
        part.state = state.value
        part.save()
        expected = takes_part.get(route.name, 404) if state.value in STATES_IN_WHICH_A_PARTNER_SEES else 404
        assert ask(partner, route, bid, document) == expected, state


@pytest.mark.parametrize("route", [*OFFER_ROUTES, *DOCUMENT_ROUTES], ids=lambda route: route.name)
def test_a_member_who_was_removed_sees_nothing_on_the_next_request(
    route: Route, lead: Client, bid: Bid, document: Document
) -> None:
    assert ask(lead, route, bid, document) == route.lead

    bid.lead.memberships.all().delete()

    assert ask(lead, route, bid, document) == 404


def test_what_is_not_there_and_what_is_not_yours_look_the_same(stranger: Client, bid: Bid) -> None:
    hidden = stranger.get(reverse("bids:offer", args=[bid.public_id]))
    absent = stranger.get(reverse("bids:offer", args=[uuid4()]))

    def shown(answer: Any) -> str:
        page = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", answer.content.decode())
        return str(page.replace(answer.wsgi_request.get_full_path(), "ADDRESS"))

    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert shown(hidden) == shown(absent)


def test_looking_changes_no_row(
    lead: Client, bid: Bid, document: Document, rows: Any, system: Actor, now: datetime
) -> None:
    finished(document, b"unused", system, now)
    before = rows()

    for route in ALL:
        if route.method == "get":
            ask(lead, route, bid, document)

    assert rows() == before
