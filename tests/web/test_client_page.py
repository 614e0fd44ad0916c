"""The client's page: what was sent and nothing else, through a link that tells nobody anything."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from bids.actions.make_client_link import make_client_link
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import Bid, ClientLink, Document, LineItem, Revision
from bids.vocabulary import ClientKind
from bids.web.client_page import MOST_MISSES
from kernel.clock import database_now
from kernel.files import path_of
from kernel.tokens import new_token
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.web.conftest import RowCounts
from tests.web.test_sending_pages import this_year


@kept
def world() -> OkWorld:
    world = an_ok_world(this_year(daycare()), now=database_now())
    sent(world, now=database_now())
    return world


@pytest.fixture
def token(world: OkWorld) -> str:
    return make_client_link(bid=world.bid, by=world.lead, now=database_now()).token


def opened(client: Client, token: str) -> HttpResponse:
    answer = client.get(f"/o/{token}")
    shown: Any = client.get(answer.headers["Location"])
    return shown


def text_of(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def test_a_link_leads_to_an_address_without_its_secret(token: str) -> None:
    answer = Client().get(f"/o/{token}")

    assert answer.status_code == 303
    assert token not in answer.headers["Location"]
    (cookie,) = answer.cookies.values()
    assert token not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 7200)


def test_it_shows_what_was_sent_and_not_what_is_being_written(world: OkWorld, token: str) -> None:
    LineItem.objects.filter(bid=world.bid).update(text="Keskeneräinen", unit_price=1)

    shown = text_of(opened(Client(), token))

    assert "Infografiikan suunnittelu" in shown
    assert "Keskeneräinen" not in shown


def test_nothing_of_ours_stands_around_it(token: str) -> None:
    answer = opened(Client(), token)
    words = re.sub(r"<[^>]+>", " ", text_of(answer))

    assert "Punos" not in words
    assert "masthead" not in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]


def test_looking_writes_nothing(token: str, rows: RowCounts) -> None:
    before, link = rows(), ClientLink.objects.values().get()
    client = Client()
    opened(client, token)
    for method in (client.get, client.head, client.options):
        method(f"/o/{token}")
        method(reverse("bids:client-offer", args=[link["public_id"]]))

    assert (rows(), ClientLink.objects.values().get()) == (before, link)


@pytest.mark.parametrize(("language", "word"), [("fi", "Yhteensä"), ("sv", "moms"), ("en", "VAT")])
def test_it_speaks_the_language_that_is_asked_for(token: str, language: str, word: str) -> None:
    client = Client()
    client.get(f"/o/{token}")
    link = ClientLink.objects.get()

    answer = client.get(reverse("bids:client-offer", args=[link.public_id]), {"language": language})

    assert f'<html lang="{language}"' in answer.content.decode()
    assert word.casefold() in text_of(answer).casefold()


def test_the_files_are_those_that_were_sent(token: str) -> None:
    client = Client()
    shown = opened(client, token).content.decode()
    files = re.findall(r'href="(/offer/[0-9a-f-]+/files/[0-9a-f-]+/)"', shown)

    assert len(files) == 3
    for address in files:
        answer = client.get(address)
        assert answer.content.startswith(b"%PDF")
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_damaged_file_is_not_handed_out(token: str) -> None:
    client = Client()
    shown = opened(client, token).content.decode()
    for document in Document.objects.filter(revision__isnull=False).select_related("asset"):
        assert document.asset is not None
        path_of(document.asset.sha256).write_bytes(b"x")

    answer = client.get(re.findall(r'href="(/offer/[0-9a-f-]+/files/[0-9a-f-]+/)"', shown)[0])

    assert answer.status_code == 409


def test_whoever_has_not_followed_the_link_sees_nothing(token: str) -> None:
    Client().get(f"/o/{token}")
    link = ClientLink.objects.get()

    answer = Client().get(reverse("bids:client-offer", args=[link.public_id]))

    assert answer.status_code == 404


def test_unknown_revoked_and_expired_links_are_all_the_same(world: OkWorld) -> None:
    revoked = make_client_link(bid=world.bid, by=world.lead, now=database_now())
    revoke_client_link(link=revoked.link, by=world.lead, now=database_now())
    expired = make_client_link(bid=world.bid, by=world.lead, now=database_now() - timedelta(days=9))
    ClientLink.objects.filter(pk=expired.link.pk).update(expires_at=database_now() - timedelta(days=1))
    answers = [Client().get(f"/o/{each}") for each in (new_token(), revoked.token, expired.token, "short")]

    assert {answer.status_code for answer in answers} == {404}
    bodies = {re.sub(r'nonce="[^"]*"', "", text_of(answer)) for answer in answers}
    assert len(bodies) == 1
    headers = [{name: value for name, value in answer.headers.items() if name not in VARYING} for answer in answers]
    assert all(each == headers[0] for each in headers)


VARYING = {"X-Request-ID", "Content-Security-Policy"}


def test_a_revoked_link_opens_nothing_even_where_it_was_open(world: OkWorld, token: str) -> None:
    client = Client()
    opened(client, token)
    link = ClientLink.objects.get()
    revoke_client_link(link=link, by=world.lead, now=database_now())

    assert client.get(reverse("bids:client-offer", args=[link.public_id])).status_code == 404


def test_guessing_is_stopped_and_a_true_link_still_opens(token: str) -> None:
    client = Client()
    answers = [client.get(f"/o/{new_token()}").status_code for _ in range(MOST_MISSES + 2)]

    assert answers == [404] * MOST_MISSES + [429, 429]
    assert client.get(f"/o/{token}").status_code == 303


def test_a_forged_origin_is_not_believed(settings: Settings) -> None:
    client = Client()
    for number in range(MOST_MISSES):
        client.get(f"/o/{new_token()}", headers={"x-forwarded-for": f"10.0.0.{number}"})
    assert client.get(f"/o/{new_token()}", headers={"x-forwarded-for": "10.9.9.9"}).status_code == 429

    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    told = {"x-forwarded-for": "10.9.9.9, 192.0.2.7"}
    assert client.get(f"/o/{new_token()}", headers=told).status_code == 404


def test_a_new_version_takes_the_place_of_the_old_under_the_same_link(world: OkWorld, token: str) -> None:
    client = Client()
    opened(client, token)
    Bid.objects.filter(pk=world.bid.pk).update(title="Uusi nimi")
    world.after(lambda: None, now=database_now())
    for key in world.invitations:
        world.says_ok(key, now=database_now())
    sent(world, now=database_now())

    shown = text_of(client.get(reverse("bids:client-offer", args=[ClientLink.objects.get().public_id])))

    assert "Uusi nimi" in shown
    assert re.search(r"replaces version 1|korvaa version 1", shown)


def test_a_withdrawn_offer_is_said_to_be_so_and_not_shown(world: OkWorld, token: str) -> None:
    client = Client()
    shown = opened(client, token).content.decode()
    file = re.findall(r'href="(/offer/[0-9a-f-]+/files/[0-9a-f-]+/)"', shown)[0]
    withdraw_offer(revision=Revision.objects.get(), by=world.lead, now=database_now())

    after = text_of(client.get(reverse("bids:client-offer", args=[ClientLink.objects.get().public_id])))

    assert "withdrawn" in after or "peruttu" in after
    assert "Infografiikan" not in after
    assert client.get(file).status_code == 404


def test_an_expired_offer_is_said_to_be_so() -> None:
    """The link outlives the offer by some days, so that the client hears why."""
    past = database_now() - timedelta(days=30)
    offer = daycare()
    valid = (past + timedelta(days=29)).date()
    world = an_ok_world(type(offer)(**{**vars(offer), "issued_on": past.date(), "valid_until": valid}), now=past)
    sent(world, now=past)
    token = make_client_link(bid=world.bid, by=world.lead, now=database_now()).token

    shown = text_of(opened(Client(), token))

    assert re.search(r"was valid until|oli voimassa", shown)
    assert not re.search(r"How to say yes|Näin sanotte kyllä", shown)


def test_a_public_buyer_reads_of_an_anbud_in_swedish_open_and_withdrawn() -> None:
    offer = this_year(daycare())
    now = database_now()
    world = an_ok_world(replace(offer, client=replace(offer.client, kind=ClientKind.PUBLIC)), now=now)
    revision = sent(world, now=now)
    client = Client()
    opened(client, make_client_link(bid=world.bid, by=world.lead, now=now).token)
    address = reverse("bids:client-offer", args=[ClientLink.objects.get().public_id])

    shown = text_of(client.get(address, {"language": "sv"}))
    assert "meddelandet som anbudet kom i" in shown
    assert "Anbudet som data (JSON)" in shown
    withdraw_offer(revision=revision, by=world.lead, now=now)
    withdrawn = text_of(client.get(address, {"language": "sv"}))
    assert "Det här anbudet har återkallats" in withdrawn
    assert "offert" not in (shown + withdrawn).casefold()
