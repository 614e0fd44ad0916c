"""Mail a fresh link to whoever was asked."""

from datetime import datetime, timedelta

from bids.models import Invitation, Letter
from bids.steps.asking import recipient_of
from bids.steps.letters import write_letter
from bids.steps.settling import lock_bid
from bids.vocabulary import LetterKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require

APART = 10 * 60
"""Seconds in which asking again sends no second letter."""
MOST_A_DAY = 5
"""Letters with fresh links to one request: whoever knows its address can ask, and nobody is to be flooded."""


@action
def renew_link(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """A letter with a fresh link goes to the address that was asked, and to no other; nobody asked, no letter.

    Only the program itself does this, for whoever holds an old link. Asking again within ten minutes sends nothing, nor
    does asking after the fifth in a day.
    """
    require(by.id is None)
    lock_bid(invitation.bid, even_sending=True)
    standing = Invitation.objects.standing().select_related("part", "bid").filter(pk=invitation.pk).first()
    if standing is None or not standing.email:
        return
    mailed = Letter.objects.filter(invitation=standing, kind=LetterKind.LINK_RENEWED.value)
    if mailed.filter(written_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY:
        return
    key = f"{standing.public_id}:renewed:{int(now.timestamp()) // APART}"
    letter = write_letter(LetterKind.LINK_RENEWED, recipient_of(standing), about=standing, key=key, now=now)
    if letter is not None and letter.written_at == now:
        audit.record("firm.link_renewed", on=standing.bid, by=by, at=now, part=str(standing.part.public_id))
