"""A program with a browser opens every link of every letter, goes wherever that leads, and presses everything."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError
from pytest_django.live_server_helper import LiveServer

from bids.exports.bid_package import moved_by_weeks
from bids.models import Approval, Bid, Invitation, Letter, Part, ToldPrice
from bids.steps.letters import write_letter
from bids.steps.minting import mint
from bids.vocabulary import LetterKind, PartState
from kernel.clock import database_now, helsinki_day
from tests.bids.cases import daycare
from tests.browser.conftest import PHONE, Visit
from tests.browser.effort import Effort
from tests.worker.letters.rows import JOHTAJA, World, a_sent_version, a_world, letter_of
from worker.letters.composing import compose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
PRIVATE = ("/asked/", "/offer/")
"""Where the links that are for one reader alone lead."""
MOST_PAGES = 60
PATIENCE_MS = 1500
LEADS_ON = ("interrupted by another navigation", "Execution context was destroyed")
NOT_STATE = {"Tally", "Session"}
"""What a look may write: how often somebody came, and that a browser came at all."""
BEFORE_AN_ANSWER = (
    LetterKind.ASKED,
    LetterKind.REMINDER,
    LetterKind.LINK_RENEWED,
    LetterKind.CODE,
    LetterKind.PRICE_TOLD,
    LetterKind.SUGGESTED,
    LetterKind.GROUP_ASKED,
    LetterKind.OFFER_NOT_SENT,
)
AFTER_AN_ANSWER = (
    LetterKind.OK_GIVEN,
    LetterKind.CARRIED_OVER,
    LetterKind.CHANGES_TOLD,
    LetterKind.ASKED_AGAIN,
    LetterKind.ANSWERED,
    LetterKind.LEFT_OUT,
    LetterKind.OFFER_CLOSED,
)
TO_THE_CLIENT = (LetterKind.OFFER_TO_CLIENT, LetterKind.VALIDITY_EXTENDED, LetterKind.OFFER_WITHDRAWN)
WITHOUT_LINK = (LetterKind.CODE, LetterKind.LEFT_OUT, LetterKind.OFFER_CLOSED, LetterKind.OFFER_WITHDRAWN)
AROUND_A_VERSION = (*TO_THE_CLIENT, LetterKind.OFFER_SENT)

FILL = """words => {
    for (const each of document.querySelectorAll("main input, main textarea, main select")) {
        const kind = each.type;
        if (each.readOnly || ["hidden", "submit", "file"].includes(kind)) continue;
        if (["checkbox", "radio"].includes(kind)) each.checked = true;
        else if (each.tagName === "SELECT") each.selectedIndex = each.options.length - 1;
        else if (kind === "email") each.value = "q7x@example.invalid";
        else if (kind === "date") each.value = "2031-01-01";
        else each.value = words;
        each.dispatchEvent(new Event("input", {bubbles: true}));
        each.dispatchEvent(new Event("change", {bubbles: true}));
    }
}"""


@dataclass
class Scanner:
    """One program at one address. It runs scripts, keeps cookies and never types what only a person can know."""

    context: BrowserContext
    base: str
    seen: set[str] = field(default_factory=set)

    def follows(self, links: Iterable[str]) -> None:
        """Open every link, and every address that a page opened so names, for a click or ahead of one."""
        page = self.context.new_page()
        ahead = list(links)
        while ahead and len(self.seen) < MOST_PAGES:
            where = ahead.pop(0)
            if where in self.seen:
                continue
            self.seen.add(where)
            self.context.request.head(where)
            if not self._open(page, where):
                continue
            self.seen.add(page.url)
            ahead += [each for each in self._addresses_of(page) if each not in self.seen]
        page.close()

    def presses_everything(self) -> int:
        """Press every button of every private page that was found: as it stands, and with all that can be filled in."""
        page = self.context.new_page()
        pressed = 0
        for where in sorted(each for each in self.seen if urlsplit(each).path.startswith(PRIVATE)):
            if not self._open(page, where):
                continue
            for number in range(page.locator("main button").count()):
                for words in (None, "12345"):
                    self._open(page, where)
                    if words is not None:
                        self._there(page, lambda words=words: page.evaluate(FILL, words))
                    button = page.locator("main button").nth(number)
                    if button.count():
                        # Most lead on to another page, some to nowhere.
                        with suppress(PlaywrightTimeoutError), page.expect_navigation(timeout=PATIENCE_MS):
                            button.evaluate("button => { button.click(); }")
                        pressed += 1
        page.close()
        return pressed

    def _open(self, page: Page, where: str) -> bool:
        try:
            self._there(page, lambda: page.goto(where))
        except PlaywrightError as wrong:
            if "ERR_ABORTED" not in str(wrong) and "Download" not in str(wrong):
                raise
            # A file is no page: it is fetched instead.
            self.context.request.get(where)
            return False
        page.wait_for_load_state("networkidle")
        return True

    @staticmethod
    def _there(page: Page, do: Callable[[], Any]) -> Any:
        """What comes of doing it, once what was pressed before has led on."""
        while True:
            try:
                return do()
            except PlaywrightError as wrong:
                if not any(each in str(wrong) for each in LEADS_ON):
                    raise
                page.wait_for_load_state("networkidle")

    def _addresses_of(self, page: Page) -> list[str]:
        found = self._there(
            page,
            lambda: page.evaluate(
                """() => [
                    ...[...document.querySelectorAll("a[href], link[href], area[href]")].map(each => each.href),
                    ...[...document.querySelectorAll("[hx-get]")].map(
                        each => new URL(each.getAttribute("hx-get"), document.baseURI).href),
                    ...[...document.querySelectorAll("form[method=get]")].map(each => each.action),
                ]"""
            ),
        )
        return [each.split("#")[0] for each in found if each.startswith(self.base) and "/static/" not in each]


@pytest.fixture
def scanners(browser: Browser, live_server: LiveServer) -> Iterator[list[Scanner]]:
    """Two programs that name themselves otherwise and say that they come from elsewhere."""
    made = []
    for name, origin in (("MailGuard/1.0", "198.51.100.2"), ("SafeLinkRewriter/7", "203.0.113.3")):
        context = browser.new_context(
            user_agent=f"Mozilla/5.0 {name}", extra_http_headers={"X-Forwarded-For": origin}, locale="fi"
        )
        context.set_default_timeout(15_000)
        made.append(Scanner(context=context, base=live_server.url))
    yield made
    for each in made:
        each.context.close()


@pytest.fixture
def world() -> World:
    """The daycare's offer as if it were written this week."""
    now = database_now()
    offer = daycare()
    return a_world(now, offer=moved_by_weeks(offer, (helsinki_day(now) - offer.issued_on).days // 7))


def links_of(letters: Iterable[Letter], base: str) -> set[str]:
    """Every address in these letters, as their readers get them."""
    found: set[str] = set()
    for letter in letters:
        minted = mint(letter, now=database_now())
        if minted.row is not None:
            minted.row.save(force_insert=True)
        composed = compose(letter, minted, now=database_now())
        there = ADDRESS.findall(composed.text + composed.html)
        assert there or letter.kind in WITHOUT_LINK, letter.kind
        found |= {base + "/" + each.replace("&amp;", "&").split("/", 3)[3] for each in there if each.count("/") > 2}
    return found


def every_row() -> dict[str, list[dict[str, Any]]]:
    """Everything that is kept of offers and people, and of what is still to be done."""
    models = [model for app in ("bids", "members", "kernel") for model in apps.get_app_config(app).get_models()]
    kept = [model for model in models if model.__name__ not in NOT_STATE]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in kept}


def decided(world: World) -> dict[str, Any]:
    """What people have decided, and what the offer says."""
    rows = every_row()
    names = ("LineItem", "Approval", "ApprovalRevocation", "Revision", "RevisionStanding")
    offer = Bid.objects.filter(pk=world.bid.pk).values("state", "title", "payment_days", "valid_until")
    parts = Part.objects.filter(bid=world.bid).order_by("pk").values("state", "card", "content_hash", "frame_hash")
    answers = Invitation.objects.filter(bid=world.bid).order_by("pk").values("answer", "answered_at", "withdrawn_at")
    found = {"offer": list(offer), "parts": list(parts), "answers": list(answers)}
    return {name: rows[name] for name in names} | found


def scan(scanners: list[Scanner], links: set[str]) -> None:
    """Both go everywhere, twice; nothing at all may change."""
    before = every_row()
    for scanner in scanners:
        for _time in range(2):
            scanner.seen.clear()
            scanner.follows(sorted(links))
    assert every_row() == before


def test_every_kind_of_letter_is_scanned_here() -> None:
    assert {*BEFORE_AN_ANSWER, *AFTER_AN_ANSWER, *AROUND_A_VERSION} == set(LetterKind)


def test_links_in_letters_to_who_is_asked_decide_nothing_and_work_for_the_human_after(
    scanners: list[Scanner], world: World, visit: Visit, live_server: LiveServer
) -> None:
    letters = [letter_of(world, kind) for kind in BEFORE_AN_ANSWER]
    # As it is told: the right price is never the first of those shown.
    ToldPrice.objects.update(shown=[Decimal(405), Decimal(450), Decimal(540)])
    links = links_of(letters, live_server.url)
    scan(scanners, links)
    assert any("/asked/" in each for each in scanners[0].seen)

    before = decided(world)
    pressed = scanners[0].presses_everything()
    assert pressed > len(PRIVATE)
    assert decided(world) == before
    assert not Approval.objects.filter(part=world.part).exists()

    human = Effort(visit(PHONE))
    human.go(urlsplit(min(each for each in links if re.search(r"/i/[^?/]+$", each))).path)
    human.tap("details.way > summary")
    human.tap("input[name=why]")
    human.tap("button[value=no]", leads_on=True)
    assert Part.objects.get(pk=world.part.pk).state == PartState.NO.value


def test_links_in_letters_to_who_has_answered_decide_nothing(
    scanners: list[Scanner], world: World, live_server: LiveServer
) -> None:
    links = links_of([letter_of(world, kind) for kind in AFTER_AN_ANSWER], live_server.url)
    scan(scanners, links)

    before = decided(world)
    assert scanners[0].presses_everything()
    assert decided(world) == before
    assert Part.objects.get(pk=world.part.pk).state == PartState.IN.value


def test_links_in_letters_to_the_client_decide_nothing_and_show_the_offer_to_the_human_after(
    scanners: list[Scanner], world: World, visit: Visit, live_server: LiveServer
) -> None:
    revision = a_sent_version(world)
    with transaction.atomic():
        letters = [
            write_letter(kind, world.to(JOHTAJA), about=revision, key=kind.value, now=world.now)
            for kind in TO_THE_CLIENT
        ]
        part = str(world.part.public_id)
        letters.append(
            write_letter(LetterKind.OFFER_SENT, world.to(), about=revision, key="sent", now=world.now, part=part)
        )
    links = links_of([letter for letter in letters if letter is not None], live_server.url)
    scan(scanners, links)
    assert any("/offer/" in each for each in scanners[0].seen)

    before = decided(world)
    scanners[0].presses_everything()
    assert decided(world) == before

    human = visit(PHONE)
    page = human.go(urlsplit(next(each for each in links if "/o/" in each)).path)
    assert page.get_by_text("Infografiikan suunnittelu").first.is_visible()
