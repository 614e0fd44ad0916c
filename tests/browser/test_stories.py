"""Whole evenings at the screen: coming in, bringing an offer in, choosing, and a PDF in the hand."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMessage
from playwright.sync_api import expect

from bids.exports.bid_package import package_bytes
from bids.models import Bid, Document
from kernel.models import OutboxMessage
from members.models import Person
from tests.bids.cases import daycare
from tests.browser.conftest import DESK, PHONE, Visit
from tests.world import a_person
from worker import relay

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

widths = pytest.mark.parametrize("width", [PHONE, DESK])


@widths
def test_one_address_and_one_code_and_one_is_in(width: int, visit: Visit, mailoutbox: list[EmailMessage]) -> None:
    visitor = visit(width)
    page = visitor.go("/")
    page.get_by_role("main").get_by_role("link", name="Kirjaudu tai aloita").click()
    expect(page.get_by_label("Sähköpostiosoite")).to_be_focused()
    page.keyboard.type("maija@example.invalid")
    page.keyboard.press("Enter")

    expect(page.get_by_label("Koodi sähköpostista")).to_be_focused()
    found = re.search(r"\d{3} \d{3}", str(mailoutbox[0].subject))
    assert found
    page.keyboard.type(found[0])
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Tervetuloa")).to_be_visible()
    assert visitor.sticks_out == 0
    assert Person.objects.get().email == "maija@example.invalid"


@pytest.mark.requires_pdf
@widths
def test_from_a_file_to_a_pdf_in_the_hand(width: int, visit: Visit, tmp_path: Path) -> None:
    visitor = visit(width, person=a_person(email="maija@example.invalid"))
    page = visitor.page
    package = tmp_path / "tarjous.json"
    package.write_bytes(package_bytes(daycare()))

    visitor.go("/offers/open/")
    page.get_by_label("Pakettitiedosto (JSON)").set_input_files(package)
    visitor.press("Katso sitä")
    expect(page.get_by_text("Mitään ei ole vielä tallennettu.")).to_be_visible()
    assert not Bid.objects.exists()
    visitor.press("Tuo omaksi")

    bid = Bid.objects.get()
    page.wait_for_url(f"**/offers/{bid.public_id}/")
    totals = page.locator("#totals")
    expect(totals).to_contain_text("3 484,03 €")
    page.get_by_role("complementary").get_by_label("Ruotsinnos").check()
    expect(totals).to_contain_text("3 796,03 €")
    page.get_by_role("complementary").get_by_label("Ikkunatarra").check()
    expect(totals).to_contain_text("4 009,13 €")
    expect(page.locator("#paper .paper-sums")).to_contain_text("4 009,13 €")
    page.get_by_text("Mitä kukin valinta maksaa").click()
    expect(page.locator("#all-choices tr.is-chosen")).to_contain_text("4 009,13 €")
    assert visitor.sticks_out == 0

    visitor.press("Tee PDF")
    page.wait_for_url("**/documents/**")
    expect(page.get_by_role("progressbar")).to_be_visible()
    document = Document.objects.get()
    assert document.chosen["lines"] == ["A7", "A8"]
    relay.handle(OutboxMessage.objects.get(topic="document.requested").pk)

    expect(page.locator(".leaf img").first).to_be_visible()
    assert (
        page.locator(".leaf img").first.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 900
    )
    assert visitor.sticks_out == 0
    with page.expect_download() as started:
        page.get_by_role("link", name="Lataa").click()
    document.refresh_from_db()
    assert document.asset is not None
    assert started.value.suggested_filename.startswith("YT-2026-0001 Infografiikka")
    assert sha256(Path(started.value.path()).read_bytes()).hexdigest() == document.asset.sha256


@widths
def test_faults_are_mended_on_the_page(width: int, visit: Visit) -> None:
    visitor = visit(width, person=a_person())
    page = visitor.go("/offers/open/")
    broken = package_bytes(daycare()).decode().replace('"quantity": "24"', '"quantity": "24h"').replace('"24"', '"24h"')
    page.get_by_text("Liitä teksti sen sijaan").click()
    page.get_by_label("tai liitä sen teksti tähän").fill(broken)
    visitor.press("Katso sitä")

    expect(page.get_by_role("alert")).to_contain_text("quantity")
    assert visitor.sticks_out == 0
    field = page.get_by_label("tai liitä sen teksti tähän")
    assert field.input_value().replace("\r\n", "\n") == broken
    field.fill(broken.replace("24h", "24"))
    visitor.press("Katso sitä")

    expect(page.get_by_text("Mitään ei ole vielä tallennettu.")).to_be_visible()


@pytest.fixture
def brought_in(system: Any, now: Any) -> Bid:
    from bids.actions.import_bid import import_bid  # noqa: PLC0415 - what two tests need

    return import_bid(offer=daycare(), by=system, now=now)


def test_everything_works_without_scripts(visit: Visit, brought_in: Bid) -> None:
    visitor = visit(PHONE, person=a_person(at=brought_in.lead), scripts=False)
    page = visitor.page
    page.goto(f"{visitor.base}/offers/{brought_in.public_id}/")
    page.get_by_label("Ruotsinnos").check()
    visitor.press("Laske")
    expect(page.locator("#totals")).to_contain_text("3 796,03 €")
    visitor.press("Tee PDF")

    page.wait_for_url("**/documents/**")
    assert Document.objects.get().chosen["lines"] == ["A7"]
    assert "http-equiv" in page.locator("noscript").first.inner_html() or page.locator("meta[http-equiv]").count()
    page.goto(f"{visitor.base}/me/firm/")
    page.get_by_label("Yrityksen nimi").fill("Uusi Nimi Tmi")
    visitor.press("Tallenna")
    expect(page.get_by_role("heading", name="Uusi Nimi Tmi")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(DESK, 800), (DESK, 720), (PHONE, 740)])
def test_making_the_pdf_is_in_sight_without_scrolling_the_choices(
    width: int, height: int, visit: Visit, brought_in: Bid
) -> None:
    visitor = visit(width, person=a_person(at=brought_in.lead))
    visitor.page.set_viewport_size({"width": width, "height": height})
    page = visitor.go(f"/offers/{brought_in.public_id}/")
    if width == PHONE:
        page.locator(".offer-side").evaluate("side => scrollTo(0, side.getBoundingClientRect().top + scrollY - 100)")

    expect(page.get_by_role("button", name="Tee PDF")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Laske")).to_be_hidden()
    assert visitor.sticks_out == 0


def test_the_language_and_the_look_change_where_one_stands(visit: Visit, brought_in: Bid) -> None:
    visitor = visit(DESK, person=a_person(at=brought_in.lead))
    page = visitor.go(f"/offers/{brought_in.public_id}/?chosen=1&choose=A7")
    page.get_by_role("button", name="svenska").click()

    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page.locator("#totals")).to_contain_text("3 796,03 €")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Mörkt").click()
    expect(page.locator("html")).to_have_attribute("data-look", "dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


def test_the_keyboard_is_enough(visit: Visit, brought_in: Bid) -> None:
    visitor = visit(DESK, person=a_person(at=brought_in.lead))
    page = visitor.go("/offers/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Siirry sisältöön")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()

    menu = page.locator("details.menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()


def test_a_double_click_sends_one_form(visit: Visit, brought_in: Bid) -> None:
    visitor = visit(DESK, person=a_person(at=brought_in.lead))
    page = visitor.go(f"/offers/{brought_in.public_id}/")
    page.get_by_role("button", name="Tee PDF").dblclick()
    page.wait_for_url("**/documents/**")

    assert Document.objects.count() == 1
    page.go_back()
    page.get_by_role("button", name="Tee PDF").click()
    page.wait_for_url("**/documents/**")
    assert Document.objects.count() == 1


def test_two_people_at_one_card_never_overwrite_each_other(visit: Visit, brought_in: Bid) -> None:
    first, second = (visit(DESK, person=a_person(at=brought_in.lead)) for _person in range(2))
    for visitor, name in ((first, "Ensimmäinen Tmi"), (second, "Toinen Tmi")):
        visitor.go("/me/firm/").get_by_label("Yrityksen nimi").fill(name)
    first.press("Tallenna")
    expect(first.page.get_by_role("heading", name="Ensimmäinen Tmi")).to_be_visible()
    second.press("Tallenna")

    expect(second.page.get_by_role("alert")).to_contain_text("Ensimmäinen Tmi")
    expect(second.page.get_by_label("Yrityksen nimi")).to_have_value("Toinen Tmi")
    second.press("Tallenna")
    expect(second.page.get_by_role("heading", name="Toinen Tmi")).to_be_visible()


def test_a_file_can_be_dropped_on_the_page(visit: Visit) -> None:
    visitor = visit(DESK, person=a_person())
    page = visitor.go("/offers/open/")
    dropped = page.evaluate_handle(
        """text => {
            const carried = new DataTransfer();
            carried.items.add(new File([text], "tarjous.json", {type: "application/json"}));
            return carried;
        }""",
        package_bytes(daycare()).decode(),
    )
    page.dispatch_event(".drop", "dragover", {"dataTransfer": dropped})
    expect(page.locator(".drop")).to_have_class(re.compile("is-over"))
    page.dispatch_event(".drop", "drop", {"dataTransfer": dropped})

    expect(page.get_by_text("Mitään ei ole vielä tallennettu.")).to_be_visible()


@pytest.mark.parametrize(("width", "columns"), [(PHONE, 2), (DESK, 3)])
def test_the_schedule_names_each_doer_once(width: int, columns: int, visit: Visit, brought_in: Bid) -> None:
    page = visit(width, person=a_person(at=brought_in.lead)).go(f"/offers/{brought_in.public_id}/")
    page.locator("#words").scroll_into_view_if_needed()
    row = page.locator("#words table tbody tr").first
    expect(row).to_be_visible()

    assert row.locator("th, td").filter(visible=True).count() == columns
    assert row.get_by_text("Kuvakulma Design Tmi").filter(visible=True).count() == 1
