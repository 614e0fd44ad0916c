"""A client asks and wishes in a real browser, a firm drafts, the lead answers: on a phone and at a desk."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bids.models import InvitationLink
from kernel.clock import database_now
from kernel.tokens import new_token, token_hash
from tests.bids.cases import daycare
from tests.bids.clients import a_client_link
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.browser.conftest import DESK, PHONE, Visit, Visitor
from tests.browser.test_answering import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> OkWorld:
    now = database_now()
    world = an_ok_world(replace(daycare(), valid_until=(now + timedelta(days=60)).date()), now=now)
    sent(world, now=now)
    world.lead_person.name = "Kaisa Kuvakulma"
    world.lead_person.save()
    return world


def looked_at(visitor: Visitor, name: str) -> None:
    """Nothing is wrong with the page; kept as a picture where a folder is named for them."""
    look(visitor)
    if folder := os.environ.get("PUNOS_KEEP_PICTURES"):
        width = visitor.page.viewport_size["width"] if visitor.page.viewport_size else 0
        visitor.page.screenshot(path=Path(folder, f"{name}-{width}.png"), full_page=True)


def invited(world: OkWorld, key: str) -> str:
    """The link of a letter to this firm, which leads to the questions."""
    token, now = new_token(), database_now()
    InvitationLink.objects.create(
        invitation=world.invitations[key],
        token_hash=token_hash(token),
        made_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=3),
    )
    return f"/i/{token}?next=questions"


def a_new_version_answers(lead: Visitor, world: OkWorld) -> None:
    """The lead moves the schedule as was wished, the firms say OK to it, and the version goes out."""
    lead.go(f"/offers/{world.bid.public_id}/questions/")
    lead.press("Siirrä aikataulua 14 päivää ja tee uusi versio")
    lead.page.wait_for_load_state("networkidle")
    assert lead.page.url.endswith(f"/offers/{world.bid.public_id}/send/")
    looked_at(lead, "send")
    assert lead.page.get_by_label("2 viikkoa myöhemmin").is_checked()
    assert lead.page.get_by_text("Kaikki on 14 päivää myöhemmin.").is_visible()
    for key in world.invitations:
        world.says_ok(key, now=database_now())
    sent(world, now=database_now())


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_question_is_asked_drafted_answered_and_read_and_a_wish_answered_by_a_version(
    width: int, visit: Visit, world: OkWorld
) -> None:
    token = new_token()
    link = a_client_link(world, now=database_now(), token=token)
    client = visit(width)
    client.go(f"/o/{token}")
    page = client.go(f"/offer/{link.public_id}/ask/")
    looked_at(client, "ask")
    client.press("Lähettäkää kysymys")
    assert page.get_by_text("Kirjoittakaa, mitä haluatte tietää.").is_visible()
    looked_at(client, "ask-refused")
    page.get_by_label("Mistä on kysymys").select_option("line:A4")
    page.get_by_label("Kysymyksenne").fill("Sisältyykö taitto hintaan?")
    client.press("Lähettäkää kysymys")
    assert page.get_by_text("Kysymyksenne on perillä: Kaisa Kuvakulma.").is_visible()
    looked_at(client, "asked")

    sari = visit(width)
    sari.go(invited(world, "SEL"))
    looked_at(sari, "draft")
    sari.page.get_by_label("Vastauksesi luonnos").fill("Kyllä, taitto sisältyy.")
    sari.press("Anna luonnos eteenpäin")
    assert sari.page.get_by_text("Tallennettu. Kaisa Kuvakulma katsoo sen läpi").is_visible()
    looked_at(sari, "drafted")

    page = client.go(f"/offer/{link.public_id}/changes/")
    looked_at(client, "changes")
    page.get_by_label("Sama, mutta myöhemmin").check()
    page.get_by_label("Montako viikkoa myöhemmin").fill("2")
    looked_at(client, "wish")
    client.press("Lähettäkää toive")
    assert page.get_by_text("Toiveenne on perillä: Kaisa Kuvakulma.").is_visible()

    lead = visit(width, person=world.lead_person, language="fi")
    lead.go("/my-work/")
    look(lead)
    lead.go(f"/offers/{world.bid.public_id}/questions/")
    looked_at(lead, "lead")
    answer = lead.page.get_by_label("Vastaus asiakkaalle")
    assert answer.input_value() == "Kyllä, taitto sisältyy."
    lead.press("Vastaa asiakkaalle")
    lead.page.wait_for_load_state("networkidle")
    a_new_version_answers(lead, world)

    page = client.go(f"/offer/{link.public_id}/")
    assert page.get_by_text("Se vastaa siihen, mitä toivoitte:").is_visible()
    assert page.locator(".answers-here").get_by_text("Kyllä, taitto sisältyy.").is_visible()
    look(client)
    page = client.go(f"/offer/{link.public_id}/ask/")
    assert page.get_by_text("Kyllä, taitto sisältyy.").is_visible()
    looked_at(client, "answered")
    page = client.go(f"/offer/{link.public_id}/changes/")
    assert page.get_by_text("Vastattu versiolla 2.").is_visible()
    looked_at(client, "wish-answered")
