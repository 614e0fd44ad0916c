"""Say of a letter nobody is sure about that it did arrive."""

from datetime import datetime

from bids.models import Letter
from bids.permissions import may_see_to_letter
from bids.vocabulary import LetterState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require


@action
def letter_arrived(*, letter: Letter, by: Actor, now: datetime) -> Letter:
    """The letter counts as sent, because a person says that its reader has it; saying so twice says it once."""
    letter = Letter.objects.select_for_update(of=("self",)).select_related("bid__lead", "group").get(pk=letter.pk)
    require(may_see_to_letter(by, letter))
    if letter.state == LetterState.SENT:
        return letter
    if letter.state not in {LetterState.HELD, LetterState.BOUNCED}:
        raise Refusal
    letter.state = LetterState.SENT.value
    letter.failure = ""
    letter.sent_at = letter.sent_at or now
    letter.save(update_fields=["state", "failure", "sent_at"])
    audit.record(
        "letter.arrived",
        on=letter.bid or letter.group or audit.INSTALLATION,
        by=by,
        at=now,
        letter=str(letter.public_id),
        kind=letter.kind,
        to=audit.Personal(letter.shown_address),
    )
    return letter
