"""Say of a letter that did not arrive, or perhaps did not, that it has been seen to in another way."""

from datetime import datetime

from bids.models import Letter
from bids.permissions import may_see_to_letter
from bids.vocabulary import LetterState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require


@action
def letter_handled(*, letter: Letter, by: Actor, now: datetime) -> Letter:
    """Nobody is asked about the letter any more, and what is known of its way stays; saying so twice says it once."""
    letter = Letter.objects.select_for_update(of=("self",)).select_related("bid__lead", "group").get(pk=letter.pk)
    require(may_see_to_letter(by, letter))
    if letter.state not in {LetterState.HELD, LetterState.BOUNCED}:
        raise Refusal
    if letter.is_handled:
        return letter
    letter.facts = letter.facts | {"handled": 1}
    letter.save(update_fields=["facts"])
    audit.record(
        "letter.handled",
        on=letter.bid or letter.group or audit.INSTALLATION,
        by=by,
        at=now,
        letter=str(letter.public_id),
        kind=letter.kind,
        to=audit.Personal(letter.shown_address),
    )
    return letter
