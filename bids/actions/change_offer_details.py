"""Change what an offer is called, refers to, and when its work is done."""

from datetime import datetime

from bids.exports.bid_package.pieces import Piece
from bids.models import Bid
from bids.permissions import may_change_offer
from bids.steps.editing import as_seen, finish, hold, keep_rules
from bids.steps.offer_rows import changed_keys, columns_of_offer, proposed_offer, write_need
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def change_offer_details(*, bid: Bid, changes: Piece, seen: int, by: Actor, now: datetime) -> Bid:
    """The offer says what was changed; of two who saw the same version the second is refused (`Stale`)."""
    held = hold(bid)
    require(may_change_offer(by, held.bid))
    row = as_seen(Bid.objects.filter(pk=bid.pk), seen)
    proposed = proposed_offer(held.before, changes)
    changed = changed_keys(held.before, proposed, changes)
    if not changed:
        return row
    keep_rules(held, proposed, by=by)
    columns = columns_of_offer(changes) | write_need(changes, held.bid)
    Bid.objects.filter(pk=row.pk).update_version(seen=seen, **columns)
    audit.record("offer.changed", on=held.bid, by=by, at=now, fields=changed)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
