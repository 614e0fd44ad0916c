"""The dialog of sending: which of the client's wishes a version answers, and whether answers go along."""

import re

import pytest
from django.test import Client

from bids.actions.ask_for_changes import Wish
from bids.actions.decline_change_request import decline_change_request
from bids.actions.draft_answer import draft_answer
from bids.actions.finish_sending import finish_sending
from bids.actions.release_answer import release_answer
from bids.exports.frozen_version import read_version
from bids.models import ChangeRequest, ClientLink, Revision
from bids.queries.waiting import WaitKind, waiting_for
from bids.vocabulary import WishKind
from kernel.clock import database_now
from tests.bids.cases import daycare
from tests.bids.clients import a_client_link, asked, wished
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, drawn, sent
from tests.web.conftest import logged_in
from tests.web.test_sending_pages import page, press, this_year
from tests.world import a_person, acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> OkWorld:
    now = database_now()
    world = an_ok_world(this_year(daycare()), now=now)
    sent(world, now=now)
    world.lead_person.language = "en"
    world.lead_person.save()
    return world


@pytest.fixture
def link(world: OkWorld) -> ClientLink:
    return a_client_link(world, now=database_now())


@pytest.fixture
def maija(world: OkWorld) -> Client:
    return logged_in(world.lead_person)


def ticked(shown: str) -> list[str]:
    return re.findall(r'name="answers" value="([0-9a-f-]{36})"[^>]* checked', shown)


def gone_out(world: OkWorld) -> Revision:
    revision = world.bid.revisions.order_by("-number")[0]
    drawn(revision, now=database_now())
    finish_sending(revision=revision, by=SYSTEM, now=database_now())
    return revision


def test_every_open_wish_is_ticked_and_the_lead_unticks_one(world: OkWorld, link: ClientLink, maija: Client) -> None:
    now = database_now()
    one = wished(link, now=now)
    other = wished(link, Wish(kind=WishKind.OTHER, text="Toiset värit, kiitos."), now=now)
    shown = page(maija, world)
    assert ticked(shown) == [str(one.public_id), str(other.public_id)]
    assert ("2 weeks later" in shown, "Toiset värit, kiitos." in shown) == (True, True)

    press(maija, world, answers=[str(one.public_id)], with_answers="on")
    gone_out(world)

    assert [wish.state for wish in ChangeRequest.objects.order_by("pk")] == ["answered", "open"]


def test_a_wish_that_was_declined_meanwhile_stops_nothing(world: OkWorld, link: ClientLink, maija: Client) -> None:
    wish = wished(link, now=database_now())
    decline_change_request(wish=wish, seen=1, by=world.lead, now=database_now())

    answer = press(maija, world, answers=[str(wish.public_id), "no id at all"], with_answers="on")

    assert answer.status_code == 302
    gone_out(world)
    assert ChangeRequest.objects.get().state == "declined"


@pytest.mark.parametrize(("tick", "taken"), [({"with_answers": "on"}, 1), ({}, 0)])
def test_answers_go_along_if_the_tick_is_left(
    world: OkWorld, link: ClientLink, maija: Client, tick: dict[str, str], taken: int
) -> None:
    release_answer(question=asked(link, now=database_now()), text="Kyllä.", seen=1, by=world.lead, now=database_now())
    assert re.search(r'type="checkbox" name="with_answers"[^>]* checked', page(maija, world))

    press(maija, world, **tick)

    assert len(read_version(bytes(gone_out(world).payload)).answers) == taken


def test_a_question_without_an_answer_is_told_before_sending(world: OkWorld, link: ClientLink, maija: Client) -> None:
    asked(link, now=database_now())

    assert "Questions of the client without an answer: 1" in page(maija, world)


def test_what_the_client_asks_waits_for_its_firm_and_for_the_lead(
    world: OkWorld, link: ClientLink, maija: Client
) -> None:
    now = database_now()
    question, wish = asked(link, "Taitto?", about="line:A4", now=now), wished(link, now=now)
    sari = acting(a_person(at=world.firm("SEL")), world.firm("SEL"))
    pekka = acting(a_person(at=world.firm("PAI")), world.firm("PAI"))

    def waits(actor: object) -> dict[object, object]:
        kinds = {WaitKind.QUESTION, WaitKind.DRAFT, WaitKind.WISH}
        return {one.thing: one.kind for one in waiting_for(actor, now) if one.kind in kinds}  # type: ignore[arg-type]

    assert waits(world.lead) == {question.public_id: WaitKind.QUESTION, wish.public_id: WaitKind.WISH}
    assert waits(sari) == {question.public_id: WaitKind.QUESTION}
    assert waits(pekka) == {}
    shown = maija.get("/my-work/").content.decode()
    assert shown.count(f"/offers/{world.bid.public_id}/questions/") == 2
    draft_answer(question=question, text="Kyllä.", seen=1, by=world.asked("SEL"), now=now)
    assert waits(world.lead)[question.public_id] is WaitKind.DRAFT
    assert waits(sari) == {}
