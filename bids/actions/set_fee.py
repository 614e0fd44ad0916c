"""Take a fee for coordinating the work, or none."""

from datetime import datetime

from bids.exports.bid_package.pieces import Piece
from bids.models import Bid
from bids.permissions import may_change_offer
from bids.steps.editing import as_seen, finish, hold, keep_rules
from bids.steps.offer_rows import changed_keys, columns_of_offer, proposed_offer
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def set_fee(*, bid: Bid, changes: Piece, seen: int, by: Actor, now: datetime) -> Bid:
    """The offer has this fee or none."""
    held = hold(bid)
    require(may_change_offer(by, held.bid))
    row = as_seen(Bid.objects.filter(pk=bid.pk), seen)
    proposed = proposed_offer(held.before, changes)
    changed = changed_keys(held.before, proposed, changes)
    if not changed:
        return row
    keep_rules(held, proposed, by=by, at="coordination_fee")
    Bid.objects.filter(pk=row.pk).update_version(seen=seen, **columns_of_offer(changes))
    audit.record("fee.set", on=held.bid, by=by, at=now, fields=changed)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
