"""A firm wishes to be asked about every change, or no longer."""

from datetime import datetime

from bids.models import Part
from bids.permissions import may_approve_for
from bids.steps.settling import lock_bid, settle
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, Stale, require


@action
def set_always_ask(*, part: Part, always: bool, by: Actor, now: datetime, seen: int | None = None) -> Part:
    """From now on everything the firm can see of the offer is part of its OK, or only what binds or pays it.

    A firm that has said OK is asked once more when it wishes so, for its OK did not hold the rest; giving the wish up
    asks nothing. The wish for a whole offer is the lead's and is one of its rules.
    """
    bid = lock_bid(part.bid)
    fresh = Part.objects.select_related("firm", "bid__lead").filter(pk=part.pk).first()
    if fresh is None:
        raise NotVisible
    require(may_approve_for(by, fresh))
    if seen is not None and fresh.version != seen:
        raise Stale
    if fresh.always_ask != always:
        Part.objects.filter(pk=fresh.pk).update_version(seen=fresh.version, always_ask=always)
        audit.record("part.always_ask_set", on=bid, by=by, at=now, part=str(fresh.public_id), always=always)
        settle(bid, by=by, now=now)
        fresh.refresh_from_db()
    return fresh
