"""A letter goes once, is shown when it did not arrive, and waits for a person when nobody knows."""

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from pytest_django import Settings

from bids.actions.begin_letter import begin_letter
from bids.actions.letter_arrived import letter_arrived
from bids.actions.send_letter_again import LetterHasGone, send_letter_again
from bids.models import Client, ClientLink, Invitation, InvitationLink, Letter, OneTimeCode
from bids.steps.one_time_codes import is_right_code
from bids.steps.settling import settle
from bids.vocabulary import Answer, BidState, ClientKind, LetterKind, LetterState
from kernel import tokens
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import NotPermitted
from kernel.models import AuditEvent, MessageState
from tests.worker.letters.conftest import Send, promise_of
from tests.worker.letters.rows import PDF, SARI, World, letter_of
from tests.worker.letters.sink import Sink, a_closed_port
from tests.world import a_firm, a_person, acting
from worker import relay
from worker.handlers.letter_written import ItIsNight, _not_at_night
from worker.letters.posting import Outcome, hand_over

pytestmark = pytest.mark.django_db


def test_a_letter_arrives_once_under_its_own_message_id(here: World, sink: Sink, send: Send) -> None:
    letter = letter_of(here, LetterKind.ASKED)

    assert send(letter) is LetterState.SENT
    send(letter)

    (mail,) = sink.mails
    assert mail["Message-ID"] == f"<{letter.public_id}@testserver>"
    assert (mail["To"], mail["From"]) == (SARI, "Maija Kuvakulma <offers@localhost>")
    assert mail["Reply-To"] == "Maija Kuvakulma <maija@example.invalid>"
    letter.refresh_from_db()
    assert letter.sent_at is not None
    assert letter.subject == mail["Subject"].strip()
    event = AuditEvent.objects.get(type="letter.sent")
    assert (event.chain, event.facts["letter"]) == (here.bid.public_id, str(letter.public_id))
    assert SARI not in str(event.facts)


def test_the_link_in_the_letter_opens_its_invitation_and_is_kept_nowhere(here: World, sink: Sink, send: Send) -> None:
    letter = letter_of(here, LetterKind.ASKED)

    send(letter)

    text = sink.mails[0].get_body(("plain",)).get_content()
    token = text.split("http://testserver/i/")[1].split()[0].split("?")[0]
    link = InvitationLink.objects.get(token_hash__in=tokens.token_hashes(token))
    assert link.invitation == here.invitation
    assert link.expires_at == here.invitation.answer_until
    letter.refresh_from_db()
    assert token not in f"{letter.facts}{letter.subject}{letter.effect_key}{promise_of(letter).payload}"


def test_a_clients_link_outlives_the_offer_and_goes_with_its_files(here: World, sink: Sink, send: Send) -> None:
    letter = letter_of(here, LetterKind.OFFER_TO_CLIENT)

    assert send(letter) is LetterState.SENT

    link = ClientLink.objects.get(bid=here.bid)
    assert (link.contact_email, link.scope) == ("johtaja@example.invalid", "ask")
    assert link.expires_at == letter.revision.expires_at + timedelta(days=14)
    files = {part.get_filename(): part.get_content() for part in sink.mails[0].iter_attachments()}
    assert [name.rpartition(".")[2] for name in files] == ["pdf", "json", "xml"]
    assert next(iter(files.values())) == PDF + b"fi"


@pytest.mark.parametrize(
    ("kind", "language", "name"),
    [
        (ClientKind.BUSINESS, "sv", "Offert"),
        (ClientKind.PUBLIC, "sv", "Anbud"),
        (ClientKind.PUBLIC, "en", "Tender"),
        (ClientKind.PUBLIC, "fi", "Tarjous"),
    ],
)
def test_the_files_are_named_by_what_the_client_calls_it(
    kind: ClientKind, language: str, name: str, here: World, sink: Sink, send: Send
) -> None:
    with transaction.atomic():
        Client.objects.filter(pk=here.bid.client_id).update(kind=kind.value)
        here.bid.refresh_from_db()
        settle(here.bid, by=Actor.system("tests"), now=here.now)
    letter = letter_of(here, LetterKind.OFFER_TO_CLIENT, language)

    assert send(letter) is LetterState.SENT

    assert {part.get_filename().split("-")[0] for part in sink.mails[0].iter_attachments()} == {name}


def test_a_changed_file_is_never_sent(here: World, sink: Sink, send: Send, private_files: object) -> None:
    letter = letter_of(here, LetterKind.OFFER_TO_CLIENT)
    stored = next(each for each in private_files.glob("assets/*/*/*") if each.read_bytes() == PDF + b"fi")
    stored.write_bytes(PDF + b"xx")

    assert send(letter) is LetterState.WAITING

    assert sink.taken == []
    assert "FileIsCorruptError" in promise_of(letter).error
    assert not ClientLink.objects.exists()


