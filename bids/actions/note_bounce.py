"""Note that a letter which had gone came back."""

from datetime import datetime
from typing import Final

from bids.models import Letter
from bids.permissions import is_system
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
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state not in MAY_COME_BACK:
        return letter
    letter.state = LetterState.BOUNCED.value
    letter.failure = reason[:300]
    letter.save(update_fields=["state", "failure"])
    audit.record(
        "letter.bounced",
        on=letter.bid or letter.group or audit.INSTALLATION,
        by=by,
        at=now,
        letter=str(letter.public_id),
        kind=letter.kind,
        to=audit.Personal(letter.shown_address),
    )
    return letter
