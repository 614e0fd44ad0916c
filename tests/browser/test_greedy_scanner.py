"""A program with a browser opens every link of every letter, goes wherever that leads, and presses everything."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from playwright.sync_api import Browser, BrowserContext, Page
from playwright.sync_api import Error as PlaywrightError
from pytest_django.live_server_helper import LiveServer

from bids.actions.annul_decision import annul_decision
from bids.actions.decline_change_request import decline_change_request
from bids.actions.draft_answer import draft_answer
from bids.actions.make_client_link import make_client_link
from bids.actions.make_counter_offer import make_counter_offer
from bids.actions.object_to_decision import object_to_decision
from bids.actions.release_answer import release_answer
from bids.actions.start_decision import start_decision
from bids.actions.withdraw_offer import withdraw_offer
from bids.exports.bid_package import moved_by_weeks
from bids.models import Approval, Bid, ClientLink, Decision, Invitation, Letter, Part, Question, ToldPrice
from bids.steps.held_answers import DIGITS, digits_of
from bids.steps.letters import Recipient, write_letter
from bids.steps.minting import mint
from bids.vocabulary import CodeFor, DecisionKind, Language, LetterKind, LinkScope, PartState
from kernel.clock import database_now, helsinki_day
from tests.bids.cases import daycare
from tests.bids.clients import asked, wished
from tests.bids.decisions import (
    CODE,
    TIINA,
    VILLE,
    Offered,
    a_code,
    a_link,
    accepts,
    an_offered,
    declines,
    records,
    two_readers,
)
from tests.browser.conftest import PATIENCE_MS, PHONE, Visit
from tests.browser.effort import Effort
from tests.browser.test_client_decision import mailed_code
from tests.worker.letters.decided_rows import copies_are_drawn
from tests.worker.letters.rows import World, a_world, letter_of
from worker.letters.composing import compose

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADDRESS = re.compile(r"https?://[^\s\"'<>]+")
PRIVATE = ("/asked/", "/offer/")
"""Where the links that are for one reader alone lead."""
SAME_PAGE = {"language", "chosen", "choose", "package"}
"""What an address may say otherwise while the page is the same."""
ONE_READERS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TYPED = "12345"
"""What is filled in wherever something can be typed, as much of it as the field takes."""
MADE_FOR_EYES = re.compile(r"\.(css|woff2?|png|svg|ico)(\?|$)")
ONES_OWN = {"Draft", "Invitation", "AuditEvent"}
OF_A_PRESS = {"reminders.stopped", "firm.request_opened", "firm.code_asked", "firm.link_renewed"}
PROGRAMS = (("MailGuard/1.0", "192.0.2.1"), ("LinkProbe/3", "198.51.100.2"), ("SafeLinkRewriter/7", "203.0.113.3"))
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
    LetterKind.FIRM_GONE,
    LetterKind.CHANGE_CANCELLED,
)
WITH_THE_CLIENT = (
    LetterKind.OFFER_TO_CLIENT,
    LetterKind.OFFER_SENT,
    LetterKind.VALIDITY_EXTENDED,
    LetterKind.QUESTION_ASKED,
    LetterKind.ANSWER_DRAFTED,
    LetterKind.QUESTION_ANSWERED,
    LetterKind.CHANGES_ASKED,
    LetterKind.CHANGES_ANSWERED,
    LetterKind.DECISION_CODE,
)
AFTER_THE_END = (
    LetterKind.DECISION_RECEIPT,
    LetterKind.DECISION_RECORDED,
    LetterKind.DECISION_OBJECTED,
    LetterKind.DECISION_ANNULLED,
    LetterKind.OFFER_ACCEPTED,
    LetterKind.OFFER_DECLINED,
    LetterKind.OFFER_WITHDRAWN,
    LetterKind.COUNTER_OFFER,
    LetterKind.OWN_COPY,
)
WITHOUT_LINK = (
    LetterKind.CODE,
    LetterKind.LEFT_OUT,
    LetterKind.OFFER_CLOSED,
    LetterKind.FIRM_GONE,
    LetterKind.CHANGE_CANCELLED,
    *AFTER_THE_END,
)

FILL = """words => {
    for (const each of document.querySelectorAll("main input, main textarea, main select")) {
        const kind = each.type;
        if (each.readOnly || ["hidden", "submit", "file"].includes(kind)) continue;
        if (["checkbox", "radio"].includes(kind)) each.checked = true;
        else if (each.tagName === "SELECT") each.selectedIndex = each.options.length - 1;
        else if (kind === "email") each.value = "q7x@example.invalid";
        else if (kind === "date") each.value = "2031-01-01";
        else each.value = each.maxLength > 0 ? words.slice(0, each.maxLength) : words;
        each.dispatchEvent(new Event("input", {bubbles: true}));
        each.dispatchEvent(new Event("change", {bubbles: true}));
    }
}"""


BUTTONS = """() => [...document.querySelectorAll("main button, main input[type=submit]")].map(each => {
    const form = each.form;
    const fields = form ? [...form.elements].map(one => one.name).filter(Boolean) : [];
    const where = form ? new URL(form.action, document.baseURI).pathname : location.pathname;
    return JSON.stringify([where, form?.method, each.name, each.value, [...new Set(fields)].sort()]);
})"""
IS_SENT = """number => {
    const each = document.querySelectorAll("main button, main input[type=submit]")[number];
    const form = each?.form;
    if (!form || each.type !== "submit" || each.disabled || form.hasAttribute("hx-post")) return false;
    return form.noValidate || each.formNoValidate || form.checkValidity();
}"""
PRESS = """number => { document.querySelectorAll("main button, main input[type=submit]")[number]?.click(); }"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What was opened: after which letter's link, and the buttons there, if it was a page."""

    link: str
    buttons: list[str] = field(default_factory=list)


