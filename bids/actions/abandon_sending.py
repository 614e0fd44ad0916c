"""Give a version up because something went wrong on the way."""

from datetime import datetime

from bids.models import Revision
from bids.permissions import is_system
from bids.steps.sending import abandon, standing_of
from bids.steps.settling import lock_bid
from bids.vocabulary import RevisionState
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def abandon_sending(*, revision: Revision, reason: str, by: Actor, now: datetime) -> Revision:
    """The version goes nowhere, its lead is told why, and the offer may be changed again.

    One that has gone out, or was given up before, stays as it is.
    """
    bid = lock_bid(revision.bid, even_sending=True)
    require(is_system(by))
    standing = standing_of(revision)
    if standing.state == RevisionState.FROZEN.value:
        abandon(bid, revision, standing, reason=reason, by=by, now=now)
    return revision
