"""Change the rules of the game that bind the firms of an offer."""

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
def change_rules(
    *, bid: Bid, changes: Piece, seen: int, by: Actor, now: datetime, always_ask: bool | None = None
) -> Bid:
    """The rules are as given; firms for which something got worse or different are asked again.

    `always_ask` None leaves it as it is. Of two who saw the same version the second is refused (`Stale`).
    """
    held = hold(bid)
    require(may_change_offer(by, held.bid))
    row = as_seen(Bid.objects.filter(pk=bid.pk), seen)
    proposed = proposed_offer(held.before, changes)
    changed = changed_keys(held.before, proposed, changes)
    asks = row.always_ask if always_ask is None else always_ask
    if asks != row.always_ask:
        changed.append("always_ask")
    if not changed:
        return row
    keep_rules(held, proposed, by=by)
    Bid.objects.filter(pk=row.pk).update_version(seen=seen, always_ask=asks, **columns_of_offer(changes))
    audit.record("rules.changed", on=held.bid, by=by, at=now, fields=changed)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