@dataclass
class Scanner:
    """One program at one address. It keeps cookies and never types what only a person can know.

    At first it opens each link in a browser, and each kind of page these lead to: the same in another language, with
    another row chosen or of another reader is no other page. Then it comes back and asks for every link and every page
    once more, as programs do that run no scripts. It presses each button of each kind of form once as it stands and
    once with all that can be filled in. Every other program begins at the other end, and so with another reader.
    """

    context: BrowserContext
    base: str
    is_backward: bool = False
    seen: dict[str, Seen] = field(default_factory=dict)
    """The addresses that were opened, in the order of their links."""

    def follows(self, links: Iterable[str]) -> None:
        """Open every link, and every address that a page opened so names, for a click or ahead of one.

        A browser holds a few links at a time, so each is followed as far as it leads before the next is opened.
        """
        page = self.context.new_page()
        letters = sorted(links, reverse=self.is_backward)
        ahead, places, link = list(letters), set[tuple[object, ...]](), ""
        for where in letters:
            self.context.request.head(where)
        while ahead:
            where = ahead.pop(0)
            if where in letters:
                link = where
            elif place_of(where) in places:
                continue
            places.add(place_of(where))
            if not self._open(page, where):
                self.seen[where] = Seen(link=link)
                continue
            places.add(place_of(page.url))
            self.seen[page.url] = Seen(link=link, buttons=self._there(page, lambda: page.evaluate(BUTTONS)))
            ahead = [each for each in self._addresses_of(page) if place_of(each) not in places] + ahead
        self._leaves(page)

    def comes_back(self) -> None:
        """Ask for every link once more, and for what it led to: all is there as it was."""
        link = ""
        for where, seen in self.seen.items():
            if seen.link != link:
                link = seen.link
                assert self.context.request.get(link).ok
            answer = self.context.request.get(where)
            assert answer.ok, (answer.status, place_of(where))
            assert place_of(answer.url) == place_of(where)

    def presses_everything(self, *typed: str | None) -> int:
        """Press every button of every private page that was found: as it stands, and with this in all its fields."""
        page = self.context.new_page()
        pressed, forms = 0, set[str]()
        for where, seen in self.seen.items():
            if not urlsplit(where).path.startswith(PRIVATE):
                continue
            self.context.request.get(seen.link)
            for number, form in enumerate(seen.buttons):
                kind = ONE_READERS.sub("", form)
                if kind in forms:
                    continue
                forms.add(kind)
                for words in typed or (None, TYPED):
                    self._presses(page, where, number, words)
                    pressed += 1
        self._leaves(page)
        return pressed

    def _presses(self, page: Page, where: str, number: int, words: str | None) -> None:
        self._open(page, where)
        if words is not None:
            self._there(page, lambda: page.evaluate(FILL, words))
        if self._there(page, lambda: page.evaluate(IS_SENT, number)):
            with page.expect_navigation():
                page.evaluate(PRESS, number)
        else:
            page.evaluate(PRESS, number)
            page.wait_for_load_state("networkidle")

    @staticmethod
    def _leaves(page: Page) -> None:
        """Go once all that was asked for has been answered."""
        page.wait_for_load_state("networkidle")
        page.close()

    def _open(self, page: Page, where: str) -> bool:
        try:
            self._there(page, lambda: page.goto(where))
        except PlaywrightError as wrong:
            if "ERR_ABORTED" not in str(wrong) and "Download" not in str(wrong):
                raise
            # A file is no page: it is fetched instead.
            self.context.request.get(where)
            return False
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


