"""A client says yes, and no, in a real browser: by phone and desk, without scripts; the lead writes one down."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from bids.models import ClientLink, Decision, Letter, OneTimeCode
from bids.steps.minting import mint
from bids.vocabulary import LetterKind, LinkScope
from kernel.clock import database_now
from kernel.tokens import new_token
from tests.bids.clients import a_client_link
from tests.bids.decisions import TIINA, Offered, an_offered, two_readers
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.browser.test_answering import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


def opened(visitor: Visitor, offered: Offered) -> ClientLink:
    """The client has followed the link in their own letter."""
    token = new_token()
    link = a_client_link(
        offered.world, scope=LinkScope.ACCEPT, email=TIINA, name="Tiina Tikka", now=database_now(), token=token
    )
    visitor.go(f"/o/{token}")
    return link


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_yes_with_an_option_by_hand_and_without_scripts(width: int, visit: Visit, offered: Offered) -> None:
    client = visit(width, scripts=True)
    link = opened(client, offered)
    page = client.go(reverse("bids:client-accept", args=[link.public_id]) + "?chosen=1&choose=A7")
    looked_at(client, "accept")
    client.press("Jatka: lähettäkää koodi")
    assert page.get_by_text("Kirjoittakaa oma nimenne.").is_visible()
    looked_at(client, "accept-refused")
    page.get_by_label("Nimenne").fill("Tiina Tikka")
    page.get_by_role("checkbox").check()
    client.press("Jatka: lähettäkää koodi")
    looked_at(client, "accept-code")
    page.get_by_label("Kirjeessä oleva koodi").or_(page.locator("#id_code")).first.fill(mailed_code())
    client.press("Hyväksyn")
    assert page.get_by_role("heading", name="Hyväksytty. Kiitos!").is_visible()
    looked_at(client, "accepted")
    client.page.reload()
    assert page.get_by_role("heading", name="Hyväksytty. Kiitos!").is_visible()
    client.page.go_back()
    client.page.reload()
    assert page.get_by_role("heading", name="Hyväksytty. Kiitos!").is_visible()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_an_answer_written_down_and_objected_to(width: int, visit: Visit, offered: Offered) -> None:
    lead = visit(width, scripts=True, person=offered.world.lead_person)
    page = lead.go(reverse("bids:record-decision", args=[offered.world.bid.public_id]))
    looked_at(lead, "record")
    lead.press("Kirjaa")
    looked_at(lead, "record-refused")
    page.get_by_label("Kyllä, tarjous sellaisenaan").check()
    page.get_by_label("puhelimessa").check()
    page.get_by_label("Minä päivänä vastaus tuli").fill(database_now().date().isoformat())
    lead.press("Kirjaa")
    assert Decision.objects.get().way == "phone"

    client = visit(width, scripts=True)
    link = opened(client, offered)
    page = client.go(reverse("bids:client-decision", args=[link.public_id]))
    looked_at(client, "recorded")
    page.get_by_role("link", name="Näin ei ole").click()
    looked_at(client, "not-so")
    page.get_by_role("checkbox").check()
    client.press("Jatka: lähettäkää koodi")
    looked_at(client, "not-so-code")
    page.locator("#id_code").fill(mailed_code())
    client.press("Näin ei ole")
    assert page.get_by_text("Olette kertoneet, ettei näin ole.").is_visible()
    looked_at(client, "objected")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_no_with_a_word_of_why(width: int, visit: Visit, offered: Offered) -> None:
    client = visit(width, scripts=True)
    link = opened(client, offered)
    page = client.go(reverse("bids:client-decline", args=[link.public_id]))
    looked_at(client, "decline")
    page.get_by_role("checkbox").check()
    client.press("Jatka: lähettäkää koodi")
    page.locator("#id_code").fill(mailed_code())
    page.get_by_label("Miksi, jos haluatte kertoa").fill("Valitsimme toisen.")
    looked_at(client, "decline-code")
    client.press("Hylkään")
    assert page.get_by_text("Valitsimme toisen.").is_visible()
    looked_at(client, "declined")
