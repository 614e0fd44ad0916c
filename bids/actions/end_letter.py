"""Write down what became of a letter."""

from datetime import datetime
from typing import Final

from django.db.models import F

from bids.models import Invitation, Letter
from bids.permissions import is_system
from bids.steps.letters_seen_to import as_recorded
from bids.vocabulary import LetterKind, LetterState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require

FOLLOWS: Final[dict[LetterState, frozenset[LetterState]]] = {
    LetterState.WAITING: frozenset({LetterState.CANCELLED, LetterState.BOUNCED}),
    LetterState.SENDING: frozenset(
        {LetterState.SENT, LetterState.BOUNCED, LetterState.HELD, LetterState.WAITING, LetterState.CANCELLED}
    ),
}
"""What a letter can come to from where it stands; from anywhere else it stays as it is."""

UNRECORDED: Final = frozenset({LetterState.WAITING, LetterState.CANCELLED})


@action
def end_letter(*, letter: Letter, state: LetterState, failure: str = "", by: Actor, now: datetime) -> Letter:
    """The letter was sent, did not arrive, waits for a person, waits to be tried again, or is not needed any more.

    A letter that has come to its end keeps it: saying it again changes nothing.
    """
    require(is_system(by))
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if state not in FOLLOWS.get(LetterState(letter.state), frozenset()):
        return letter
    letter.state = state.value
    letter.failure = failure[:300]
    if state is LetterState.SENT:
        letter.sent_at = now
        if letter.kind == LetterKind.REMINDER and letter.invitation_id:
            Invitation.objects.filter(pk=letter.invitation_id).update(reminded=F("reminded") + 1)
    letter.save(update_fields=["state", "failure", "sent_at"])
    if state not in UNRECORDED and letter.kind != LetterKind.CODE:
        audit.record(f"letter.{state}", **as_recorded(letter), by=by, at=now)
    return letter