def place_of(where: str) -> tuple[object, ...]:
    """The page an address leads to, whosever link it is, whatever the language and whatever is chosen."""
    parts = urlsplit(where)
    return (
        ONE_READERS.sub("", parts.path),
        *sorted(pair for pair in parse_qsl(parts.query) if pair[0] not in SAME_PAGE),
    )


@pytest.fixture
def scanners(browser: Browser, live_server: LiveServer) -> Iterator[list[Scanner]]:
    """Three programs that name themselves otherwise and say that they come from elsewhere."""
    made = []
    for number, (name, origin) in enumerate(PROGRAMS):
        context = browser.new_context(
            user_agent=f"Mozilla/5.0 {name}", extra_http_headers={"X-Forwarded-For": origin}, locale="fi"
        )
        context.set_default_timeout(PATIENCE_MS)
        # What a page looks like is nothing to a program.
        context.route(MADE_FOR_EYES, lambda route: route.abort())
        made.append(Scanner(context=context, base=live_server.url, is_backward=number % 2 == 1))
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


def an_offer(number: str) -> Offered:
    """An offer that lies with a client of whom one person may say yes."""
    now = database_now()
    offer = replace(two_readers(), number=number, issued_on=now.date(), valid_until=(now + timedelta(days=60)).date())
    return an_offered(offer, now=now - timedelta(minutes=1))


def everything_is_asked(offered: Offered) -> None:
    """Ville has asked and wished, and got an answer and a no; Tiina has codes for a yes and a no."""
    world, now = offered.world, database_now()
    ville = a_link(world, email=VILLE, scope=LinkScope.ASK, now=now)
    drafted = asked(ville, about="line:A4", now=now)
    draft_answer(question=drafted, text="Kyllä.", seen=drafted.version, by=world.asked("SEL"), now=now)
    question = Question.objects.get(pk=drafted.pk)
    release_answer(question=question, seen=question.version, by=world.lead, now=now)
    asked(ville, "Entä oikoluku?", about="line:A4", now=now)
    wish = wished(ville, now=now)
    decline_change_request(wish=wish, words="Ei tällä kertaa.", seen=wish.version, by=world.lead, now=now)
    for act in (CodeFor.ACCEPT, CodeFor.DECLINE):
        said = {"link": offered.link, "by": offered.client, "seen": offered.seen, "now": now}
        # A button bears two tries of a thousand: by chance alone the scanner would be right now and then.
        form = next(each for each in iter(uuid4, None) if digits_of(each) != TYPED[:DIGITS])
        start_decision(**said, act=act, nonce=form, language=Language.FI, name="Tiina Tikka")
    with transaction.atomic():
        to = Recipient(name="Tiina Tikka", email=TIINA, language="fi")
        write_letter(LetterKind.VALIDITY_EXTENDED, to, about=offered.revision, key="later", now=now)


def assert_opened(scanner: Scanner, *names: str) -> None:
    """These pages of a client's link were among what was found."""
    opened = {urlsplit(each).path for each in scanner.seen}
    assert [name for name in names if not any(each.endswith(f"/{name}/") for each in opened)] == [], opened


def settled(*, but: Collection[str] = ()) -> dict[str, Any]:
    """Every row but what a press may write of a partner's own: what is being typed, and how often to remind them."""
    rows = every_row()
    answers = [
        {name: one[name] for name in ("id", "answer", "answered_at", "withdrawn_at")} for one in rows["Invitation"]
    ]
    events = [one["type"] for one in rows["AuditEvent"] if one["type"] not in OF_A_PRESS]
    rest = {name: kept for name, kept in rows.items() if name not in {*ONES_OWN, *but}}
    return rest | {"answers": answers, "events": events}


