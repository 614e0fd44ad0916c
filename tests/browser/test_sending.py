"""An offer goes out from a real browser, drawn by the real renderer, and the client reads it; no page has a fault."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command
from playwright.sync_api import Page

from bids.actions.make_client_link import make_client_link
from bids.models import Bid, Revision, RevisionStanding
from kernel.clock import database_now
from kernel.models import OutboxMessage
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from worker.relay import handle

pytestmark = [pytest.mark.browser, pytest.mark.requires_pdf, pytest.mark.django_db(transaction=True)]

CLICKS_FOR_A_NEW_VERSION = 6


@pytest.fixture
def world() -> OkWorld:
    later = (database_now() + timedelta(days=60)).date()
    world = an_ok_world(replace(daycare(), valid_until=later), now=database_now())
    world.lead_person.name = "Kaisa Kuvakulma"
    world.lead_person.save()
    return world


def drawn_and_sent() -> None:
    """What the workers do, one promise after another, letters left alone."""
    for topic in ("document.requested", "revision.drawn"):
        for message in OutboxMessage.objects.undone().filter(topic=topic):
            handle(message.pk)


def faults_of(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in Axe().run(page).response["violations"]]


def is_sound(visitor: Visitor) -> None:
    assert visitor.sticks_out == 0, visitor.page.url
    assert faults_of(visitor.page) == [], visitor.page.url


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_offer_goes_out_and_the_client_reads_it(width: int, visit: Visit, world: OkWorld) -> None:
    lead = visit(width, person=world.lead_person, language="fi")
    page = lead.go(f"/offers/{world.bid.public_id}/send/")
    is_sound(lead)

    page.get_by_role("button", name="Lähetä", exact=True).click()
    page.wait_for_selector("#sending")
    is_sound(lead)
    drawn_and_sent()
    page.wait_for_selector("#with-the-client", timeout=20_000)
    is_sound(lead)
    assert "tiina@example.invalid" in page.inner_text("main")

    made = make_client_link(bid=world.bid, by=world.lead, now=database_now())
    client = visit(width, language="fi")
    shown = client.go(f"/o/{made.token}")
    assert re.search(r"/offer/[0-9a-f-]{36}/$", shown.url)
    is_sound(client)
    assert "Punos" not in shown.inner_text("body")
    for name in ("På svenska", "In English"):
        shown.get_by_role("link", name=name).click()
        shown.wait_for_load_state("networkidle")
        is_sound(client)
    with shown.expect_download() as download:
        shown.get_by_role("link", name="PDF").first.click()
    assert download.value.suggested_filename.endswith(".pdf")


def test_a_new_version_takes_few_clicks(visit: Visit, world: OkWorld) -> None:
    for number in (1, 2):
        lead = visit(DESK, person=world.lead_person, language="fi")
        page = lead.go(f"/offers/{world.bid.public_id}/")
        page.get_by_role("link", name=re.compile("^Lähetä")).first.click()
        page.wait_for_selector("#send-form", state="attached")
        clicks = 1
        if number > 1:
            page.locator("details:has(#send-form) > summary").click()
            clicks += 1
        page.get_by_role("button", name="Lähetä", exact=True).click()
        page.wait_for_selector("#sending")
        clicks += 1
        assert clicks <= CLICKS_FOR_A_NEW_VERSION
        drawn_and_sent()
        assert RevisionStanding.objects.get(revision__number=number).state == "sent"
    assert Revision.objects.count() == 2
    call_command("verify_versions")


def test_without_scripts_an_offer_goes_out_as_well(visit: Visit, world: OkWorld) -> None:
    lead = visit(PHONE, person=world.lead_person, language="fi", scripts=False)
    page = lead.go(f"/offers/{world.bid.public_id}/send/")
    page.get_by_role("button", name="Lähetä", exact=True).click()
    drawn_and_sent()
    page = lead.go(f"/offers/{world.bid.public_id}/send/")

    assert "Versio 1" in page.inner_text("main")
    assert Bid.objects.get().state == "drafting"
