"""Agree in which instalments an offer is paid."""

from datetime import datetime

from bids.exports.bid_package.pieces import Piece
from bids.models import Bid
from bids.permissions import may_change_offer
from bids.steps.editing import as_seen, finish, hold, keep_rules
from bids.steps.offer_rows import changed_keys, columns_of_offer, proposed_offer, write_lists
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def set_payment_plan(*, bid: Bid, changes: Piece, seen: int, by: Actor, now: datetime) -> Bid:
    """The instalments are those given, together the whole, or there is no plan."""
    held = hold(bid)
    require(may_change_offer(by, held.bid))
    row = as_seen(Bid.objects.filter(pk=bid.pk), seen)
    proposed = proposed_offer(held.before, changes)
    changed = changed_keys(held.before, proposed, changes)
    if not changed:
        return row
    keep_rules(held, proposed, by=by, at="payment_plan")
    Bid.objects.filter(pk=row.pk).update_version(seen=seen, **columns_of_offer(changes))
    write_lists(changes, held.bid)
    audit.record("payment_plan.set", on=held.bid, by=by, at=now, fields=changed)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
