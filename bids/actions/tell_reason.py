"""Let the partners read why the client said no."""

from datetime import datetime

from bids.models import Decision, DecisionStanding
from bids.permissions import may_send
from bids.steps.settling import lock_bid
from bids.vocabulary import DecisionKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, require


@action
def tell_reason(*, decision: Decision, by: Actor, now: datetime) -> Decision:
    """The firms of the version read the reason of the no from now on; it is not hidden again. Twice is as once."""
    bid = lock_bid(decision.bid, even_sending=True)
    require(may_send(by, bid))
    if decision.kind != DecisionKind.DECLINE.value:
        raise NotVisible
    standing = DecisionStanding.objects.select_for_update().get(decision=decision)
    if standing.reason_told_at is None:
        standing.reason_told_at = now
        standing.save(update_fields=["reason_told_at"])
        audit.record("decision.reason_told", on=bid, by=by, at=now, version=decision.revision.number)
    decision.standing = standing
    return decision
