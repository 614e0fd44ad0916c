"""The client asks and wishes on pages without an account; the firms answer on theirs."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bids.actions.release_answer import release_answer
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import ChangeRequest, ClientLink, InvitationLink, Part, Question
from bids.steps.client_asks import MOST_OF_ONE
from bids.vocabulary import LinkScope, PartState
from kernel.clock import database_now
from kernel.tokens import new_token, token_hash
from tests.bids.cases import daycare
from tests.bids.clients import a_client_link, asked, wished
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.web.conftest import logged_in
from tests.web.test_greedy_scanner_clients import Scanner, every_row
from tests.web.test_greedy_scanner_invitations import ORIGINS
from tests.web.test_sending_pages import this_year
from tests.world import a_person

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    now = database_now()
    world = an_ok_world(this_year(daycare()), now=now)
    sent(world, now=now)
    world.lead_person.name = "Kaisa Kuvakulma"
    world.lead_person.save()
    return world


def followed(world: OkWorld, *, scope: LinkScope = LinkScope.ASK, **whose: str) -> tuple[Client, ClientLink]:
    """A browser that has followed a client's link."""
    token = new_token()
    link = a_client_link(world, scope=scope, now=database_now(), token=token, **whose)  # type: ignore[arg-type]
    client = Client(headers={"accept-language": "en"})
    assert client.get(f"/o/{token}").status_code == 303
    return client, link


def page(name: str, link: ClientLink, language: str = "en") -> str:
    return f"{reverse(f'bids:{name}', args=[link.public_id])}?language={language}"


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


IN_THREE = {"fi": "Kysymykset ja vastaukset", "sv": "Frågor och svar", "en": "Questions and answers"}
CHANGES_IN_THREE = {"fi": "Pyytäkää muutosta", "sv": "Be om en ändring", "en": "Ask for a change"}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_pages_speak_three_languages_and_never_the_products_name(world: OkWorld, language: str) -> None:
    client, link = followed(world)
    asked(link, "Oma?", now=database_now())
    wished(link, now=database_now())

    for name, title in (("client-ask", IN_THREE[language]), ("client-changes", CHANGES_IN_THREE[language])):
        answer = client.get(page(name, link, language))
        assert (answer.status_code, f'<html lang="{language}">' in answer.content.decode()) == (200, True)
        assert title in text_of(answer)
        assert "punos" not in re.sub("(css|js)/punos", "", text_of(answer)).casefold()
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_question_is_asked_and_its_answer_read(world: OkWorld) -> None:
    client, link = followed(world)
    form = {"seen": "1", "about": "line:A4", "text": "Sisältyykö taitto?"}

    answer = client.post(page("client-ask", link), form, follow=True)

    assert "Your question is with" in text_of(answer)
    assert "Waits for an answer" in text_of(answer)
    question = Question.objects.get()
    assert (question.key, question.to_part, question.link) == ("A4", world.part("SEL"), link)
    release_answer(question=question, text="Kyllä sisältyy.", seen=1, by=world.lead, now=database_now())
    assert "Kyllä sisältyy." in text_of(client.get(page("client-ask", link)))


def test_a_page_can_be_opened_about_one_place(world: OkWorld) -> None:
    client, link = followed(world)

    shown = text_of(client.get(page("client-ask", link) + "&about=line:A4"))
    other = text_of(client.get(page("client-ask", link) + "&about=line:Z9"))

    assert '<option value="line:A4" selected>' in shown
    assert '<option value="" selected>' in other


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"text": ""}, "Write what you want to know"),
        ({"text": "Mitä?", "about": "line:Z9"}, "no such place"),
        ({"text": "x" * 2001}, "At most 2,000 characters"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    world: OkWorld, words: dict[str, str], says: str
) -> None:
    client, link = followed(world)

    answer = client.post(page("client-ask", link), {"seen": "1", **words})

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert f">{words['text']}</textarea>" in answer.content.decode()
    assert not Question.objects.exists()


