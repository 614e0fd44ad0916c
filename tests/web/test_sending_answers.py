"""The dialog of sending: which of the client's wishes a version answers, and whether answers go along."""

import re

import pytest
from django.test import Client
from django.urls import reverse

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


def test_ticked_is_what_the_new_version_does_something_about_and_the_lead_decides(
    world: OkWorld, link: ClientLink, maija: Client
) -> None:
    now = database_now()
    later = wished(link, now=now)
    other = wished(link, Wish(kind=WishKind.OTHER, text="Toiset värit, kiitos."), now=now)
    less = wished(link, Wish(kind=WishKind.WITHOUT_LINE, line="A3"), now=now)
    theirs = wished(link, Wish(kind=WishKind.WITHOUT_LINE, line="A4"), now=now)
    assert ticked(page(maija, world)) == []

    questions = reverse("bids:questions", args=[world.bid.public_id])

    def press_step(wish: ChangeRequest, do: str) -> str:
        shown = maija.get(questions).content.decode()
        item = shown[shown.index(f'id="wish-{wish.public_id}"') :].split("</li>", 1)[0]
        found = re.search(rf'name="version" value="(\d+)">\s*<button[^>]*value="{do}"', item)
        assert found is not None, (do, item)
        answer = maija.post(questions, {"wish": str(wish.public_id), "do": do, "version": found[1]}, follow=True)
        assert answer.status_code == 200
        return str(answer.request["PATH_INFO"])

    send = reverse("bids:send", args=[world.bid.public_id])
    assert press_step(less, "leave_out") == send
    assert press_step(theirs, "suggest") == questions
    assert "has been asked to leave this out" in maija.get(questions).content.decode()
    assert press_step(later, "move") == send
    assert maija.post(questions, {"wish": str(less.public_id), "do": "leave_out", "version": "1"}).status_code == 404
    assert maija.post(questions, {"wish": str(other.public_id), "do": "move", "version": "1"}).status_code == 404

    shown = page(maija, world)
    assert ticked(shown) == [str(later.public_id), str(less.public_id)]
    for said in ("2 weeks later", "Everything is 14 days later.", "is no longer in it.", "Toiset värit, kiitos."):
        assert said in shown
    assert shown.count("The offer does nothing about this yet, so it stays open.") == 1
    assert shown.count("In the client's own words: tick it if this version answers it.") == 1

    for key in world.invitations:
        world.says_ok(key, now=database_now())
    press(maija, world, answers=[str(less.public_id), str(other.public_id)], with_answers="on")
    revision = gone_out(world)

    states = ChangeRequest.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["open", "answered", "answered", "open"]
    version = maija.get(reverse("bids:version", args=[world.bid.public_id, revision.number])).content.decode()
    assert "It answers the client's wishes" in version
    assert ("Toiset värit, kiitos." in version, "2 weeks later" in version) == (True, False)


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