def scan(scanners: list[Scanner], links: set[str]) -> None:
    """Each goes everywhere, and once more when all have been there; nothing at all may change."""
    before = every_row()
    for scanner in scanners:
        scanner.follows(links)
    for scanner in scanners:
        scanner.comes_back()
    assert every_row() == before


def test_every_kind_of_letter_is_scanned_here() -> None:
    assert {*BEFORE_AN_ANSWER, *AFTER_AN_ANSWER, *WITH_THE_CLIENT, *AFTER_THE_END} == set(LetterKind)


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


def test_links_of_an_offer_that_lies_with_the_client_decide_and_ask_nothing_and_the_human_says_yes_after(
    scanners: list[Scanner], visit: Visit, live_server: LiveServer
) -> None:
    """T01, for a link of each scope and whatever is mailed of an offer that can be answered."""
    offered = an_offer("YT-2026-0701")
    everything_is_asked(offered)
    letters = Letter.objects.filter(bid=offered.world.bid).order_by("pk")
    assert set(letters.values_list("kind", flat=True)) >= set(WITH_THE_CLIENT)
    copied = make_client_link(bid=offered.world.bid, by=offered.world.lead, now=database_now())
    links = links_of(letters, live_server.url) | {f"{live_server.url}/o/{copied.token}"}
    assert set(ClientLink.objects.values_list("scope", flat=True)) == set(LinkScope)

    scan(scanners, links)

    before = settled()
    for scanner, typed in zip(scanners, ([None, TYPED], [TYPED], [None]), strict=True):
        assert scanner.presses_everything(*typed)
    assert settled() == before
    assert_opened(scanners[0], "accept", "decline", "ask", "changes")
    assert any("/accept/confirm/" in each or "/decline/confirm/" in each for each in scanners[0].seen)

    token = urlsplit(min(links_of([letters.get(kind="offer_to_client", to_email=TIINA)], live_server.url))).path
    page = visit(PHONE).go(token)
    page.get_by_role("link", name="Hyväksykää tarjous").first.click()
    page.get_by_role("checkbox").check()
    page.get_by_label("Nimenne").fill("Tiina Tikka")
    page.get_by_role("button", name="Pyytäkää koodi ja jatkakaa").click()
    page.locator("#id_code").fill(mailed_code())
    page.get_by_role("button", name="Hyväksyn").click()
    page.get_by_role("heading", name="Hyväksytty. Kiitos!").wait_for()
    assert Decision.objects.get().kind == DecisionKind.ACCEPT


def test_links_of_offers_that_were_answered_or_withdrawn_change_nothing(
    scanners: list[Scanner], live_server: LiveServer
) -> None:
    now = database_now()
    accepted, recorded, annulled, declined, anew, withdrawn = (an_offer(f"YT-2026-071{each}") for each in range(6))
    a_code(accepted.link, accepted.revision, now=now)
    yes = accepts(accepted, now=now)
    assert yes
    copies_are_drawn(yes, now)
    records(recorded, arrived_at=now, now=now)
    wrong = records(annulled, arrived_at=now, now=now)
    a_code(annulled.link, annulled.revision, CodeFor.OBJECT, now=now)
    said = {"link": annulled.link, "seen": annulled.seen, "by": annulled.client, "now": now}
    object_to_decision(**said, words="En ole.", code=CODE)
    annul_decision(decision=wrong, reason="Väärä tarjous.", by=annulled.world.lead, now=now)
    a_code(declined.link, declined.revision, CodeFor.DECLINE, now=now)
    assert declines(declined, now=now)
    said = {"link": anew.link, "seen": anew.seen, "by": anew.client, "now": now}
    make_counter_offer(**said, nonce=uuid4(), words="Viikkoa aiemmin?")
    withdraw_offer(revision=withdrawn.revision, reason="Erehdys.", by=withdrawn.world.lead, now=now)
    letters = Letter.objects.order_by("pk")
    assert set(letters.values_list("kind", flat=True)) >= set(AFTER_THE_END)

    links = links_of(letters, live_server.url)
    scan(scanners, links)
    assert any("/offer/" in each for each in scanners[0].seen)

    # All that a press gets from here is a letter to the partner's own address, with a code or a fresh link.
    before = settled(but={"Letter", "OutboxMessage"})
    assert scanners[0].presses_everything()
    assert settled(but={"Letter", "OutboxMessage"}) == before
