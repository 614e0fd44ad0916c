"""What everything shares that is done about a letter on its way: the lock, the right to it, and how it is recorded."""

from typing import Any, Final

from bids.models import Letter
from bids.permissions import may_see_to_letter
from bids.vocabulary import LetterState
from kernel import audit
from kernel.actor import Actor
from kernel.errors import require

WAITS_FOR_A_PERSON: Final = frozenset({LetterState.HELD, LetterState.BOUNCED})
"""Nobody knows whether it went, or it surely did not arrive."""


def letter_to_see_to(letter: Letter, *, by: Actor) -> Letter:
    """The letter as it is, locked, for whoever may decide about it."""
    locked = Letter.objects.select_for_update(of=("self",)).select_related("bid__lead", "group").get(pk=letter.pk)
    require(may_see_to_letter(by, locked))
    return locked


def as_recorded(letter: Letter) -> dict[str, Any]:
    """What an event of a letter is about, and which letter it was."""
    return {
        "on": letter.bid or letter.group or audit.INSTALLATION,
        "letter": str(letter.public_id),
        "kind": letter.kind,
        "to": audit.Personal(letter.shown_address),
    }
