"""A client asks: who is told, who may answer, what the client reads of it, and how often it may be done."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bids.actions.ask_question import ask_question
from bids.actions.draft_answer import draft_answer
from bids.actions.drop_question import drop_question
from bids.actions.release_answer import release_answer
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.withdraw_offer import withdraw_offer
from bids.models import Bid, ClientLink, Letter, Part, Question
from bids.permissions import eyes_of
from bids.queries.questions import questions_for, questions_shown
from bids.queries.send_checks import OPEN_QUESTIONS, send_checks
from bids.steps.client_asks import (
    MOST_OF_AN_OFFER,
    MOST_OF_ONE,
    AnotherVersion,
    AskedTooOften,
    LinkOnlyShows,
    NothingToAskAbout,
    QuestionIsOver,
    client_actor,
)
from bids.vocabulary import LetterKind, LinkScope, PartState, PriceVisibility, QuestionState
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, NotVisible, Stale
from kernel.models import AuditEvent
from tests.bids.cases import daycare
from tests.bids.clients import JOHTAJA, a_client_link, asked
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import sent
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db


@kept
def world() -> OkWorld:
    """Version 1 is with the client."""
    world = an_ok_world(daycare())
    sent(world)
    return world


@pytest.fixture
def link(world: OkWorld) -> ClientLink:
    return a_client_link(world)


def letters(kind: LetterKind) -> list[str]:
    """The addresses letters of this kind go to."""
    return list(Letter.objects.filter(kind=kind.value).order_by("pk").values_list("to_email", flat=True))


def test_a_question_goes_to_the_firm_whose_row_it_is_about_and_to_the_lead(world: OkWorld, link: ClientLink) -> None:
    question = asked(link, about="line:A4")

    assert (question.state, question.to_part) == (QuestionState.OPEN.value, world.part("SEL"))
    assert letters(LetterKind.QUESTION_ASKED) == [world.invitations["SEL"].email, world.lead_person.email]
    event = AuditEvent.objects.get(type="question.asked")
    assert (event.actor, event.facts["part"]) == (f"client_link:{link.public_id}", str(world.part("SEL").public_id))
    assert question.text not in str(event.facts)


@pytest.mark.parametrize("about", ["", "part:KUV", "line:A1"])
def test_what_is_about_the_whole_or_the_lead_goes_to_the_lead_alone(
    world: OkWorld, link: ClientLink, about: str
) -> None:
    assert asked(link, about=about).to_part == world.part("KUV")
    assert letters(LetterKind.QUESTION_ASKED) == [world.lead_person.email]


def test_of_a_firm_that_is_out_of_the_offer_since_the_lead_is_asked(world: OkWorld, link: ClientLink) -> None:
    Part.objects.filter(pk=world.part("SEL").pk).update(state=PartState.LEFT_OUT.value)

    assert asked(link, about="part:SEL").to_part == world.part("KUV")


def test_asking_the_same_twice_is_one_question_and_tells_everybody_once(world: OkWorld, link: ClientLink) -> None:
    first, second = asked(link, about="line:A4"), asked(link, " Sisältyykö taitto?\n", about="line:A4")
    from_the_next_letter = asked(a_client_link(world), about="line:A4")

    assert first == second == from_the_next_letter
    assert len(letters(LetterKind.QUESTION_ASKED)) == 2
    assert asked(link, about="line:A5") != first


@pytest.mark.parametrize(
    ("text", "about", "at"),
    [
        ("", "", "text"),
        (" \n ", "", "text"),
        ("x" * 2001, "", "text"),
        ("Mitä?", "line:Z9", "about"),
        ("M", "x", "about"),
    ],
)
def test_what_asks_nothing_is_refused_where_it_is_wrong(link: ClientLink, text: str, about: str, at: str) -> None:
    with pytest.raises(Malformed) as refused:
        asked(link, text, about=about)

    assert set(refused.value.faults) == {at}
    assert not Question.objects.exists()


def test_a_link_that_only_shows_asks_nothing(world: OkWorld) -> None:
    with pytest.raises(LinkOnlyShows):
        asked(a_client_link(world, scope=LinkScope.VIEW))


def test_a_link_that_decides_asks_too(world: OkWorld) -> None:
    assert asked(a_client_link(world, scope=LinkScope.ACCEPT)).pk


def test_nobody_asks_through_a_link_that_is_another_s_or_opens_nothing(world: OkWorld, link: ClientLink) -> None:
    other = a_client_link(world, email="toinen@example.invalid")
    for by in (client_actor(other), world.lead, Actor.system("tests")):
        with pytest.raises((NotVisible, NotPermitted)):
            ask_question(link=link, text="Mitä?", seen=1, by=by, now=NOON)
    with pytest.raises(NotVisible):
        asked(link, now=link.expires_at)
    revoke_client_link(link=link, by=world.lead, now=NOON)
    with pytest.raises(NotVisible):
        asked(link)


def test_of_a_version_that_was_replaced_or_withdrawn_nothing_is_asked(world: OkWorld, link: ClientLink) -> None:
    second = sent(world)

    with pytest.raises(AnotherVersion):
        asked(link, seen=1)
    assert asked(link, seen=2).revision == second
    withdraw_offer(revision=second, by=world.lead, now=NOON)
    with pytest.raises(NothingToAskAbout):
        asked(link, "Entä nyt?", seen=2)


def test_one_person_asks_so_often_a_day_whatever_link_they_hold(world: OkWorld, link: ClientLink) -> None:
    for number in range(MOST_OF_ONE):
        asked(link, f"Kysymys {number}?")

    with pytest.raises(AskedTooOften):
        asked(a_client_link(world, email=JOHTAJA.upper()), "Vielä?")
    assert asked(a_client_link(world, email="toinen@example.invalid"), "Minäkin?").pk
    assert asked(link, "Vielä?", now=NOON + timedelta(days=1, seconds=1)).pk


def test_an_offer_is_asked_about_so_often_a_day(world: OkWorld) -> None:
    for number in range(MOST_OF_AN_OFFER):
        person = number // MOST_OF_ONE
        asked(a_client_link(world, email=f"{person}@example.invalid"), f"Kysymys {number}?")

    with pytest.raises(AskedTooOften):
        asked(a_client_link(world, email="uusi@example.invalid"), "Minäkin?")


def test_the_firm_drafts_the_lead_releases_and_the_client_reads(world: OkWorld, link: ClientLink) -> None:
    question = asked(link, about="line:A4")
    drafted = draft_answer(question=question, text="Kyllä sisältyy.", seen=1, by=world.asked("SEL"), now=NOON)

    assert (drafted.state, drafted.drafted_by_firm) == (QuestionState.DRAFTED.value, world.firm("SEL"))
    assert letters(LetterKind.ANSWER_DRAFTED) == [world.lead_person.email]
    assert [one.answer for one in questions_shown(link)] == [""]
    released = release_answer(question=drafted, seen=2, by=world.lead, now=NOON)
    assert (released.answer, released.state) == ("Kyllä sisältyy.", QuestionState.RELEASED.value)
    assert letters(LetterKind.QUESTION_ANSWERED) == [JOHTAJA, world.invitations["SEL"].email]


def test_the_lead_answers_without_a_draft_and_in_other_words(world: OkWorld, link: ClientLink) -> None:
    first = asked(link, about="line:A4")
    second = asked(link, "Entä painatus?", about="line:A4")
    draft_answer(question=second, text="Ei.", seen=1, by=world.asked("SEL"), now=NOON)

    assert release_answer(question=first, text="Kyllä.", seen=1, by=world.lead, now=NOON).answer == "Kyllä."
    edited = release_answer(question=second, text="Ei sisälly.", seen=2, by=world.lead, now=NOON)
    assert (edited.draft, edited.answer) == ("Ei.", "Ei sisälly.")


def test_a_draft_written_anew_tells_the_lead_no_second_time(world: OkWorld, link: ClientLink) -> None:
    question = asked(link, about="line:A4")
    draft_answer(question=question, text="Ehkä.", seen=1, by=world.asked("SEL"), now=NOON)
    with pytest.raises(Stale):
        draft_answer(question=question, text="Ei.", seen=1, by=world.asked("SEL"), now=NOON)
    draft_answer(question=question, text="Kyllä.", seen=2, by=world.asked("SEL"), now=NOON)

    assert len(letters(LetterKind.ANSWER_DRAFTED)) == 1


def test_who_may_draft_and_who_may_release(world: OkWorld, link: ClientLink) -> None:
    question = asked(link, about="line:A4")
    sel, kuv = world.firm("SEL"), world.firm("KUV")

    def of(firm: str, role: str) -> Actor:
        at = {"SEL": sel, "KUV": kuv, "PAI": world.firm("PAI")}[firm]
        return acting(a_person(at=at, role=role, email=f"{firm}-{role}@people.invalid"), at)

    drafts = {("SEL", "owner"), ("SEL", "editor"), ("SEL", "producer"), ("KUV", "producer"), ("KUV", "editor")}
    releases = {("KUV", "editor")}
    editor, seen = world.lead, 1
    for firm in ("SEL", "KUV", "PAI"):
        for role in ("owner", "editor", "producer", "viewer"):
            if (firm, role) == ("KUV", "owner"):
                continue
            by = of(firm, role)
            editor = by if (firm, role) in releases else editor
            if (firm, role) in drafts:
                seen = draft_answer(question=question, text=f"{firm} {role}", seen=seen, by=by, now=NOON).version
            else:
                with pytest.raises(NotPermitted):
                    draft_answer(question=question, text="Ei.", seen=seen, by=by, now=NOON)
            if (firm, role) not in releases:
                for verb in (release_answer, drop_question):
                    with pytest.raises(NotPermitted):
                        verb(question=question, seen=seen, by=by, now=NOON)
    with pytest.raises(NotPermitted):
        release_answer(question=question, seen=seen, by=client_actor(link), now=NOON)
    with pytest.raises(NotPermitted):
        draft_answer(question=question, text="Minä.", seen=seen, by=client_actor(link), now=NOON)
    assert release_answer(question=question, seen=seen, by=editor, now=NOON).state == QuestionState.RELEASED.value


def test_a_firm_that_is_out_drafts_no_more(world: OkWorld, link: ClientLink) -> None:
    question = asked(link, about="line:A4")
    Part.objects.filter(pk=world.part("SEL").pk).update(state=PartState.LEFT_OUT.value)

    with pytest.raises(NotPermitted):
        draft_answer(question=question, text="Kyllä.", seen=1, by=world.asked("SEL"), now=NOON)


def test_what_is_over_is_answered_and_dropped_no_more(world: OkWorld, link: ClientLink) -> None:
    answered = release_answer(question=asked(link), text="Kyllä.", seen=1, by=world.lead, now=NOON)
    dropped = drop_question(question=asked(link, "Häh?"), seen=1, by=world.lead, now=NOON)

    assert dropped.state == QuestionState.DROPPED.value
    for one in (answered, dropped):
        for verb in (draft_answer, release_answer):
            with pytest.raises(QuestionIsOver):
                verb(question=one, text="Ei.", seen=one.version, by=world.lead, now=NOON)
        with pytest.raises(QuestionIsOver):
            drop_question(question=one, seen=one.version, by=world.lead, now=NOON)
    assert letters(LetterKind.QUESTION_ANSWERED) == [JOHTAJA]


def test_an_answer_says_something(world: OkWorld, link: ClientLink) -> None:
    question = asked(link)

    for text in ("", "  ", None):
        with pytest.raises(Malformed):
            release_answer(question=question, text=text, seen=1, by=world.lead, now=NOON)
    with pytest.raises(Malformed):
        release_answer(question=question, text="x" * 4001, seen=1, by=world.lead, now=NOON)


def test_a_client_reads_what_was_answered_and_of_others_nothing_before(world: OkWorld, link: ClientLink) -> None:
    colleague = a_client_link(world, email="toinen@example.invalid")
    own, other = asked(link), asked(colleague, "Milloin?")
    told = release_answer(question=asked(colleague, "Missä?"), text="Täällä.", seen=1, by=world.lead, now=NOON)

    assert list(questions_shown(link)) == [own, told]
    assert list(questions_shown(colleague)) == [other, told]
    assert list(questions_shown(a_client_link(world))) == [own, told]


def test_no_question_of_another_offer_is_read(link: ClientLink) -> None:
    asked(link)
    elsewhere = an_ok_world(replace(daycare(), number="YT-2026-0099"))
    sent(elsewhere)

    assert not questions_shown(a_client_link(elsewhere)).exists()
    assert not questions_for(elsewhere.bid, eyes_of(elsewhere.lead, elsewhere.bid)).exists()


@pytest.mark.parametrize("mode", list(PriceVisibility))
def test_a_partner_reads_questions_to_itself_and_of_others_what_was_told_where_prices_are_open(
    world: OkWorld, link: ClientLink, mode: PriceVisibility
) -> None:
    Bid.objects.filter(pk=world.bid.pk).update(price_visibility=mode.value)
    world.bid.refresh_from_db()
    own = asked(link, about="line:A4")
    asked(link, "Entä tämä?", about="line:A1")
    told = release_answer(question=asked(link, "Miksi 900 €?"), text="Siksi.", seen=1, by=world.lead, now=NOON)

    read = list(questions_for(world.bid, eyes_of(world.asked("SEL"), world.bid)))

    assert read == ([own, told] if mode is PriceVisibility.ALL else [own])
    assert questions_for(world.bid, eyes_of(world.lead, world.bid)).count() == 3


def test_an_unanswered_question_is_a_note_and_stops_nothing(world: OkWorld, link: ClientLink) -> None:
    question = asked(link)
    (note,) = [one for one in send_checks(world.bid, now=NOON).notes if one.code == OPEN_QUESTIONS]

    assert note.params == {"count": 1}
    assert send_checks(world.bid, now=NOON).may_go
    release_answer(question=question, text="Kyllä.", seen=1, by=world.lead, now=NOON)
    assert OPEN_QUESTIONS not in [one.code for one in send_checks(world.bid, now=NOON).notes]
