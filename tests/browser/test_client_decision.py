"""A client says yes, and no, in a real browser: by phone and desk, without scripts; the lead writes one down."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect

from bids import formats
from bids.actions.release_answer import release_answer
from bids.content import Choice
from bids.models import ClientLink, Decision, Invitation, Letter, OneTimeCode, Question
from bids.pricing import totals
from bids.steps.minting import mint
from bids.vocabulary import DecisionWay, Language, LetterKind, LinkScope
from bids.web.client_page import cookie_name
from kernel.clock import database_now, helsinki_day
from kernel.tokens import new_token
from tests.bids.clients import a_client_link
from tests.bids.decisions import SLIP, TIINA, Offered, an_offered, two_readers
from tests.bids.sendings import sent
from tests.browser.conftest import DESK, PATIENCE_MS, PHONE, Visit, Visitor
from tests.browser.test_answering import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


VERSION_TWO = 2
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def offered() -> Offered:
    now = database_now()
    offer = replace(two_readers(), issued_on=now.date(), valid_until=(now + timedelta(days=60)).date())
    return an_offered(offer, now=now - timedelta(minutes=1))


def looked_at(visitor: Visitor, name: str) -> None:
    """Nothing is wrong with the page; kept as a picture where a folder is named for them."""
    look(visitor)
    if folder := os.environ.get("PUNOS_KEEP_PICTURES"):
        width = visitor.page.viewport_size["width"] if visitor.page.viewport_size else 0
        visitor.page.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)


def mailed_code() -> str:
    """The code in the latest letter, as the worker minted it."""
    letters = Letter.objects.filter(kind=LetterKind.DECISION_CODE.value, to_email=TIINA)
    minted = mint(letters.latest_first()[0], now=database_now())
    assert isinstance(minted.row, OneTimeCode)
    minted.row.save(force_insert=True)
    return minted.code


def opened(visitor: Visitor, offered: Offered, *, token: str = "") -> ClientLink:
    """The client has followed the link in their own letter."""
    token = token or new_token()
    link = a_client_link(
        offered.world, scope=LinkScope.ACCEPT, email=TIINA, name="Tiina Tikka", now=database_now(), token=token
    )
    visitor.go(f"/o/{token}")
    return link


def name_and_tick(page: Page) -> None:
    page.get_by_label("Nimenne").fill("Tiina Tikka")
    page.get_by_role("checkbox").check()


def says_thanks(page: Page) -> None:
    expect(page.get_by_role("heading", name="Hyväksytty. Kiitos!")).to_be_visible()


@contextmanager
def lost_on_the_way_back(page: Page) -> Iterator[None]:
    """What is sent arrives, and the connection breaks before the answer does."""

    def handled(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/code/**", handled)
    yield
    page.unroute("**/code/**")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_yes_with_an_option_through_everything_that_can_go_wrong_on_the_way(
    width: int, visit: Visit, offered: Offered
) -> None:
    client = visit(width)
    link, page = opened(client, offered), client.page
    page.locator("#choose-A7").check()
    total = formats.money(totals(two_readers(), Choice(lines=frozenset({"A7"}))).gross, Language.FI)
    expect(page.locator("#totals .totals-main dd")).to_have_text(total)
    page.get_by_role("link", name="Hyväksykää tarjous").first.click()
    expect(page.locator(".decision-facts .strong")).to_have_text(total)
    looked_at(client, "accept")
    client.press("Pyytäkää koodi ja jatkakaa")
    expect(page.get_by_text("Kirjoittakaa oma nimenne.")).to_be_visible()
    looked_at(client, "accept-refused")

    name_and_tick(page)
    page.context.set_offline(True)
    client.press("Pyytäkää koodi ja jatkakaa")
    expect(page.locator("#trouble")).to_contain_text("Yhteys on poikki")
    assert page.get_by_label("Nimenne").input_value() == "Tiina Tikka"
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(page.url)
    name_and_tick(other)
    client.press("Pyytäkää koodi ja jatkakaa")
    expect(page.locator("#id_code")).to_be_visible()
    expect(page.locator(".decision-facts .strong")).to_have_text(total)
    page.reload()
    assert Letter.objects.filter(kind=LetterKind.DECISION_CODE.value).count() == 1
    looked_at(client, "accept-code")

    page.locator("#id_code").fill(mailed_code())
    with lost_on_the_way_back(page), page.expect_event("requestfailed"):
        client.press("Hyväksyn")
    assert Decision.objects.count() == 1
    page.goto(f"{client.base}{reverse('bids:client-accept-code', args=[link.public_id])}")
    says_thanks(page)
    expect(page.locator(".decision-facts .strong")).to_have_text(total)
    looked_at(client, "accepted")
    page.reload()
    says_thanks(page)

    other.get_by_role("button", name="Pyytäkää koodi ja jatkakaa").click()
    expect(other.get_by_text("Tämä on jo hyväksytty.")).to_be_visible()
    other.get_by_role("link", name="Katsokaa, mitä vastattiin").click()
    says_thanks(other)
    assert formats.money(Decision.objects.get().gross, Language.FI) == total
    assert Letter.objects.filter(kind=LetterKind.DECISION_RECEIPT.value).count() == 1


def test_without_scripts_a_whole_yes_after_two_hours_pause_and_with_a_double_click(
    visit: Visit, offered: Offered
) -> None:
    client = visit(PHONE, scripts=False)
    token = new_token()
    link, page = opened(client, offered, token=token), client.page
    page.locator("#choose-A7").check()
    page.locator("#choose button").click()
    page.get_by_role("link", name="Hyväksykää tarjous").first.click()
    name_and_tick(page)
    client.press("Pyytäkää koodi ja jatkakaa")
    page.locator("#id_code").fill(mailed_code())

    page.context.clear_cookies(name=cookie_name(link.public_id))
    client.press("Hyväksyn")
    expect(page.get_by_role("heading", name="Avatkaa viestissä oleva linkki uudelleen")).to_be_visible()
    expect(page.get_by_text("Lähettämänne ei tullut perille")).to_be_visible()
    assert not Decision.objects.exists()

    page.goto(f"{client.base}/o/{token}")
    page.goto(f"{client.base}{reverse('bids:client-accept-code', args=[link.public_id])}?chosen=1&choose=A7")
    expect(page.get_by_text("Hyväksyjä: Tiina Tikka.")).to_be_visible()
    page.locator("#id_code").fill(mailed_code())
    page.get_by_role("button", name="Hyväksyn").dblclick()
    says_thanks(page)
    assert Decision.objects.get().chosen == {"lines": ["A7"], "package": ""}
    assert Letter.objects.filter(kind=LetterKind.DECISION_RECEIPT.value).count() == 1


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_question_answered_in_its_place_a_wish_answered_by_version_two_and_a_yes_to_that(
    width: int, visit: Visit, offered: Offered
) -> None:
    client, world = visit(width), offered.world
    link, page = opened(client, offered), client.page
    client.go(f"{reverse('bids:client-ask', args=[link.public_id])}?about=line:A7")
    page.get_by_label("Kysymyksenne").fill("Kuuluuko ruotsinnokseen taitto?")
    client.press("Lähettäkää kysymys")
    question = Question.objects.get()
    release_answer(question=question, text="Kuuluu.", seen=question.version, by=world.lead, now=database_now())
    client.go(reverse("bids:client-changes", args=[link.public_id]))
    page.get_by_label("Sama, mutta myöhemmin").check()
    page.get_by_label("Montako viikkoa myöhemmin").fill("2")
    client.press("Lähettäkää toive")
    client.go(reverse("bids:client-accept", args=[link.public_id]))
    name_and_tick(page)

    sent(world, now=database_now())
    client.press("Pyytäkää koodi ja jatkakaa")
    expect(page.get_by_text("Tarjous on muuttunut")).to_be_visible()
    looked_at(client, "refused")
    page.get_by_role("link", name="Katsokaa uusi versio").click()
    answered = page.locator(".answer-here").filter(has_text="Kuuluuko ruotsinnokseen taitto?")
    expect(answered.get_by_text("Kuuluu.", exact=True)).to_be_visible()
    page.get_by_role("link", name="Hyväksykää tarjous").first.click()
    name_and_tick(page)
    client.press("Pyytäkää koodi ja jatkakaa")
    page.locator("#id_code").fill(mailed_code())
    client.press("Hyväksyn")
    says_thanks(page)
    page.go_back()
    page.reload()
    says_thanks(page)
    assert Decision.objects.get().revision.number == VERSION_TWO


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_signed_slip_written_down_objected_to_and_seen_by_lead_and_partners(
    width: int, visit: Visit, offered: Offered
) -> None:
    lead = visit(width, person=offered.world.lead_person)
    bid = offered.world.bid
    page = lead.go(reverse("bids:record-decision", args=[bid.public_id]))
    looked_at(lead, "record")
    lead.press("Kirjaa")
    looked_at(lead, "record-refused")
    page.get_by_label("Kyllä, sellaisenaan").check()
    page.get_by_label("allekirjoitetulla lomakkeella").check()
    page.get_by_label("Minä päivänä vastaus tuli").fill(helsinki_day(database_now()).isoformat())
    page.locator("input[type=file]").set_input_files(
        {"name": "lomake.pdf", "mimeType": "application/pdf", "buffer": SLIP.data}
    )
    lead.press("Kirjaa")
    page.wait_for_load_state()
    assert Decision.objects.get().way == DecisionWay.SLIP

    client = visit(width)
    link = opened(client, offered)
    page = client.go(reverse("bids:client-decision", args=[link.public_id]))
    expect(page.get_by_role("heading", name="Kirjattu hyväksytyksi")).to_be_visible()
    looked_at(client, "recorded")
    page.get_by_role("link", name="Näin ei ole").click()
    looked_at(client, "not-so")
    page.get_by_role("checkbox").check()
    client.press("Pyytäkää koodi ja jatkakaa")
    looked_at(client, "not-so-code")
    page.locator("#id_code").fill(mailed_code())
    page.get_by_label("Mikä ei pidä paikkaansa").fill("Emme ole allekirjoittaneet.")
    client.press("Näin ei ole")
    expect(page.get_by_text("Olette kertoneet, ettei näin ole.")).to_be_visible()
    looked_at(client, "objected")

    page = lead.go(reverse("bids:offer", args=[bid.public_id]))
    expect(page.get_by_text("Emme ole allekirjoittaneet.").first).to_be_visible()
    told = Letter.objects.filter(kind=LetterKind.DECISION_OBJECTED.value).values_list("to_email", flat=True)
    assert {*told} == {offered.world.lead_person.email, *Invitation.objects.values_list("email", flat=True)}


def test_no_page_of_an_offer_shows_inside_another(browser: Browser, visit: Visit, offered: Offered) -> None:
    """T30: neither a stranger's page nor one of the same site holds it, so that nobody is led to press unseen."""
    client = visit(DESK)
    link = opened(client, offered)
    context = browser.new_context(storage_state=client.page.context.storage_state())
    page = context.new_page()
    accept = reverse("bids:client-accept", args=[link.public_id])
    held = f'<iframe id="held" src="{client.base}{accept}"></iframe>'
    for host in ("http://somebody.invalid/", f"{client.base}/framing/"):
        page.route(host, lambda route: route.fulfill(body=held, content_type="text/html"))
        with page.expect_event("framenavigated", lambda frame: frame.parent_frame is not None):
            page.goto(host)
        (frame,) = page.main_frame.child_frames
        assert frame.locator("form").count() == 0
        assert not frame.url.startswith(client.base), frame.url
    page.goto(f"{client.base}{accept}")
    assert page.locator("main form").count() == 1
    context.close()


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_no_with_a_word_of_why(width: int, visit: Visit, offered: Offered) -> None:
    client = visit(width, scripts=True)
    link = opened(client, offered)
    page = client.go(reverse("bids:client-decline", args=[link.public_id]))
    looked_at(client, "decline")
    page.get_by_role("checkbox").check()
    client.press("Pyytäkää koodi ja jatkakaa")
    page.locator("#id_code").fill(mailed_code())
    page.get_by_label("Miksi, jos haluatte kertoa").fill("Valitsimme toisen.")
    looked_at(client, "decline-code")
    client.press("Hylkään")
    assert page.get_by_text("Valitsimme toisen.").is_visible()
    looked_at(client, "declined")
