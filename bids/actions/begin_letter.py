"""Take a letter in hand that is about to go out."""

from datetime import datetime

from bids.models import ClientLink, InvitationLink, Letter, OneTimeCode
from bids.permissions import is_system
from bids.queries.letter_truth import why_not_any_more
from bids.vocabulary import LetterState
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def begin_letter(
    *,
    letter: Letter,
    subject: str,
    opens: InvitationLink | ClientLink | OneTimeCode | None,
    by: Actor,
    now: datetime,
) -> Letter:
    """The letter is being sent, and what it carries opens its door; or it is cancelled, if it is no longer true.

    `opens` is the unsaved row of the link or code in the letter. A letter that is not waiting is left as it is: whoever
    began it must end it, and one found half-way after a crash is nobody's to send again by themselves.
    """
    require(is_system(by))
    held = Letter.objects.select_for_update(of=("self",)).select_related("bid", "part", "invitation__part", "group")
    letter = held.get(pk=letter.pk)
    if letter.state != LetterState.WAITING:
        return letter
    why = why_not_any_more(letter, now=now)
    letter.state = LetterState.CANCELLED.value if why else LetterState.SENDING.value
    letter.failure = why
    if not why:
        letter.subject = subject
        if opens is not None:
            opens.save(force_insert=True)
    letter.save(update_fields=["state", "failure", "subject"])
    return letter
