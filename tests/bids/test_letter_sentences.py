"""How far letters have come, for pages: one line a recipient, in words, never claiming that one arrived."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.utils.translation import override

from bids.models import Bid, Invitation, Letter
from bids.queries.letters import deliveries, delivery_of, latest_to, waiting_letters
from bids.sheets.letter_sentences import advice, delivery_sentence, failure_sentence
from bids.vocabulary import BidState, LetterKind, LetterState
from tests.kept import kept
from tests.worker.letters.rows import SARI, World, a_world, letter_of
from tests.world import NOON

pytestmark = pytest.mark.django_db


@kept
def world() -> World:
    return a_world(NOON)


def become(letter: Letter, state: LetterState, *, at: datetime, failure: str = "") -> None:
    sent_at = at if state is LetterState.SENT else None
    Letter.objects.filter(pk=letter.pk).update(state=state.value, sent_at=sent_at, failure=failure)


@pytest.mark.parametrize(
    ("state", "failure", "said"),
    [
        (LetterState.WAITING, "", "lähdössä"),
        (LetterState.SENDING, "", "lähdössä"),
        (LetterState.SENT, "", "lähetetty 14.32"),
        (LetterState.HELD, "", "epäselvää, lähtikö"),
        (LetterState.BOUNCED, "550 5.1.1 unknown", "ei mennyt perille: osoitetta ei ole"),
        (LetterState.BOUNCED, "552 5.2.2 full", "ei mennyt perille: postilaatikko on täynnä"),
        (LetterState.BOUNCED, "550 kylmä", "ei mennyt perille: vastaanottajan palvelin sanoo: ”550 kylmä”"),
        (LetterState.BOUNCED, "not-written", "ei mennyt perille: lähettäminen ei onnistunut"),
        (LetterState.CANCELLED, "answered", "ei lähetetty: he olivat jo vastanneet"),
        (LetterState.CANCELLED, "something newer", "ei lähetetty"),
    ],
)
def test_each_state_has_its_words(world: World, state: LetterState, failure: str, said: str) -> None:
    letter = letter_of(world, LetterKind.ASKED)
    at = world.now + timedelta(hours=2, minutes=32)
    become(letter, state, at=at, failure=failure)

    (delivery,) = deliveries(world.bid)
    with override("fi"):
        assert delivery_sentence(delivery, now=at) == said


def test_another_days_letter_names_its_day(world: World) -> None:
    letter = letter_of(world, LetterKind.ASKED)
    become(letter, LetterState.SENT, at=world.now)

    (delivery,) = deliveries(world.bid)
    with override("fi"):
        assert delivery_sentence(delivery, now=world.now + timedelta(days=1)) == "lähetetty 2.3.2026 klo 12.00"
    with override("en"):
        assert delivery_sentence(delivery) == "sent 2\u00a0March 2026 at 12:00"


def test_nothing_is_said_to_have_arrived(world: World) -> None:
    letter = letter_of(world, LetterKind.ASKED)
    for state in LetterState:
        become(letter, state, at=world.now)
        (delivery,) = deliveries(world.bid)
        for language in ("fi", "sv", "en"):
            with override(language):
                said = delivery_sentence(delivery, now=world.now).replace("did not arrive", "")
                assert not {"arrived", "delivered", "toimitettu", "levererat"} & set(said.split())


def test_codes_are_no_news(world: World) -> None:
    letter_of(world, LetterKind.CODE)

    assert deliveries(world.bid) == ()


def test_the_latest_letter_to_each_is_the_one_that_went(world: World) -> None:
    asked = letter_of(world, LetterKind.ASKED)
    become(asked, LetterState.SENT, at=world.now)
    later = letter_of(world, LetterKind.REMINDER)
    Letter.objects.filter(pk=later.pk).update(due_at=world.now + timedelta(days=2))

    assert latest_to(world.bid)[SARI].letter == asked.public_id
    assert latest_to(world.bid, LetterKind.REMINDER) == {}


def waiting(world: World) -> list[UUID]:
    return list(waiting_letters().filter(bid=world.bid).values_list("public_id", flat=True))


def test_a_person_is_asked_about_what_no_later_letter_has_settled(world: World) -> None:
    first, second = letter_of(world, LetterKind.LINK_RENEWED), letter_of(world, LetterKind.ASKED)
    for letter in (first, second):
        become(letter, LetterState.HELD, at=world.now)
    assert waiting(world) == [first.public_id, second.public_id]
    assert "Sari Selko" in advice(delivery_of(waiting_letters()[0]))

    again = letter_of(world, LetterKind.LINK_RENEWED)
    become(again, LetterState.SENT, at=world.now)
    Letter.objects.filter(pk=again.pk).update(written_at=first.written_at + timedelta(minutes=1))

    assert waiting(world) == [second.public_id]


def test_nobody_is_asked_about_codes_answered_requests_and_closed_offers(world: World) -> None:
    for kind in (LetterKind.CODE, LetterKind.ASKED):
        become(letter_of(world, kind), LetterState.BOUNCED, at=world.now)
    assert len(waiting(world)) == 1

    Invitation.objects.update(answer="no", answered_at=world.now)
    assert waiting(world) == []
    Invitation.objects.update(answer="", answered_at=None)
    assert len(waiting(world)) == 1
    Bid.objects.update(state=BidState.CLOSED.value)
    assert waiting(world) == []


def test_of_a_letter_to_people_nobody_knows_of_only_the_firm_is_said(world: World) -> None:
    letter = letter_of(world, LetterKind.ASKED)
    become(letter, LetterState.BOUNCED, at=world.now, failure=f"550 <{letter.to_email}> user unknown")
    Letter.objects.filter(pk=letter.pk).update(facts={"handed_over": 1})
    delivery = delivery_of(waiting_letters().get())

    said = repr(delivery) + delivery_sentence(delivery) + advice(delivery)

    assert letter.to_email not in said
    assert letter.to_name not in said
    assert letter.part is not None
    assert letter.part.card["name"] in advice(delivery)


def test_what_a_server_says_is_kept_where_we_do_not_know_better() -> None:
    with override("en"):
        assert failure_sentence("554 5.7.1 rejected as spam") == "their mail server refused it"
        assert failure_sentence("550 <x> nope") == "their mail server says “550 <x> nope”"
