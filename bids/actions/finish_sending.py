"""Send a version whose documents are drawn."""

from datetime import datetime

from bids.exports.frozen_version import read_version
from bids.models import Revision
from bids.permissions import is_system
from bids.steps.sending import abandon, is_drawn, send, standing_of, why_not
from bids.steps.settling import lock_bid
from bids.vocabulary import RevisionState, SentHow
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def finish_sending(*, revision: Revision, by: Actor, now: datetime) -> Revision:
    """The version is sent, or given up with the reason when something no longer holds.

    While a document is missing nothing happens; asking twice changes nothing. What the lead sends from its own mail
    waits, checked, for the lead to say that it went.
    """
    bid = lock_bid(revision.bid, even_sending=True)
    require(is_system(by))
    standing = standing_of(revision)
    revision = Revision.objects.get(pk=revision.pk)
    if standing.state != RevisionState.FROZEN.value or not is_drawn(revision):
        return revision
    reason = why_not(bid, revision, now=now)
    if reason:
        abandon(bid, revision, standing, reason=reason, by=by, now=now)
    elif read_version(bytes(revision.payload)).posting.how == SentHow.LETTER:
        send(bid, revision, standing, by=by, now=now, how=SentHow.LETTER)
    return revision
