"""The answer screen in a browser: with a thumb, without scripts, in three languages, and nothing for axe to find."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route

from bids.actions.tell_price import tell_price
from bids.models import Draft
from bids.queries.oks import ok_of
from bids.vocabulary import LinkWay, PriceBasis
from kernel.clock import database_now
from tests.bids.requests import Request, a_link, a_request
from tests.browser.conftest import DESK, PHONE, Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LIGHTEST = 150 * 1024
KEEPING = "**/draft/"


@pytest.fixture
def asked() -> Request:
    return a_request(database_now(), language="fi")


def link(asked: Request, way: LinkWay = LinkWay.MAILED) -> str:
    return f"/i/{a_link(asked.invitation, database_now(), way=way)}"


def look(visitor: Visitor) -> None:
    """Nothing sticks out, nothing is heavy, and axe has nothing to say, with every fold open too."""
    page = visitor.page
    for _fold in ("shut", "open"):
        assert visitor.sticks_out <= 0, page.url
        assert len(page.content()) < LIGHTEST
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": RULES}})
        assert found.violations_count == 0, (page.url, found.generate_report())
        page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_every_state_of_the_screen_can_be_read_by_everybody(
    width: int, appearance: str, visit: Visit, asked: Request
) -> None:
    visitor = visit(width, look=appearance)
    visitor.go(link(asked))
    look(visitor)
    visitor.page.locator("button[value=in]").first.click()
    visitor.page.wait_for_load_state("networkidle")
    look(visitor)
    visitor.page.locator("button[value=add-row]").click()
    visitor.page.wait_for_load_state("networkidle")
    look(visitor)
    for name in ("not-me", "reminders"):
        visitor.go(f"/asked/{asked.invitation.public_id}/{name}/")
        look(visitor)
    visitor.go("/i/nothing-opens-with-this")
    look(visitor)
    visitor.go(link(asked, LinkWay.COPIED))


def test_a_copied_link_and_a_told_price_can_be_read_by_everybody(visit: Visit, asked: Request) -> None:
    tell_price(part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=database_now())
    visitor = visit(PHONE)
    visitor.go(link(asked) + "?next=price")
    look(visitor)
    stranger = visit(PHONE)
    stranger.go(link(asked, LinkWay.COPIED))
    look(stranger)


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_three_fields_and_one_press_answer_on_a_telephone(
    scripts: bool,  # noqa: FBT001 - a browser with scripts or without
    language: str,
    visit: Visit,
    asked: Request,
) -> None:
    visitor = visit(PHONE, language=language, scripts=scripts)
    page = visitor.go(link(asked))
    page.fill("#id_price", "450 €")
    page.fill("#id_business_id", "9000014-2")
    page.locator("button[value=in]").first.click()
    page.wait_for_load_state("networkidle")

    assert page.locator(".notice-good").count() == 1
    assert ok_of(asked.fresh().part, now=database_now()).is_ok
    if scripts:
        look(visitor)


def test_what_is_typed_is_kept_while_one_types(visit: Visit, asked: Request) -> None:
    page = visit(PHONE).go(link(asked))
    page.locator("#id_price").press_sequentially("45")
    page.locator("#kept:not(:empty)").wait_for()
    assert Draft.objects.get(invitation=asked.invitation).words["price"] == "45"
    page.reload()
    assert page.locator("#id_price").input_value() == "45"


def test_the_return_key_in_a_row_takes_no_row_away(visit: Visit, asked: Request) -> None:
    page = visit(PHONE).go(link(asked))
    page.evaluate("for (const fold of document.querySelectorAll('main details')) fold.open = true")
    page.locator("button[value=add-row]").click()
    page.wait_for_load_state("networkidle")
    page.fill("[name=row-0-price]", "89,90")
    page.press("[name=row-0-price]", "Enter")
    page.wait_for_load_state("networkidle")

    assert page.locator(".typed-row").count() == 2
    assert page.locator("[name=row-0-price]").input_value() == "89,90"
    assert asked.fresh().part.state == "asked"


def test_the_return_key_in_the_price_answers_and_does_not_decline(visit: Visit, asked: Request) -> None:
    page = visit(PHONE).go(link(asked))
    page.fill("#id_business_id", "9000014-2")
    page.fill("#id_price", "450")
    page.press("#id_price", "Enter")
    page.wait_for_load_state("networkidle")
    assert asked.fresh().part.state == "in"


def test_an_answer_pressed_while_a_draft_is_on_its_way_comes_after_it(visit: Visit, asked: Request) -> None:
    """Sent at once, each of the two would open a session, and the browser would keep the one that came back last."""
    page = visit(PHONE).go(link(asked))
    on_its_way: list[Route] = []
    page.route(KEEPING, lambda route: on_its_way.append(route))  # noqa: PLW0108 - no builtin can be marked
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.fill("#id_business_id", "9000014-2")
    with page.expect_request(KEEPING):
        page.locator("#id_price").press_sequentially("450")
    page.locator("button[value=in]").first.click(no_wait_after=True)
    page.locator("button[value=in].is-busy").wait_for()
    assert [url for url in sent if not url.endswith("/draft/")] == []

    with page.expect_navigation():
        on_its_way[0].continue_()

    page.locator(".notice-good").wait_for()
    assert page.locator("button[value=take-back]").count() == 1
    assert page.locator("input[name=sure]").count() == 0


def test_an_answer_waits_three_seconds_at_most_for_a_draft_and_none_is_kept_after_it(
    visit: Visit, asked: Request
) -> None:
    page = visit(PHONE).go(link(asked))
    page.clock.install()
    drafts: list[Route] = []
    page.route(KEEPING, lambda route: drafts.append(route))  # noqa: PLW0108 - likewise
    page.fill("#id_business_id", "9000014-2")
    page.fill("#id_price", "450")
    with page.expect_request(KEEPING):
        page.clock.fast_forward(1000)
    page.fill("#id_what", "Kuvitus")
    page.locator("button[value=in]").first.click(no_wait_after=True)
    page.locator("button[value=in].is-busy").wait_for()
    with page.expect_navigation():
        page.clock.fast_forward(3000)

    page.locator(".notice-good").wait_for()
    assert len(drafts) == 1
    assert asked.fresh().part.state == "in"