def test_a_code_is_good_once_and_stands_nowhere(here: World, sink: Sink, send: Send) -> None:
    letter = letter_of(here, LetterKind.CODE)

    send(letter)

    text = sink.mails[0].get_body(("plain",)).get_content()
    code = next(line.replace(" ", "") for line in text.splitlines() if line.replace(" ", "").isdigit())
    assert len(code) == 6
    row = OneTimeCode.objects.get()
    assert bytes(row.code_hash) == tokens.token_hash(code)
    letter.refresh_from_db()
    assert code not in f"{letter.subject}{letter.facts}{promise_of(letter).payload}".replace(" ", "")
    told = {"code_for": here.invitation.public_id, "purpose": "told_price", "now": database_now()}
    assert is_right_code(code, **told)
    assert not is_right_code(code, **told)


@pytest.mark.parametrize("where", ["recipient", "content", "data"])
def test_a_final_refusal_is_shown_and_not_tried_again(here: World, sink: Sink, send: Send, where: str) -> None:
    setattr(sink.manners, where, "550 5.1.1 no such person")
    letter = letter_of(here, LetterKind.ASKED)

    assert send(letter) is LetterState.BOUNCED
    send(letter)

    letter.refresh_from_db()
    assert letter.failure == "550 5.1.1 no such person"
    assert promise_of(letter).state == MessageState.DONE
    assert sink.conversations == 1
    assert AuditEvent.objects.filter(type="letter.bounced").count() == 1


@pytest.mark.parametrize("where", ["recipient", "content", "data"])
def test_a_passing_refusal_is_tried_again_later_with_another_link(
    here: World, sink: Sink, send: Send, where: str
) -> None:
    setattr(sink.manners, where, "451 4.7.1 come back")
    letter = letter_of(here, LetterKind.ASKED)

    assert send(letter) is LetterState.WAITING
    message = promise_of(letter)
    assert (message.state, message.attempts) == (MessageState.WAITING, 1)
    assert message.due_at > database_now()

    setattr(sink.manners, where, {"recipient": "250 fine", "content": "250 taken", "data": "354 go on"}[where])
    make_due(letter)
    assert send(letter) is LetterState.SENT
    assert sink.message_ids == [f"<{letter.public_id}@testserver>"]
    assert InvitationLink.objects.count() == 2


@pytest.mark.parametrize("drops", ["connect", "ehlo", "mail", "rcpt", "data"])
def test_a_line_that_breaks_before_the_letter_itself_loses_nothing(
    here: World, sink: Sink, send: Send, drops: str
) -> None:
    sink.manners.drops = drops
    letter = letter_of(here, LetterKind.ASKED)

    assert send(letter) is LetterState.WAITING

    sink.manners.drops = ""
    make_due(letter)
    assert send(letter) is LetterState.SENT
    assert len(sink.taken) == 1


@pytest.mark.parametrize("drops", ["content", "taken"])
def test_a_line_that_breaks_after_the_letter_leaves_it_to_a_person(
    here: World, sink: Sink, send: Send, drops: str
) -> None:
    sink.manners.drops = drops
    letter = letter_of(here, LetterKind.ASKED)

    assert send(letter) is LetterState.HELD
    send(letter)

    assert sink.conversations == 1
    assert AuditEvent.objects.filter(type="letter.held").count() == 1


