"""What a page does when a script asks and gets nothing: it says so, and what was typed stays where it is."""

import pytest
from playwright.sync_api import Page, Route, expect

from bids.models import Bid, LineItem
from kernel.actor import Actor
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.requests import a_link, a_request
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Visit, Visitor
from tests.web.conftest import a_pdf, a_waiting_document, finished

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> OkWorld:
    world = an_ok_world(daycare(), now=database_now())
    world.lead_person.language = "en"
    world.lead_person.save()
    return world


def writing_the_title(visitor: Visitor, bid: Bid) -> Page:
    page = visitor.go(f"/offers/{bid.public_id}/")
    page.locator("a.pen[href='edit/title/']").click()
    page.locator(".edit-form [name=title]").fill("Uusi nimi")
    page.locator(".edit-form .typing p").first.wait_for()
    return page


def expect_told(page: Page, words: str) -> None:
    expect(page.locator("#trouble[role=alert]")).to_contain_text(words)
    expect(page.locator(".edit-form [name=title]")).to_have_value("Uusi nimi")


def as_expected(visitor: Visitor) -> None:
    """What the console says of an answer that the test itself has refused or cut off is no fault."""
    told = ("Response Status Error Code", "net::ERR_INTERNET_DISCONNECTED", "htmx:", "status of 401", "status of 503")
    visitor.faults[:] = [fault for fault in visitor.faults if not any(each in fault for each in told)]


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_who_was_logged_out_is_told_and_keeps_the_words(width: int, visit: Visit, world: OkWorld) -> None:
    visitor = visit(width, person=world.lead_person, language="en")
    page = writing_the_title(visitor, world.bid)
    page.context.clear_cookies(name="punos")

    page.locator(".edit-form [value=save]").click()

    expect_told(page, "You have been logged out")
    assert visitor.sticks_out <= 0
    as_expected(visitor)


def test_who_is_offline_is_told_until_it_works_again(visit: Visit, world: OkWorld) -> None:
    visitor = visit(DESK, person=world.lead_person, language="en")
    page = writing_the_title(visitor, world.bid)
    page.context.set_offline(True)
    page.locator(".edit-form [value=save]").click()
    expect_told(page, "There is no connection")

    page.context.set_offline(False)
    page.locator(".edit-form [value=save]").click()

    expect(page.locator("#offer-title")).to_contain_text("Uusi nimi")
    expect(page.locator("#trouble")).to_be_empty()
    as_expected(visitor)


def test_a_row_that_is_gone_is_not_hidden_behind_an_empty_form(visit: Visit, world: OkWorld) -> None:
    visitor = visit(DESK, person=world.lead_person, language="en")
    page = visitor.go(f"/offers/{world.bid.public_id}/")
    pen = page.locator("a.pen[href^='edit/line/']").first
    code = str(pen.get_attribute("href")).split("/")[2]
    LineItem.objects.filter(bid=world.bid, code=code).update(code="Z99")

    pen.click()

    expect(page.locator("#trouble")).not_to_be_empty()
    expect(page.locator(f"#line-{code}")).to_be_visible()
    assert page.locator(".edit-here").count() == 0
    as_expected(visitor)


def test_who_watches_a_document_sees_it_ready_although_one_answer_was_lost(visit: Visit, world: OkWorld) -> None:
    now = database_now()
    document = a_waiting_document(world.bid, Actor.system("tests"), now)
    visitor = visit(DESK, person=world.lead_person, language="en")
    page = visitor.page
    answers = iter(["lost", "broken"])

    def lose(route: Route) -> None:
        match next(answers, ""):
            case "lost":
                route.abort("internetdisconnected")
            case "broken":
                route.fulfill(status=503, body="")
            case _:
                route.continue_()

    page.route("**/state/", lose)
    page.goto(f"{visitor.base}/documents/{document.public_id}/")
    expect(page.locator("#trouble")).not_to_be_empty()
    finished(document, a_pdf(1), Actor.system("tests"), now, pages=1)

    expect(page.locator("a[href$='/file/']").first).to_be_visible(timeout=4 * PATIENCE_MS)
    as_expected(visitor)


def test_a_partner_without_a_connection_is_told_that_nothing_is_kept(visit: Visit) -> None:
    asked = a_request(database_now())
    visitor = visit(PHONE, language="en")
    page = visitor.go(f"/i/{a_link(asked.invitation, database_now())}")
    page.context.set_offline(True)

    page.locator("#id_price").press_sequentially("45")

    expect(page.locator("#trouble")).to_contain_text("There is no connection")
    assert page.locator("#id_price").input_value() == "45"
    as_expected(visitor)
