"""Send a letter once more that may not have gone, or that did not arrive; the client's also to another address."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Letter
from bids.queries.letter_people import is_for_the_client
from bids.steps.asking import email_fault
from bids.steps.letters_seen_to import WAITS_FOR_A_PERSON, as_recorded, letter_to_see_to
from bids.vocabulary import LetterState
from kernel import audit, outbox
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal
from kernel.text import clean_line


class LetterHasGone(Refusal):
    """There is nothing to decide about the letter."""

    sentence = _("This letter has gone already.")
    code = "letter-has-gone"


class LetterNotNeeded(Refusal):
    """The letter was cancelled."""

    sentence = _("This letter is not needed any more.")
    code = "letter-not-needed"


@action
def send_letter_again(*, letter: Letter, by: Actor, now: datetime, to_email: str = "") -> Letter:
    """The letter waits to be sent once more, under the same Message-ID, so that mail programs know the two as one.

    A person decides this of a letter that was held or came back. Pressing twice sends it once. A letter to the client
    that came back may go to another address (`to_email`): the offer in it stays what it is, and nobody is asked anew.
    """
    to_email = clean_line(to_email)
    letter = letter_to_see_to(letter, by=by)
    if letter.state == LetterState.WAITING:
        return letter
    if letter.state == LetterState.CANCELLED:
        raise LetterNotNeeded
    if letter.state not in WAITS_FOR_A_PERSON:
        raise LetterHasGone
    _readdress(letter, to_email)
    letter.state = LetterState.WAITING.value
    letter.failure = ""
    letter.due_at = now
    letter.facts.pop("handled", None)
    letter.save(update_fields=["state", "failure", "due_at", "facts", "to_email"])
    outbox.post(
        "letter.written",
        due=now,
        key=outbox.effect_key("letter.written", letter, "again", now.isoformat()),
        letter=str(letter.public_id),
    )
    audit.record("letter.sent_again", **as_recorded(letter), by=by, at=now)
    return letter


def _readdress(letter: Letter, to_email: str) -> None:
    """A firm that was asked is asked at another address by changing its request, which takes the old link away."""
    if to_email in {"", letter.to_email}:
        return
    if letter.state != LetterState.BOUNCED or not is_for_the_client(letter):
        raise Malformed(faults={"to_email": _("Only a letter to the client that came back goes to another address.")})
    if fault := email_fault(to_email):
        raise Malformed(faults={"to_email": fault})
    letter.to_email = to_email
