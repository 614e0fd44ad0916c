"""Send a letter that was written: put it into words, mint what it carries, hand it to the mail server."""

import logging
from datetime import datetime
from functools import partial
from typing import Final

from bids.actions.begin_letter import begin_letter
from bids.actions.end_letter import end_letter
from bids.models import Letter
from bids.queries.letter_truth import why_not_any_more
from bids.steps.minting import mint
from bids.steps.reminders import by_day
from bids.vocabulary import LetterKind, LetterState
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.models import OutboxMessage
from worker.handlers.handler import Effect, MustWait
from worker.hold import Hold
from worker.letters.attachments import is_still_theirs
from worker.letters.composing import compose
from worker.letters.draining import let_the_others_go
from worker.letters.mailing import mail_of
from worker.letters.posting import Handed, Outcome, hand_over

logger = logging.getLogger(__name__)

ACTOR: Final = Actor.system("worker")


ENDS: Final = {
    Outcome.SENT: LetterState.SENT,
    Outcome.REFUSED: LetterState.BOUNCED,
    Outcome.UNCLEAR: LetterState.HELD,
}
"""What a letter has come to by what the server said; anything else lets it wait."""


class PutOff(Exception):
    """The server asks to try again later."""


class MailIsAway(MustWait):
    """The mail server does not answer; every letter waits for it, however long that takes."""


class ItIsNight(MustWait):
    """Nobody is reminded at night."""


def handle(message: OutboxMessage, *, hold: Hold) -> Effect:
    """The letter was handed over, or refused, or is not needed any more; what is left is to write that down.

    A letter found in sending was in the hands of a worker that died: whether it went nobody knows, so it is held for a
    person. From the moment it is in sending until its end is written down, no other worker sends it.
    """
    letter = _letter(message)
    if letter is None:
        return _nothing
    if letter.state == LetterState.SENDING:
        logger.error("letter %s was being sent when its worker fell silent: it waits for a person", letter.public_id)
        return partial(_end, letter, LetterState.HELD, "")
    if letter.state != LetterState.WAITING:
        return _nothing
    now = database_now()
    if why := why_not_any_more(letter, now=now):
        return partial(_end, letter, LetterState.CANCELLED, why)
    if not is_still_theirs(letter):
        return partial(_end, letter, LetterState.CANCELLED, "withdrawn")
    _not_at_night(letter, now)
    minted = mint(letter, now=now)
    composed = compose(letter, minted, now=now)
    mail = mail_of(letter, composed)
    hold.check()
    begun = begin_letter(letter=letter, subject=composed.subject, opens=minted.row, by=ACTOR, now=now)
    return _end_of(letter, hand_over(mail)) if begun.state == LetterState.SENDING else _nothing


def _end_of(letter: Letter, handed: Handed) -> Effect:
    """What the server's answer makes of the letter. Between that answer and writing it down nothing may fail."""
    state = ENDS.get(handed.outcome)
    if state is None:
        _end(letter, LetterState.WAITING, handed.said if handed.outcome is Outcome.PUT_OFF else "", database_now())
        raise (PutOff if handed.outcome is Outcome.PUT_OFF else MailIsAway)(handed.said)
    if state is LetterState.SENT:
        let_the_others_go()
    else:
        logger.warning("letter %s: %s, %s", letter.public_id, handed.outcome, handed.said)
    return partial(_end, letter, state, handed.said)


def gave_up(message: OutboxMessage) -> Effect:
    """A letter that could not go however often it was tried is shown as one that did not arrive."""
    letter = _letter(message)
    if letter is None:
        return _nothing
    if letter.state == LetterState.SENDING:
        return partial(_end, letter, LetterState.HELD, "")
    return partial(_end, letter, LetterState.BOUNCED, letter.failure or "not-written")


def _letter(message: OutboxMessage) -> Letter | None:
    rows = Letter.objects.select_related("bid", "part", "part__firm", "invitation__part", "revision", "group__made_by")
    return rows.filter(public_id=message.payload["letter"]).first()


def _not_at_night(letter: Letter, now: datetime) -> None:
    """A reminder that was late, because mail was away for hours, still waits for the morning."""
    if letter.kind == LetterKind.REMINDER and not letter.facts.get("by_hand") and (morning := by_day(now)) != now:
        raise ItIsNight(until=morning)


def _end(letter: Letter, state: LetterState, failure: str, now: datetime) -> Letter:
    return end_letter(letter=letter, state=state, failure=failure, by=ACTOR, now=now)


def _nothing(_now: datetime) -> None:
    """The letter has come to its end already, or is gone with its offer."""