def test_a_field_filled_in_by_a_program_asks_nothing(world: OkWorld) -> None:
    client, link = followed(world)

    for name in ("client-ask", "client-changes"):
        form = {"seen": "1", "text": "Osta halpaa!", "kind": "other", "leave_empty": "x"}
        answer = client.post(page(name, link), form)
        assert answer.status_code == 422
        assert "must stay empty" in text_of(answer)
    assert not Question.objects.exists()
    assert not ChangeRequest.objects.exists()


def test_a_program_that_sends_every_form_of_every_page_asks_nothing(world: OkWorld) -> None:
    token = new_token()
    link = a_client_link(world, now=database_now(), token=token)
    before = every_row()

    for origin in [*ORIGINS, *ORIGINS]:
        scanner = Scanner(origin)
        scanner.run(f"/o/{token}")
        scanner.run(page("client-ask", link))
        scanner.run(page("client-changes", link))
        assert any("/changes/" in each for each in scanner.seen)

    assert every_row() == before


@pytest.mark.parametrize("name", ["client-ask", "client-changes"])
def test_nobody_without_the_link_sees_anything(world: OkWorld, name: str) -> None:
    _client, link = followed(world)
    lead = logged_in(world.lead_person)

    for client in (Client(), lead):
        assert client.get(page(name, link)).status_code == 404
        assert client.post(page(name, link), {"seen": "1", "text": "Mitä?"}).status_code == 404


@pytest.mark.parametrize("name", ["client-ask", "client-changes"])
def test_a_link_that_only_shows_has_no_form_and_says_whom_to_ask(world: OkWorld, name: str) -> None:
    client, link = followed(world, scope=LinkScope.VIEW)

    shown = text_of(client.get(page(name, link)))
    refused = client.post(page(name, link), {"seen": "1", "text": "Mitä?", "kind": "other"})

    assert "<form" not in shown
    assert "ask directly" in shown
    assert world.lead_person.email in shown or "Kaisa Kuvakulma" in shown
    assert (refused.status_code, Question.objects.count(), ChangeRequest.objects.count()) == (403, 0, 0)


def test_of_others_one_reads_what_was_answered_and_never_who_they_are(world: OkWorld) -> None:
    _other, theirs = followed(world, email="salainen@example.invalid", name="Sanna Salainen")
    question = asked(theirs, "Paljonko lisätyö?", now=database_now())
    asked(theirs, "Vielä auki?", now=database_now())
    wished(theirs, now=database_now())
    client, link = followed(world)

    assert "Paljonko" not in text_of(client.get(page("client-ask", link)))
    release_answer(question=question, text="65 € tunnilta.", seen=1, by=world.lead, now=database_now())
    for name in ("client-ask", "client-changes"):
        shown = text_of(client.get(page(name, link)))
        assert "alainen" not in shown
        assert "Vielä auki?" not in shown
    shown = text_of(client.get(page("client-ask", link)))
    assert ("Paljonko lisätyö?" in shown, "65 € tunnilta." in shown) == (True, True)
    assert "Waits for an answer" not in text_of(client.get(page("client-changes", link)))


def test_too_many_are_told_so_and_keep_their_words(world: OkWorld) -> None:
    client, link = followed(world)
    for number in range(MOST_OF_ONE):
        asked(link, f"Kysymys {number}?", now=database_now())

    answer = client.post(page("client-ask", link), {"seen": "1", "text": "Vielä yksi?"})

    assert answer.status_code == 429
    assert ">Vielä yksi?</textarea>" in answer.content.decode()


def test_a_new_version_in_the_meantime_is_told_and_the_words_stay(world: OkWorld) -> None:
    client, link = followed(world)
    sent(world, now=database_now())

    answer = client.post(page("client-ask", link), {"seen": "1", "text": "Entä tämä?"})

    assert answer.status_code == 409
    assert "A new version" in text_of(answer)
    assert 'name="seen" value="2"' in text_of(answer)
    assert ">Entä tämä?</textarea>" in answer.content.decode()


