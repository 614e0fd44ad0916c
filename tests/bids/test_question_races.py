"""Questions and wishes at once: how many are let in, which of two answers counts, and what else would hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from bids.actions import decline_change_request as declining
from bids.actions import release_answer as releasing
from bids.actions.decline_change_request import decline_change_request
from bids.actions.draft_answer import draft_answer
from bids.actions.drop_question import drop_question
from bids.actions.finish_sending import finish_sending
from bids.actions.release_answer import release_answer
from bids.models import Bid, ChangeRequest, ClientLink, Letter, Question, Revision, RevisionStanding
from bids.steps import client_asks
from bids.steps.client_asks import AskedTooOften
from bids.vocabulary import LetterKind, RevisionState
from kernel.clock import database_now
from kernel.errors import Stale
from kernel.tokens import new_token
from tests.bids.cases import daycare
from tests.bids.clients import JOHTAJA, a_client_link, asked, wished
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, drawn, frozen, sent, state_of
from tests.bids.test_answer_races import without_the_lock, without_the_version
from tests.bids.test_send_races import Deed, beside, in_order
from tests.web.test_sending_pages import this_year
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

POSTS, LET_IN = 200, 10


@pytest.fixture
def world() -> OkWorld:
    world = an_ok_world(daycare())
    sent(world)
    return world


@pytest.fixture
def link(world: OkWorld) -> ClientLink:
    return a_client_link(world)


def letters(kind: LetterKind, *, to: str = JOHTAJA) -> int:
    return Letter.objects.filter(kind=kind.value, to_email=to).count()


# How many are let in


@pytest.mark.slow
def test_of_two_hundred_questions_at_once_as_many_are_let_in_as_a_person_may_ask(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client_asks, "MOST_OF_ONE", LET_IN)
    now = database_now()
    world = an_ok_world(this_year(daycare()), now=now)
    sent(world, now=now)
    tokens = [new_token() for _ in range(4)]
    links = [a_client_link(world, now=now, token=token) for token in tokens]

    def posting(worker: int) -> list[int]:
        """One browser of the same person, with the link of one of their letters."""
        client, found = Client(), links[worker]
        client.get(f"/o/{tokens[worker]}")
        page = reverse("bids:client-ask", args=[found.public_id])
        return [
            client.post(page, {"seen": "1", "about": "", "text": f"Kysymys {worker} {number}?"}).status_code
            for number in range(POSTS // len(tokens))
        ]

    with ThreadPoolExecutor(len(tokens)) as pool:
        told = [beside(lambda each=each: posting(each), pool) for each in range(len(tokens))]  # type: ignore[misc]
        statuses = [status for one in told for status in one.result(timeout=180)]

    assert len(statuses) == POSTS
    assert statuses.count(HTTPStatus.SEE_OTHER) == LET_IN
    assert statuses.count(HTTPStatus.TOO_MANY_REQUESTS) == POSTS - LET_IN
    assert Question.objects.count() == LET_IN


def test_the_last_question_of_a_day_is_asked_once_and_without_the_lock_it_would_be_twice(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_asks, "MOST_OF_ONE", 1)
    one, other = a_client_link(world), a_client_link(world)

    late = in_order(lambda: asked(one, "Ensin?"), lambda: asked(other, "Sitten?"))

    assert isinstance(late.exception(), AskedTooOften)
    assert Question.objects.count() == 1

    monkeypatch.setattr(client_asks, "MOST_OF_ONE", 2)
    without_the_lock(monkeypatch)
    late = in_order(lambda: asked(one, "Kolmas?"), lambda: asked(other, "Neljäs?"))
    assert late.exception() is None
    assert Question.objects.count() == 3, "without the lock both were let in: the control"


# Which of two answers counts


def released(question: Question, world: OkWorld, text: str) -> Deed:
    return lambda: release_answer(question=question, text=text, seen=question.version, by=world.lead, now=NOON)


def dropped(question: Question, world: OkWorld) -> Deed:
    return lambda: drop_question(question=question, seen=question.version, by=world.lead, now=NOON)


def drafted(question: Question, world: OkWorld) -> Deed:
    return lambda: draft_answer(
        question=question, text="Luonnos.", seen=question.version, by=world.asked("SEL"), now=NOON
    )


def test_of_two_releases_the_first_is_what_the_client_reads_in_one_letter(world: OkWorld, link: ClientLink) -> None:
    for number, (first, second) in enumerate((("Kyllä.", "Ei."), ("Ei.", "Kyllä.")), start=1):
        question = asked(link, f"Kysymys {number}?")

        late = in_order(released(question, world, first), released(question, world, second))

        assert isinstance(late.exception(), Stale)
        question.refresh_from_db()
        assert (question.state, question.answer) == ("released", first)
        assert letters(LetterKind.QUESTION_ANSWERED) == number


def test_a_question_is_dropped_or_drafted_and_never_both(world: OkWorld, link: ClientLink) -> None:
    for first, second, state in ((dropped, drafted, "dropped"), (drafted, dropped, "drafted")):
        question = asked(link, f"Taitto, {state}?", about="line:A4")

        late = in_order(first(question, world), second(question, world))

        assert isinstance(late.exception(), Stale)
        question.refresh_from_db()
        assert question.state == state
        assert bool(question.draft) == (state == "drafted")


def declined(wish: ChangeRequest, world: OkWorld) -> Deed:
    return lambda: decline_change_request(
        wish=wish, words="Ei käy.", seen=ChangeRequest.objects.get(pk=wish.pk).version, by=world.lead, now=NOON
    )


def gone_out(revision: Revision) -> Deed:
    return lambda: finish_sending(revision=revision, by=SYSTEM, now=NOON)


def test_a_wish_is_declined_or_answered_by_the_version_that_goes_out_and_never_both(
    world: OkWorld, link: ClientLink
) -> None:
    wish = wished(link)
    second = frozen(world, answers=[wish.public_id])
    drawn(second)
    late = in_order(declined(wish, world), gone_out(second))
    assert late.exception() is None
    wish.refresh_from_db()
    assert (wish.state, wish.answered_in, state_of(second)) == ("declined", None, RevisionState.SENT)
    assert letters(LetterKind.CHANGES_ANSWERED) == 1

    other = wished(link, seen=2)
    third = frozen(world, answers=[other.public_id])
    drawn(third)
    other.refresh_from_db()
    seen = other.version
    late = in_order(
        gone_out(third),
        lambda: decline_change_request(wish=other, words="Ei käy.", seen=seen, by=world.lead, now=NOON),
    )
    assert isinstance(late.exception(), Stale)
    other.refresh_from_db()
    assert (other.state, other.answered_in, state_of(third)) == ("answered", third, RevisionState.SENT)
    assert letters(LetterKind.CHANGES_ANSWERED) == 2


# Each defence taken away


Pair = Callable[[OkWorld, ClientLink], tuple[Deed, Deed]]


def two_releases(world: OkWorld, link: ClientLink) -> tuple[Deed, Deed]:
    question = asked(link, f"Kysymys {uuid4()}?", seen=latest())
    return released(question, world, "Kyllä."), released(question, world, "Ei.")


def a_drop_and_a_release(world: OkWorld, link: ClientLink) -> tuple[Deed, Deed]:
    question = asked(link, f"Kysymys {uuid4()}?", seen=latest())
    return dropped(question, world), released(question, world, "Ei.")


def a_version_and_a_no(world: OkWorld, link: ClientLink) -> tuple[Deed, Deed]:
    wish = wished(link, seen=latest())
    revision = frozen(world, answers=[wish.public_id])
    drawn(revision)
    wish.refresh_from_db()
    seen = wish.version
    return gone_out(revision), lambda: decline_change_request(
        wish=wish, words="Ei käy.", seen=seen, by=world.lead, now=NOON
    )


def latest() -> int:
    """The number of the version the client has."""
    return RevisionStanding.objects.filter(state=RevisionState.SENT.value).get().revision.number


@pytest.mark.parametrize("pair", [two_releases, a_drop_and_a_release, a_version_and_a_no])
def test_without_the_lock_the_version_of_the_thing_refuses_and_without_both_the_database(
    pair: Pair, world: OkWorld, link: ClientLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The later of the two takes no lock."""
    for module in (releasing, declining):
        monkeypatch.setattr(module, "lock_bid", lambda bid, **_even: Bid.objects.get(pk=bid.pk))
    assert isinstance(in_order(*pair(world, link)).exception(), Stale)

    then = pair(world, link)
    without_the_version(monkeypatch)
    refused = in_order(*then).exception()
    assert isinstance(refused, DatabaseError), refused
