"""A client reads the proposal and chooses, on a phone and at a desk, with scripts and without, in light and in dark."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from bids import formats
from bids.actions.make_client_link import make_client_link
from bids.actions.withdraw_offer import withdraw_offer
from bids.content import Choice, JointOffer
from bids.models import ClientLink, Revision
from bids.pricing import totals
from bids.vocabulary import Language
from kernel.clock import database_now
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.browser.test_every_page import LIGHTEST
from tests.browser.test_sending import faults_of
from tests.web.test_client_proposal import a_second_version, with_everything_to_choose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS = pytest.mark.parametrize(
    ("width", "look", "scripts"),
    [(PHONE, "light", True), (DESK, "dark", True), (PHONE, "dark", False), (DESK, "light", False)],
)


@pytest.fixture
def world() -> OkWorld:
    world = an_ok_world(with_everything_to_choose(), now=database_now())
    sent(world, now=database_now())
    return world


@pytest.fixture
def link(world: OkWorld) -> str:
    return f"/o/{make_client_link(bid=world.bid, by=world.lead, now=database_now()).token}"


def amount(offer: JointOffer, *codes: str, package: str | None = None, language: Language = Language.FI) -> str:
    return formats.money(totals(offer, Choice(lines=frozenset(codes), package=package)).gross, language)


def said(page: Page) -> Callable[[str], None]:
    """Waits until both the totals and the line at hand say this amount."""

    def waiting(text: str) -> None:
        expect(page.locator("#totals .totals-main dd")).to_have_text(text)
        expect(page.locator("#at-hand strong")).to_have_text(text)
        expect(page.locator("#paper .fact-main dd")).to_have_text(text)

    return waiting


@WAYS
def test_a_client_chooses_and_comes_back_to_what_was_chosen(
    width: int, look: str, *, scripts: bool, visit: Visit, link: str
) -> None:
    offer = with_everything_to_choose()
    reader = visit(width, look=look, scripts=scripts)
    page = reader.go(link)
    says = said(page)
    says(amount(offer))

    choose(page, "#choose-A7", scripts=scripts)
    says(amount(offer, "A7"))
    choose(page, "#choose-A5b", scripts=scripts)
    says(amount(offer, "A7", "A5b"))
    choose(page, "input[value=G3]", scripts=scripts)
    says(amount(offer, "A7", "A5b", "G3"))
    choose(page, "input[value=iso]", scripts=scripts)
    says(amount(offer, "A7", "A5b", package="iso"))
    assert page.locator("input[value=G2]").is_checked()
    assert page.locator("input[value=G2]").is_disabled()
    assert reader.sticks_out == 0

    page.reload()
    says(amount(offer, "A7", "A5b", package="iso"))
    page.get_by_role("link", name="På svenska").click()
    says(amount(offer, "A7", "A5b", package="iso", language=Language.SV))
    assert page.locator("html").get_attribute("lang") == "sv"
    page.locator("#totals a").click()
    says(amount(offer, language=Language.SV))


def choose(page: Page, field: str, *, scripts: bool) -> None:
    """Ticked, and counted: by itself, or by the button."""
    page.locator(field).check()
    if not scripts:
        page.locator("#choose button").click()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_who_chooses_by_keyboard_stays_where_they_are_and_hears_the_total(width: int, visit: Visit, link: str) -> None:
    offer = with_everything_to_choose()
    page = visit(width).go(link)
    page.emulate_media(reduced_motion="reduce")
    page.locator("#choose-A7").focus()
    before = page.evaluate("document.querySelector('#choose-A7').getBoundingClientRect().top")
    page.keyboard.press("Space")

    said(page)(amount(offer, "A7"))
    expect(page.locator("#told")).to_contain_text(amount(offer, "A7"))
    assert page.evaluate("document.activeElement.id") == "choose-A7"
    assert abs(page.evaluate("document.querySelector('#choose-A7').getBoundingClientRect().top") - before) < 2
    page.keyboard.press("Space")
    said(page)(amount(offer))
    assert re.search(r"/offer/[0-9a-f-]{36}/$", page.url)


@pytest.mark.parametrize(("width", "look"), [(PHONE, "light"), (PHONE, "dark"), (DESK, "light"), (DESK, "dark")])
def test_the_page_is_sound_and_light_in_every_language(width: int, look: str, visit: Visit, link: str) -> None:
    reader = visit(width, look=look)
    weights: dict[str, int] = {}

    def weighed(response: Any) -> None:
        if response.request.resource_type not in {"font", "image"}:
            weights[response.url] = len(response.body())

    reader.page.on("response", weighed)
    page = reader.go(link)
    reader.page.remove_listener("response", weighed)
    assert sum(weights.values()) < LIGHTEST, weights
    for name in ("På svenska", "In English", "Suomeksi"):
        page.get_by_role("link", name=name).click()
        page.wait_for_load_state("networkidle")
        is_sound(reader)


def is_sound(reader: Visitor) -> None:
    assert reader.sticks_out == 0, reader.page.url
    assert faults_of(reader.page) == [], reader.page.url


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_another_language_is_read_on_from_the_same_place(width: int, visit: Visit, link: str) -> None:
    page = visit(width).go(link)
    page.evaluate("document.querySelector('#prices').scrollIntoView({behavior: 'instant'})")
    page.get_by_role("link", name="In English").evaluate("link => link.click()")
    page.wait_for_url(re.compile("language=en"))

    expect(page.locator("#prices")).to_be_in_viewport()


def test_on_paper_there_is_the_offer_and_none_of_the_pages_tools(visit: Visit, link: str) -> None:
    page = visit(DESK).go(link)
    page.emulate_media(media="print")

    for tool in (".client-tongues", "#at-hand", ".client-files"):
        expect(page.locator(tool)).to_be_hidden()
    for words in ("#offer-title", "#picks", "#totals", "#prices", "#terms", "#makers"):
        expect(page.locator(words)).to_be_visible()
    assert Axe().run(page).response["violations"] == []


def test_a_page_left_open_tells_of_a_newer_version_and_of_one_withdrawn(
    visit: Visit, world: OkWorld, link: str
) -> None:
    reader = visit(PHONE)
    page = reader.go(link)
    a_second_version(world)

    page.locator("#choose-A7").check()
    expect(page.locator("#standing")).to_contain_text("Teillä oli auki versio 1")
    page.locator(".what-is-new summary").click()
    expect(page.locator(".changes-told")).to_be_visible()
    is_sound(reader)
    assert page.locator("#choose-A7").is_checked()

    withdraw_offer(revision=Revision.objects.latest("number"), by=world.lead, now=database_now())
    page.locator("#choose-A8").check()
    expect(page.locator("h1")).to_have_text("Tämä tarjous on peruttu")
    is_sound(reader)
    assert page.get_by_role("link", name="kaisa@example.invalid").is_visible()


def test_a_page_left_open_longer_than_it_holds_says_how_to_open_it_again(visit: Visit, link: str) -> None:
    page = visit(PHONE).go(link)
    page.context.clear_cookies(name=f"offer-{ClientLink.objects.get().public_id.hex[:12]}")

    page.locator("#choose-A7").check()
    expect(page.locator("h1")).to_have_text("Avatkaa viestissä oleva linkki uudelleen")
