"""Every page at both widths and in both looks: nothing for axe to find, nothing sticking out, nothing heavy."""

from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from bids.actions.fail_document import fail_document
from bids.actions.import_bid import import_bid
from bids.models import Bid, Document
from bids.vocabulary import DocumentKind
from kernel.actor import Actor
from kernel.clock import database_now
from members.models import Person
from tests.bids.cases import daycare, tourism
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.web.conftest import a_pdf, a_waiting_document, finished
from tests.world import a_firm, a_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHTEST = 150 * 1024
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_PAGES = {
    # answers to forms, files, parts of pages, and what machines read
    "bids:bring-in", "bids:order-document", "bids:package", "bids:document-state", "bids:page", "bids:file",
    "members:take-over", "members:choose-firm", "members:revoke-key", "members:language", "members:look",
    "healthz", "readyz", "robots", "security-txt", "account_signup",
    # looked at where the mailed code is asked for; the other is its twin for a new address
    "account_confirm_login_code", "account_email_verification_sent",
}  # fmt: skip


@dataclass
class World:
    """Offers of one lead, and documents in every state."""

    maija: Person
    newcomer: Person
    bids: list[Bid]
    documents: list[Document]


@pytest.fixture
def world(system: Actor) -> World:
    now = database_now()
    bids = [import_bid(offer=case(), by=system, now=now) for case in (daycare, tourism)]
    done = finished(a_waiting_document(bids[0], system, now), a_pdf(3), system, now, pages=3)
    waiting = a_waiting_document(bids[1], system, now)
    failed = a_waiting_document(bids[0], system, now)
    fail_document(document=failed, code="too_many_pages", detail="", by=system, now=now)
    assert done.kind == DocumentKind.OFFER_PDF
    maija = a_person(at=bids[0].lead, email="maija@example.invalid")
    bids[1].lead.memberships.create(person=maija, role="owner", since_at=now)
    return World(maija=maija, newcomer=a_person(), bids=bids, documents=[done, waiting, failed])


def pages_of(world: World) -> dict[str, list[str]]:
    """The addresses to look at, by the name of their route; of offers and documents every kind."""
    return {
        "bids:my-offers": [reverse("bids:my-offers")],
        "bids:open-package": [reverse("bids:open-package")],
        "bids:offer": [
            reverse("bids:offer", args=[world.bids[0].public_id]),
            reverse("bids:offer", args=[world.bids[0].public_id]) + "?chosen=1&choose=A7&choose=A8",
            reverse("bids:offer", args=[world.bids[0].public_id]) + "?choose=A99",
        ],
        "bids:document": [
            reverse("bids:document", args=[one.public_id]) for one in world.documents if one.bid == world.bids[0]
        ],
        "members:details": [reverse("members:details")],
        "members:firm": [reverse("members:firm")],
        "members:new-firm": [reverse("members:new-firm")],
        "members:keys": [reverse("members:keys")],
    }


def names(patterns: list[URLPattern | URLResolver], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace in {"bids", "members"}:
                found |= names(pattern.url_patterns, f"{pattern.namespace}:")
        elif pattern.name:
            found.add(f"{prefix}{pattern.name}")
    return found


def test_no_page_is_forgotten_here(world: World) -> None:
    assert names(get_resolver().url_patterns) - NOT_PAGES == {*pages_of(world), "front"}


OURS = pytest.mark.parametrize(("width", "look"), [(PHONE, "dark"), (DESK, "light")])


def faults_of(visitor: Visitor, path: str) -> list[str]:
    weights: dict[str, int] = {}

    def weighed(response: Any) -> None:
        if response.request.resource_type not in {"font", "image"}:
            weights[response.url] = len(response.body())

    visitor.page.on("response", weighed)
    page = visitor.go(path)
    visitor.page.remove_listener("response", weighed)
    found = [
        f"{path}: {one['id']} ({one['impact']}) {[node['target'] for node in one['nodes'][:3]]}"
        for one in Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
    ]
    if visitor.sticks_out:
        found.append(f"{path}: {visitor.sticks_out} px stick out")
    if sum(weights.values()) > LIGHTEST:
        found.append(f"{path}: {sum(weights.values())} bytes: {weights}")
    return found


@OURS
def test_the_pages_of_a_lead(width: int, look: str, visit: Visit, world: World) -> None:
    visitor = visit(width, person=world.maija, look=look)
    addresses = [address for some in pages_of(world).values() for address in some]

    assert [fault for address in addresses for fault in faults_of(visitor, address)] == []


@OURS
def test_the_pages_of_a_newcomer_and_the_door(width: int, look: str, visit: Visit, world: World) -> None:
    newcomer, nobody = visit(width, person=world.newcomer, look=look), visit(width, look=look)
    faults = [fault for path in ("/offers/", "/me/", "/nothing-here/") for fault in faults_of(newcomer, path)]
    faults += [fault for path in ("/", "/account/login/code/", "/account/login/") for fault in faults_of(nobody, path)]

    assert faults == []


@OURS
def test_the_page_that_asks_for_the_mailed_code(width: int, look: str, visit: Visit, world: World) -> None:
    nobody = visit(width, look=look)
    nobody.page.goto(nobody.base + reverse("account_request_login_code"))
    nobody.page.fill("input[name=email]", world.maija.email)
    nobody.page.press("input[name=email]", "Enter")
    nobody.page.wait_for_url(nobody.base + reverse("account_confirm_login_code"))

    assert faults_of(nobody, reverse("account_confirm_login_code")) == []


@OURS
def test_the_pages_about_logging_in(width: int, look: str, visit: Visit, world: World) -> None:
    visitor = visit(width, person=world.maija, look=look)
    paths = [
        reverse(name)
        for name in (
            "account_email",
            "account_logout",
            "mfa_index",
            "mfa_activate_totp",
            "mfa_list_webauthn",
            "mfa_add_webauthn",
            "usersessions_list",
            "account_set_password",
        )
    ]

    assert [fault for path in paths for fault in faults_of(visitor, path)] == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_longer_words_in_other_languages_do_not_stick_out(language: str, visit: Visit, world: World) -> None:
    Person.objects.filter(pk=world.maija.pk).update(language=language)
    world.maija.refresh_from_db()
    visitor = visit(PHONE, person=world.maija, language=language)
    wide = []
    for address in (address for some in pages_of(world).values() for address in some):
        visitor.go(address)
        if visitor.sticks_out:
            wide.append(address)

    assert wide == []


def test_a_firm_with_a_very_long_name_and_one_with_a_very_short_one_fit(visit: Visit) -> None:
    long = a_firm("Kansainvälisestimenestyvienpalvelukokonaisuuksienkehittämisosuuskunta Y", business_id="9000023-0")
    short = a_firm("Å")
    person = a_person(at=long)
    short.memberships.create(person=person, role="owner", since_at=database_now())
    visitor = visit(PHONE, person=person)

    for path in ("/offers/", "/me/firm/", "/me/keys/"):
        visitor.go(path)
        assert visitor.sticks_out == 0
        visitor.page.locator("details.menu summary").click()
        assert visitor.sticks_out == 0