def test_a_withdrawn_offer_leads_to_where_that_is_told(world: OkWorld) -> None:
    client, link = followed(world)
    withdraw_offer(revision=world.bid.revisions.get(), by=world.lead, now=database_now())

    answer = client.get(page("client-ask", link))

    assert (answer.status_code, answer.headers["Location"]) == (
        303,
        reverse("bids:client-offer", args=[link.public_id]),
    )


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"kind": "without_line", "line": "A7"}, ("without_line", "A7", None, None)),
        ({"kind": "later", "weeks": " 2 "}, ("later", "", 2, None)),
        ({"kind": "price_wish", "amount": "3 400 €", "basis": "gross"}, ("price_wish", "", None, "3400.00")),
        ({"kind": "price_wish", "amount": "400,50", "price_line": "A4"}, ("price_wish", "A4", None, "400.50")),
        ({"kind": "other", "text": "Toisin."}, ("other", "", None, None)),
    ],
)
def test_each_of_the_four_wishes_is_told(world: OkWorld, form: dict[str, str], kept: tuple[Any, ...]) -> None:
    client, link = followed(world)

    answer = client.post(page("client-changes", link), {"seen": "1", **form}, follow=True)

    wish = ChangeRequest.objects.get()
    amount = None if wish.amount is None else str(wish.amount)
    assert (wish.kind, wish.line, wish.weeks, amount) == kept
    assert "Your wish is with" in text_of(answer)


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "Choose what should be otherwise"),
        ({"kind": "free"}, "Choose what should be otherwise"),
        ({"kind": "without_line"}, "Choose a row"),
        ({"kind": "later", "weeks": "kaksi"}, "how many weeks"),
        ({"kind": "price_wish", "amount": ""}, "Write a price"),
        ({"kind": "price_wish", "amount": "-5"}, "more than nothing"),
        ({"kind": "price_wish", "amount": "0"}, "Say the price"),
        ({"kind": "other"}, "Write what should be otherwise"),
    ],
)
def test_a_wish_that_cannot_be_read_is_told_beside_its_field(world: OkWorld, form: dict[str, str], says: str) -> None:
    client, link = followed(world)

    answer = client.post(page("client-changes", link), {"seen": "1", "weeks": "9", **form})

    assert answer.status_code == 422
    assert says in text_of(answer)
    assert not ChangeRequest.objects.exists()


# --- those who answer


def leads_page(world: OkWorld) -> str:
    return reverse("bids:questions", args=[world.bid.public_id])


def english(world: OkWorld) -> Client:
    world.lead_person.language = "en"
    world.lead_person.save()
    return logged_in(world.lead_person)


def test_the_lead_reads_and_answers_all_on_one_screen(world: OkWorld) -> None:
    _client, link = followed(world)
    first = asked(link, "Sisältyykö taitto?", about="line:A4", now=database_now())
    second = asked(link, "Häh?", now=database_now())
    wish = wished(link, now=database_now())
    lead = english(world)

    shown = text_of(lead.get(leads_page(world)))
    for said in ("Sisältyykö taitto?", "Häh?", "2 weeks later", "Johtaja", "Selkopolku Tmi"):
        assert said in shown
    lead.post(leads_page(world), {"question": first.public_id, "version": "1", "do": "release", "text": "Kyllä."})
    lead.post(leads_page(world), {"question": second.public_id, "version": "1", "do": "drop"})
    lead.post(leads_page(world), {"wish": wish.public_id, "version": "1", "do": "decline", "text": "Ei käy."})

    states = [one.state for one in (*Question.objects.order_by("pk"), *ChangeRequest.objects.all())]
    assert states == ["released", "dropped", "declined"]
    assert "Nothing waits for an answer" in text_of(lead.get(leads_page(world)))


@pytest.mark.parametrize(
    ("press", "status"),
    [
        ({"do": "release", "text": ""}, 422),
        ({"do": "release", "text": "x" * 4001}, 422),
        ({"do": "release", "text": "Kyllä.", "version": "7"}, 412),
        ({"do": "publish", "text": "Kyllä."}, 404),
        ({"do": "release", "text": "Kyllä.", "question": "0"}, 404),
    ],
)
def test_an_answer_that_is_refused_is_told_and_kept(world: OkWorld, press: dict[str, str], status: int) -> None:
    _client, link = followed(world)
    question = asked(link, now=database_now())
    lead = english(world)

    answer = lead.post(leads_page(world), {"question": question.public_id, "version": "1", **press})

    assert answer.status_code == status
    assert (f">{press['text']}</textarea>" in answer.content.decode()) == (status != 404)
    assert Question.objects.get().state == "open"