def test_mail_that_is_away_for_days_loses_nothing_and_goes_in_order(
    here: World, sink: Sink, send: Send, settings: Settings
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, a_closed_port()
    letters = [letter_of(here, LetterKind.LINK_RENEWED) for _letter in range(3)]
    for letter in letters:
        for _try in range(25):
            make_due(letter)
            assert send(letter) is LetterState.WAITING
        assert promise_of(letter).attempts < relay.MAX_ATTEMPTS
    settings.EMAIL_PORT = port

    make_due(letters[0])
    send(letters[0])
    rung: list[object] = []
    relay.sweep(lambda message_id, _topic: rung.append(message_id), now=database_now())
    for message_id in rung:
        relay.handle(message_id)

    assert sink.message_ids == [f"<{letter.public_id}@testserver>" for letter in letters]


def test_a_letter_its_worker_died_over_is_held_and_goes_again_only_by_hand(here: World, sink: Sink, send: Send) -> None:
    letter = letter_of(here, LetterKind.ASKED)
    begin_letter(letter=letter, subject="x", opens=None, by=Actor.system("worker"), now=here.now)

    assert send(letter) is LetterState.HELD
    assert sink.conversations == 0

    lead = acting(here.maija, here.bid.lead)
    for _press in range(2):
        send_letter_again(letter=letter, by=lead, now=database_now())
    assert send(letter) is LetterState.SENT
    assert sink.message_ids == [f"<{letter.public_id}@testserver>"]
    with pytest.raises(LetterHasGone):
        send_letter_again(letter=letter, by=lead, now=database_now())


def test_a_person_may_say_that_a_held_letter_arrived(here: World, sink: Sink, send: Send) -> None:
    sink.manners.drops = "taken"
    letter = letter_of(here, LetterKind.ASKED)
    send(letter)

    for _press in range(2):
        letter_arrived(letter=letter, by=acting(here.maija, here.bid.lead), now=database_now())

    letter.refresh_from_db()
    assert letter.state == LetterState.SENT
    assert AuditEvent.objects.filter(type="letter.arrived").count() == 1


def test_only_the_lead_decides_about_a_letter(here: World) -> None:
    letter = letter_of(here, LetterKind.ASKED)
    Letter.objects.filter(pk=letter.pk).update(state=LetterState.HELD.value)
    stranger = a_firm("Sivullinen Oy", business_id="9000008-9")
    by = acting(a_person(at=stranger), stranger)

    for decide in (send_letter_again, letter_arrived):
        with pytest.raises(NotPermitted):
            decide(letter=letter, by=by, now=here.now)


def answered(world: World) -> None:
    Invitation.objects.filter(pk=world.invitation.pk).update(answer=Answer.NO.value, answered_at=world.now)


def withdrawn(world: World) -> None:
    Invitation.objects.filter(pk=world.invitation.pk).update(withdrawn_at=world.now)


def stopped(world: World) -> None:
    Invitation.objects.filter(pk=world.invitation.pk).update(reminders_stopped_at=world.now)


def over(world: World) -> None:
    Invitation.objects.filter(pk=world.invitation.pk).update(
        asked_at=world.now - timedelta(days=2), answer_until=world.now - timedelta(days=1)
    )


def closed(world: World) -> None:
    type(world.bid).objects.filter(pk=world.bid.pk).update(state=BidState.CLOSED.value)


def confirmed(world: World) -> None:
    world.part.told_prices.update(state="confirmed")


@pytest.mark.parametrize(
    ("kind", "happens"),
    [
        (LetterKind.ASKED, answered),
        (LetterKind.ASKED, withdrawn),
        (LetterKind.ASKED, closed),
        (LetterKind.REMINDER, answered),
        (LetterKind.REMINDER, withdrawn),
        (LetterKind.REMINDER, stopped),
        (LetterKind.REMINDER, over),
        (LetterKind.REMINDER, closed),
        (LetterKind.PRICE_TOLD, confirmed),
        (LetterKind.PRICE_TOLD, withdrawn),
        (LetterKind.CODE, withdrawn),
        (LetterKind.CHANGES_TOLD, closed),
    ],
)
def test_what_is_no_longer_true_is_not_sent(
    here: World, sink: Sink, send: Send, kind: LetterKind, happens: Callable[[World], None]
) -> None:
    letter = letter_of(here, kind)
    happens(here)

    assert send(letter) is LetterState.CANCELLED
    assert (sink.conversations, InvitationLink.objects.count(), OneTimeCode.objects.count()) == (0, 0, 0)


@pytest.mark.usefixtures("sink")
def test_a_code_nobody_waits_for_any_more_is_not_sent(here: World, send: Send) -> None:
    letter = letter_of(here, LetterKind.CODE)
    Letter.objects.filter(pk=letter.pk).update(written_at=here.now - timedelta(minutes=31))

    assert send(letter) is LetterState.CANCELLED


def test_a_letter_that_was_cancelled_while_it_was_written_is_not_begun(here: World) -> None:
    letter = letter_of(here, LetterKind.ASKED)
    withdrawn(here)

    begun = begin_letter(letter=letter, subject="x", opens=None, by=Actor.system("worker"), now=here.now)

    assert begun.state == LetterState.CANCELLED


def test_late_reminders_wait_for_the_morning(world: World) -> None:
    letter = letter_of(world, LetterKind.REMINDER)
    night = world.now.replace(hour=21)

    _not_at_night(letter, night)
    Letter.objects.filter(pk=letter.pk).update(facts={})
    letter.refresh_from_db()
    _not_at_night(letter, world.now)
    with pytest.raises(ItIsNight) as waits:
        _not_at_night(letter, night)
    assert waits.value.until == world.now.replace(day=3, hour=6)


def test_a_link_goes_only_to_the_address_that_was_asked(here: World, sink: Sink, send: Send) -> None:
    letter = letter_of(here, LetterKind.LINK_RENEWED)
    Letter.objects.filter(pk=letter.pk).update(to_email="somebody.else@example.invalid")

    assert send(letter) is LetterState.SENT

    assert "/i/" not in sink.mails[0].get_body(("plain",)).get_content()
    assert not InvitationLink.objects.exists()


def test_nothing_that_opens_something_is_logged(
    here: World, sink: Sink, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sink.manners.recipient = "451 later"
    letter = letter_of(here, LetterKind.ASKED)
    send(letter)
    sink.manners.recipient = "250 fine"
    make_due(letter)
    send(letter)

    token = sink.mails[0].get_body(("plain",)).get_content().split("/i/")[1].split()[0]
    assert token not in caplog.text
    assert "451 later" in caplog.text


@pytest.mark.usefixtures("sink")
def test_a_mail_without_a_server_to_take_it_is_away(settings: Settings) -> None:
    mail = EmailMultiAlternatives("s", "b", "a@example.invalid", ["b@example.invalid"])

    assert hand_over(mail).outcome is Outcome.SENT
    settings.EMAIL_PORT = a_closed_port()
    assert hand_over(mail).outcome is Outcome.AWAY


def make_due(letter: Letter) -> None:
    message = promise_of(letter)
    message.due_at = database_now() - timedelta(seconds=1)
    message.save(update_fields=["due_at"])
