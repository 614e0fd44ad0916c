"""Send a letter once more that may not have gone, or that did not arrive."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Letter
from bids.permissions import may_see_to_letter
from bids.vocabulary import LetterState
from kernel import audit, outbox
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require


class LetterHasGone(Refusal):
    """There is nothing to decide about the letter."""

    sentence = _("This letter has gone already.")
    code = "letter-has-gone"


class LetterNotNeeded(Refusal):
    """The letter was cancelled."""

    sentence = _("This letter is not needed any more.")
    code = "letter-not-needed"


@action
def send_letter_again(*, letter: Letter, by: Actor, now: datetime) -> Letter:
    """The letter waits to be sent once more, under the same Message-ID, so that mail programs know the two as one.

    A person decides this of a letter that was held or came back. Pressing twice sends it once.
    """
    letter = Letter.objects.select_for_update(of=("self",)).select_related("bid__lead", "group").get(pk=letter.pk)
    require(may_see_to_letter(by, letter))
    if letter.state == LetterState.WAITING:
        return letter
    if letter.state == LetterState.CANCELLED:
        raise LetterNotNeeded
    if letter.state not in {LetterState.HELD, LetterState.BOUNCED}:
        raise LetterHasGone
    letter.state = LetterState.WAITING.value
    letter.failure = ""
    letter.due_at = now
    letter.facts.pop("handled", None)
    letter.save(update_fields=["state", "failure", "due_at", "facts"])
    outbox.post(
        "letter.written",
        due=now,
        key=outbox.effect_key("letter.written", letter, "again", now.isoformat()),
        letter=str(letter.public_id),
    )
    audit.record(
        "letter.sent_again",
        on=letter.bid or letter.group or audit.INSTALLATION,
        by=by,
        at=now,
        letter=str(letter.public_id),
        kind=letter.kind,
        to=audit.Personal(letter.shown_address),
    )
    return letter
