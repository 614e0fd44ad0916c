"""Say of a letter nobody is sure about that it did arrive."""

from datetime import datetime

from bids.models import Letter
from bids.steps.letters_seen_to import WAITS_FOR_A_PERSON, as_recorded, letter_to_see_to
from bids.vocabulary import LetterState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal


@action
def letter_arrived(*, letter: Letter, by: Actor, now: datetime) -> Letter:
    """The letter counts as sent, because a person says that its reader has it; saying so twice says it once."""
    letter = letter_to_see_to(letter, by=by)
    if letter.state == LetterState.SENT:
        return letter
    if letter.state not in WAITS_FOR_A_PERSON:
        raise Refusal
    letter.state = LetterState.SENT.value
    letter.failure = ""
    letter.sent_at = letter.sent_at or now
    letter.save(update_fields=["state", "failure", "sent_at"])
    audit.record("letter.arrived", **as_recorded(letter), by=by, at=now)
    return letter
