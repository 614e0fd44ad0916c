"""Every page at both widths and in both looks: nothing for axe to find, nothing sticking out, nothing heavy."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from bids.actions.ask_firm import ask_firm
from bids.actions.fail_document import fail_document
from bids.actions.import_bid import import_bid
from bids.actions.make_client_link import make_client_link
from bids.actions.make_group import make_group
from bids.actions.note_meeting import note_meeting
from bids.actions.tell_price import tell_price
from bids.models import Bid, Decision, Document, Group, Invitation, Meeting
from bids.steps.groups import GroupFirm, GroupSaid
from bids.steps.meetings import MeetingNote
from bids.vocabulary import DocumentKind, LinkScope, LinkWay, PriceBasis
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.tokens import new_token
from members.models import Person
from tests.bids.cases import daycare, tourism
from tests.bids.clients import a_client_link, asked, wished
from tests.bids.decisions import an_offered, records, two_readers
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.requests import a_link
from tests.bids.sendings import sent
from tests.bids.starting import painopiste
from tests.bids.yeses import with_hours
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.web.conftest import a_pdf, a_waiting_document, finished
from tests.world import a_firm, a_person, acting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIGHTEST = 150 * 1024
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_PAGES = {
    # answers to forms, files, parts of pages, and what machines read
    "bids:bring-in", "bids:order-document", "bids:package", "bids:document-state", "bids:page", "bids:file",
    "bids:keep-new-offer", "bids:new-offer-partner", "bids:meeting-photo", "bids:remove-meeting",
    "bids:agree-to-group", "bids:leave-group", "bids:take-over", "bids:leave-out", "bids:take-back",
    "bids:remind-request", "bids:copy-link", "bids:told-price", "bids:board", "bids:words", "bids:typing",
    "bids:typing-offer", "bids:move", "bids:answer-suggestion", "bids:asked-firms", "bids:send-state",
    "bids:keep-greeting", "bids:cancel-sending", "bids:own-mail", "bids:withdraw", "bids:extend-validity",
    "bids:move-schedule", "bids:close-offer", "bids:see-to-letter", "bids:make-client-link", "bids:revoke-client-link",
    "bids:client-accept-code", "bids:client-decline-code", "bids:client-not-so", "bids:client-not-so-code",
    # looked at in tests/browser/test_confirm_button.py, where a letter brought them
    "bids:client-button", "bids:client-accept-confirm", "bids:client-decline-confirm", "bids:client-not-so-confirm",
    "bids:proof", "bids:answer-proof", "bids:asked-proof", "bids:client-proof",
    "bids:client-decision", "bids:client-anew",
    "bids:tell-reason", "bids:answer-file",
    "bids:version-file", "bids:client-file", "bids:keep-answer", "bids:renew-link",
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
    sent: OkWorld
    agreed: Bid
    asked: Invitation
    group: Group
    meeting: Meeting


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
    lead = acting(maija, bids[0].lead)
    later = replace(daycare(), number="YT-2026-0100", valid_until=(now + timedelta(days=60)).date())
    with_the_client = an_ok_world(later, now=now)
    sent(with_the_client, now=now)
    client = a_client_link(with_the_client, now=now, email="toinen@example.invalid")
    asked(client, "Voiko värit valita myöhemmin?", about="line:A2", now=now)
    wished(client, now=now)
    written_down = an_offered(two_readers(with_hours(replace(daycare(), number="YT-2026-0300"))))
    records(written_down)
    trio = tuple(GroupFirm(name=name, email=f"{name}@example.invalid") for name in ("selma", "pekka"))
    return World(
        maija=maija,
        newcomer=a_person(),
        bids=bids,
        documents=[done, waiting, failed],
        sent=with_the_client,
        agreed=written_down.world.bid,
        asked=ask_firm(bid=bids[0], asked=painopiste(name="Kolmas Kyltti Oy"), by=lead, now=now),
        group=make_group(said=GroupSaid(name="Kolmikko", firms=trio), by=lead, now=now),
        meeting=note_meeting(
            note=MeetingNote(client_name="Saha Oy", wants="Opasteet", met_on=now.date()), by=lead, now=now
        ),
    )


def pages_of(world: World) -> dict[str, list[str]]:
    """The addresses to look at, by the name of their route; of offers and documents every kind."""
    return {
        "bids:work": [reverse("bids:work")],
        "bids:my-offers": [reverse("bids:my-offers"), reverse("bids:my-offers") + "?q=saha&year=1999"],
        "bids:new-offer": [
            reverse("bids:new-offer"),
            reverse("bids:new-offer") + f"?copy={world.sent.bid.public_id}",
            reverse("bids:new-offer") + f"?meeting={world.meeting.public_id}",
        ],
        "bids:meetings": [reverse("bids:meetings")],
        "bids:new-meeting": [reverse("bids:new-meeting")],
        "bids:meeting": [reverse("bids:meeting", args=[world.meeting.public_id])],
        "bids:groups": [reverse("bids:groups")],
        "bids:new-group": [reverse("bids:new-group")],
        "bids:group": [reverse("bids:group", args=[world.group.public_id])],
        "bids:change-group": [reverse("bids:change-group", args=[world.group.public_id])],
        "bids:change-request": [reverse("bids:change-request", args=[world.asked.public_id])],
        "bids:edit-offer": [
            of_offer(world, "edit-offer", kind) for kind in ("title", "client", "rules", "new-section")
        ],
        "bids:edit": [of_offer(world, "edit", "line", "A1"), of_offer(world, "edit", "part", "KUV")],
        "bids:paste": [of_offer(world, "paste", "KUV")],
        "bids:questions": [reverse("bids:questions", args=[world.sent.bid.public_id])],
        "bids:change-agreed": [
            reverse("bids:change-agreed", args=[bid.public_id]) for bid in (world.sent.bid, world.agreed)
        ],
        "bids:annul-decision": [
            reverse("bids:annul-decision", args=[one.bid.public_id, one.public_id])
            for one in Decision.objects.filter(bid=world.agreed).select_related("bid")
        ],
        "bids:record-decision": [reverse("bids:record-decision", args=[world.sent.bid.public_id])],
        "bids:offer-work": [reverse("bids:offer-work", args=[world.agreed.public_id])],
        "bids:versions": [reverse("bids:versions", args=[world.sent.bid.public_id])],
        "bids:version": [reverse("bids:version", args=[world.sent.bid.public_id, 1])],
        **{
            f"bids:{name}": [reverse(f"bids:{name}", args=[bid.public_id]) for bid in (world.bids[0], world.sent.bid)]
            for name in ("costs", "own-part", "history", "requests", "ask-firm", "all-choices", "invoicing", "send")
        },
        "bids:open-package": [reverse("bids:open-package")],
        "bids:offer": [
            reverse("bids:offer", args=[world.bids[0].public_id]),
            reverse("bids:offer", args=[world.bids[0].public_id]) + "?chosen=1&choose=A7&choose=A8",
            reverse("bids:offer", args=[world.bids[0].public_id]) + "?choose=A99",
            reverse("bids:offer", args=[world.sent.bid.public_id]),
        ],
        "bids:document": [
            reverse("bids:document", args=[one.public_id]) for one in world.documents if one.bid == world.bids[0]
        ],
        "members:details": [reverse("members:details")],
        "members:firm": [reverse("members:firm")],
        "members:new-firm": [reverse("members:new-firm")],
        "members:keys": [reverse("members:keys")],
    }


def of_offer(world: World, name: str, *said: str) -> str:
    return reverse(f"bids:{name}", args=[world.bids[0].public_id, *said])


def pages_of_a_partner(world: World) -> dict[str, list[str]]:
    """What whoever holds a mailed link comes to, the link first; a copied link asks for a code."""
    asked, now = world.asked, database_now()
    return {
        "bids:invitation-link": [reverse("bids:invitation-link", args=[a_link(asked, now)])],
        **{
            f"bids:{name}": [reverse(f"bids:{name}", args=[asked.public_id])]
            for name in (
                "asked",
                "not-me",
                "stop-asking",
                "pass-on",
                "asked-costs",
                "asked-own-part",
                "asked-questions",
                "asked-work",
            )
        },
        "bids:confirm-price": [reverse("bids:confirm-price", args=[asked.public_id])],
        "bids:asked-code": [reverse("bids:invitation-link", args=[a_link(asked, now, way=LinkWay.COPIED)])],
    }


def pages_of_a_client(world: World) -> dict[str, list[str]]:
    """What whoever holds the client's link comes to."""
    made = make_client_link(bid=world.sent.bid, by=world.sent.lead, now=database_now())
    token = new_token()
    asks = a_client_link(world.sent, now=database_now(), token=token)
    key = new_token()
    decides = a_client_link(
        world.sent, scope=LinkScope.ACCEPT, email="tiina@example.invalid", now=database_now(), token=key
    )
    asked(asks, "Sisältyykö taitto?", about="line:A4", now=database_now())
    wished(asks, now=database_now())
    return {
        "bids:client-link": [reverse("bids:client-link", args=[each]) for each in (made.token, token, key)],
        "bids:client-offer": [reverse("bids:client-offer", args=[made.link.public_id])],
        **{
            f"bids:{name}": [reverse(f"bids:{name}", args=[link.public_id]) for link in (asks, made.link)]
            for name in ("client-ask", "client-changes")
        },
        "bids:client-accept": [
            reverse("bids:client-accept", args=[decides.public_id]) + query
            for query in ("", "?chosen=1&choose=A7", "?chosen=1&choose=A99")
        ],
        "bids:client-decline": [reverse("bids:client-decline", args=[each.public_id]) for each in (decides, asks)],
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
    looked_at = {*pages_of(world), *pages_of_a_partner(world), *pages_of_a_client(world), "front"}

    assert names(get_resolver().url_patterns) - NOT_PAGES == looked_at


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
def test_the_pages_behind_a_partners_and_a_clients_link(width: int, look: str, visit: Visit, world: World) -> None:
    tell_price(
        part=world.asked.part,
        amount=Decimal(450),
        price_basis=PriceBasis.NET,
        by=acting(world.maija, world.bids[0].lead),
        now=database_now(),
    )
    for pages in (pages_of_a_partner(world), pages_of_a_client(world)):
        visitor = visit(width, look=look)
        addresses = [address for some in pages.values() for address in some]

        assert [fault for address in addresses for fault in faults_of(visitor, address)] == []


@OURS
def test_the_pages_of_a_newcomer_and_the_door(width: int, look: str, visit: Visit, world: World) -> None:
    newcomer, nobody = visit(width, person=world.newcomer, look=look), visit(width, look=look)
    faults = [
        fault for path in ("/my-work/", "/offers/", "/me/", "/nothing-here/") for fault in faults_of(newcomer, path)
    ]
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
