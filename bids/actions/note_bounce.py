"""Note that a letter which had gone came back."""

from datetime import datetime
from typing import Final

from bids.models import Letter
from bids.permissions import is_system
from bids.steps.letters_seen_to import as_recorded, letter_to_see_to
from bids.vocabulary import LetterState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require

MAY_COME_BACK: Final = frozenset({LetterState.SENT, LetterState.HELD, LetterState.SENDING})


@action
def note_bounce(*, letter: Letter, reason: str, by: Actor, now: datetime) -> Letter:
    """The letter did not arrive, for the reason the mail server gave; told twice, it is noted once."""
    require(is_system(by))
    letter = letter_to_see_to(letter, by=by)
    if letter.state not in MAY_COME_BACK:
        return letter
    letter.state = LetterState.BOUNCED.value
    letter.failure = reason[:300]
    letter.save(update_fields=["state", "failure"])
    audit.record("letter.bounced", **as_recorded(letter), by=by, at=now)
    return letter