@pytest.fixture
def sari(world: OkWorld) -> Client:
    """Whoever was asked for SEL's share, with the link of a letter."""
    token = new_token()
    now = database_now()
    InvitationLink.objects.create(
        invitation=world.invitations["SEL"],
        token_hash=token_hash(token),
        made_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=3),
    )
    client = Client(headers={"accept-language": "en"})
    answer = client.get(f"/i/{token}?next=questions")
    assert answer.headers["Location"] == reverse("bids:asked-questions", args=[world.invitations["SEL"].public_id])
    return client


def test_an_asked_firm_drafts_by_its_letters_link_and_the_client_reads_nothing_of_it(
    world: OkWorld, sari: Client
) -> None:
    client, link = followed(world)
    own = asked(link, "Sisältyykö taitto?", about="line:A4", now=database_now())
    other = asked(link, "Entä paino?", about="line:A5", now=database_now())
    address = reverse("bids:asked-questions", args=[world.invitations["SEL"].public_id])

    shown = text_of(sari.get(address))
    assert ("Sisältyykö taitto?" in shown, "Entä paino?" in shown) == (True, False)
    press = {"question": own.public_id, "version": "1", "do": "draft", "text": "Kyllä sisältyy."}
    assert "looks it through" in text_of(sari.post(address, press, follow=True))
    own.refresh_from_db()
    assert (own.state, own.draft) == ("drafted", "Kyllä sisältyy.")
    assert "Kyllä sisältyy." not in text_of(client.get(page("client-ask", link)))
    assert sari.post(address, press | {"question": other.public_id}).status_code == 404
    assert sari.post(address, press | {"leave_empty": "x", "version": "2"}).status_code == 422
    release = press | {"version": "2", "do": "release"}
    assert sari.post(address, release).status_code == 403
    assert Question.objects.get(pk=own.pk).state == "drafted"


def test_a_firm_that_is_out_is_led_to_where_that_is_told(world: OkWorld, sari: Client) -> None:
    Part.objects.filter(pk=world.part("SEL").pk).update(state=PartState.LEFT_OUT.value)
    invitation = world.invitations["SEL"].public_id

    answer = sari.get(reverse("bids:asked-questions", args=[invitation]))

    assert answer.headers["Location"] == reverse("bids:asked", args=[invitation])


@pytest.mark.parametrize(
    ("firm", "role", "reads", "may"),
    [
        ("KUV", "editor", {"Taitto?", "Paino?"}, {"release", "draft"}),
        ("KUV", "viewer", set(), set()),
        ("SEL", "owner", {"Taitto?"}, {"draft"}),
        ("SEL", "producer", {"Taitto?"}, {"draft"}),
        ("SEL", "viewer", {"Taitto?"}, set()),
    ],
)
def test_who_reads_and_answers_what(world: OkWorld, firm: str, role: str, reads: set[str], may: set[str]) -> None:
    _client, link = followed(world)
    asked(link, "Taitto?", about="line:A4", now=database_now())
    asked(link, "Paino?", about="line:A5", now=database_now())
    wished(link, now=database_now())
    somebody = a_person(at=world.firm(firm), role=role, email="joku@people.invalid", language="en")

    shown = text_of(logged_in(somebody).get(leads_page(world)))

    assert {text for text in ("Taitto?", "Paino?") if text in shown} == reads
    assert {verb for verb in ("release", "draft") if f'name="do" value="{verb}"' in shown} == may
    assert ("2 weeks later" in shown) == (firm == "KUV" and role == "editor")


def test_a_stranger_finds_no_such_page(world: OkWorld, stranger: Client) -> None:
    assert stranger.get(leads_page(world)).status_code == 404
