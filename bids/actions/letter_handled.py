"""Say of a letter that did not arrive, or perhaps did not, that it has been seen to in another way."""

from datetime import datetime

from bids.models import Letter
from bids.steps.letters_seen_to import WAITS_FOR_A_PERSON, as_recorded, letter_to_see_to
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal


@action
def letter_handled(*, letter: Letter, by: Actor, now: datetime) -> Letter:
    """Nobody is asked about the letter any more, and what is known of its way stays; saying so twice says it once."""
    letter = letter_to_see_to(letter, by=by)
    if letter.state not in WAITS_FOR_A_PERSON:
        raise Refusal
    if letter.is_handled:
        return letter
    letter.facts = letter.facts | {"handled": 1}
    letter.save(update_fields=["facts"])
    audit.record("letter.handled", **as_recorded(letter), by=by, at=now)
    return letter
