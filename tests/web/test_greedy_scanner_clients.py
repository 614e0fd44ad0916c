"""A program that reads the client's mail opens every link and sends every form of what it finds: nothing is decided."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.apps import apps
from django.test import Client

from bids.actions.make_client_link import make_client_link
from bids.models import ClientLink
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.web.test_answering import fields_of
from tests.web.test_client_page import opened, text_of
from tests.web.test_greedy_scanner_invitations import FORM, LINKED, ORIGINS, RANDOM


@kept
def world() -> OkWorld:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=(now + timedelta(days=60)).date()), now=now)
    sent(world, now=now)
    return world


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of offers and of people, and all that is to be done and was done."""
    models = [model for app in ("bids", "members", "kernel") for model in apps.get_app_config(app).get_models()]
    kept = [model for model in models if model.__name__ != "Tally"]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in kept}


class Scanner:
    """One program at one address, which keeps its cookies and goes wherever a page leads.

    It opens every page once for each set of things its address may say, and sends each form once as it stands and once
    with nonsense: the same page in another language, or with another row chosen, is no other page.
    """

    def __init__(self, origin: str) -> None:
        self.client = Client(REMOTE_ADDR=origin)
        self.seen: set[str] = set()
        self._places: set[tuple[str, ...]] = set()
        self._forms: set[tuple[str, ...]] = set()

    def run(self, *links: str) -> None:
        """Ask for each link in every way, then for everything they lead to."""
        for link in links:
            for method in ("head", "options", "post", "put", "patch", "delete"):
                getattr(self.client, method)(link)
        ahead = [*reversed(links)]
        while ahead:
            where = ahead.pop()
            place = (urlsplit(where).path, *sorted(name for name, _value in parse_qsl(urlsplit(where).query)))
            if place in self._places:
                continue
            self._places.add(place)
            self.seen.add(where)
            answer = self.client.get(where)
            if answer.status_code in {302, 303}:
                ahead.append(answer.headers["Location"])
            elif answer.headers["Content-Type"].startswith("text/html"):
                page = answer.content.decode()
                ahead += [each.replace("&amp;", "&") for each in LINKED.findall(page) if each.startswith("/")]
                self._send_every_form(where, page)

    def _send_every_form(self, where: str, page: str) -> None:
        self.client.post(where, {"name": RANDOM, "answer": "yes", "accept": "1", "code": "123456"})
        for action, inside in FORM.findall(page):
            fields = fields_of(f"<main>{inside}</main>")
            form = (urlsplit(action or where).path, *sorted(fields))
            if form in self._forms:
                continue
            self._forms.add(form)
            self.client.post(action or where, fields)
            self.client.post(action or where, dict.fromkeys(fields, RANDOM))


def test_an_offer_that_was_scanned_is_as_it_was_and_its_link_still_works(world: OkWorld) -> None:
    token = make_client_link(bid=world.bid, by=world.lead, now=database_now()).token
    before = every_row()

    for origin in [*ORIGINS, *ORIGINS]:
        scanner = Scanner(origin)
        scanner.run(f"/o/{token}")
        assert any(each.startswith("/offer/") for each in scanner.seen), scanner.seen

    assert every_row() == before
    assert "Infografiikan suunnittelu" in text_of(opened(Client(), token))


def test_what_a_program_changes_would_be_seen(world: OkWorld) -> None:
    """Negative control: every row is looked at, also a link's."""
    made = make_client_link(bid=world.bid, by=world.lead, now=database_now())
    before = every_row()
    ClientLink.objects.filter(token_hash=made.link.token_hash).update(contact_name="Muu")
    assert every_row() != before
