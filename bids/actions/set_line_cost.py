"""Write down what a row costs the firm itself."""

from datetime import datetime
from decimal import Decimal

from bids.models import LineItem
from bids.permissions import may_write_costs
from bids.queries.costs import write_cost
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def set_line_cost(*, line: LineItem, cost: Decimal | None, note: str, seen: int, by: Actor, now: datetime) -> int:
    """The row's cost is this from now on; returns its new version. `seen` is 0 where there was none.

    Nobody's OK is touched: what a firm pays itself is no part of any promise. The event stands in the firm's own chain,
    where no other firm reads, and says neither the amount nor the row.
    """
    lock_bid(line.bid, even_sending=True)
    row = LineItem.objects.select_for_update(of=("self",)).select_related("part__firm", "bid").get(pk=line.pk)
    require(may_write_costs(by, row.part))
    version = write_cost(row, cost=cost, note=note, seen=seen)
    audit.record("cost.changed", on=row.part.firm, by=by, at=now, bid=str(row.bid.public_id))
    return version
