"""Take a version back before it goes out."""

from datetime import datetime

from bids.models import Revision
from bids.permissions import may_send
from bids.sheets.send_sentences import CANCELLED
from bids.steps.sending import abandon, standing_of
from bids.steps.settling import lock_bid
from bids.vocabulary import RevisionState
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def cancel_sending(*, revision: Revision, by: Actor, now: datetime) -> Revision:
    """A version that has not gone out yet never will, and the offer may be changed again; its number is used up.

    One that has gone out, or was given up, stays as it is.
    """
    bid = lock_bid(revision.bid, even_sending=True)
    require(may_send(by, bid))
    standing = standing_of(revision)
    if standing.state == RevisionState.FROZEN.value:
        abandon(bid, revision, standing, reason=CANCELLED, by=by, now=now, tells=False)
    return Revision.objects.get(pk=revision.pk)
