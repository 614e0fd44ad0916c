"""Let another firm do rows of what was agreed, or nobody."""

from collections.abc import Sequence
from datetime import datetime

from bids.changing import reassigned
from bids.exports.kept_by_gone import kept_rows
from bids.models import Bid, Part
from bids.permissions import may_change_offer
from bids.steps.changing import move_or_strike, require_changing, rows_to_change, stands_in
from bids.steps.editing import GoneSellsAsAgreed, hold
from bids.steps.leaving import NotAsThingsStand
from bids.steps.settling import settle
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def reassign_lines(*, bid: Bid, codes: Sequence[str], to: Part | None, by: Actor, now: datetime) -> list[str]:
    """The rows stand in the part of another firm of the offer, the lead's own or a partner's; or are struck.

    Text, quantity and price stay; VAT is that of whoever sells them now. Every firm that gives or takes a row is asked,
    for its own part is another; what a row cost the one is not told to the other. Rows that stand there already stay as
    they are; the codes of the others come back. `GoneSellsAsAgreed` for what a firm that is gone has done. Only while
    what was agreed is being changed.
    """
    held = hold(bid)
    require(may_change_offer(by, held.bid))
    require_changing(held.bid)
    named = rows_to_change(held, list(codes))
    taker = None if to is None else Part.objects.filter(pk=to.pk, bid=held.bid).first()
    if to is not None and (taker is None or not stands_in(taker)):
        raise NotAsThingsStand(params={"firm": str(to.card["name"])})
    rows = [row for row in named if taker is None or row.part_id != taker.pk]
    if not rows:
        return []
    moved = [row.code for row in rows]
    if kept_rows(held.bid) & {*moved}:
        raise GoneSellsAsAgreed
    proposed = reassigned(held.before, moved, taker.key if taker else "")
    move_or_strike(held, rows, taker, by=by, proposed=proposed)
    audit.record(
        "lines.reassigned" if taker else "lines.struck",
        on=held.bid,
        by=by,
        at=now,
        lines=moved,
        **({"part": str(taker.public_id), "firm": audit.Personal(str(taker.card["name"]))} if taker else {}),
    )
    settle(held.bid, by=by, now=now)
    return moved
