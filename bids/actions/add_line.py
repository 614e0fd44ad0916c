"""Add a row to a firm's part."""

from datetime import datetime
from uuid import UUID

from bids.exports.bid_package.pieces import Piece
from bids.models import LineItem, Part
from bids.permissions import may_write_part
from bids.steps.asked_twice import asked_as, made_before
from bids.steps.editing import finish, hold, part_to_write
from bids.steps.part_changes import add_row
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def add_line(*, part: Part, line: Piece, by: Actor, now: datetime, public_id: UUID | None = None) -> LineItem:
    """The part has one more row, the last one, under a code no row of the offer ever had.

    Asking twice for the same with a `public_id` of the asker's choice gives the row that is there already; for
    anything else that id is refused (`KeyUsed`).
    """
    held = hold(part.bid)
    part = part_to_write(part)
    require(may_write_part(by, part))
    if known := made_before(LineItem, public_id, bid=held.bid, said=line, part_id=part.pk):
        return known
    row = add_row(held, part, line, by=by, public_id=public_id)
    audit.record(
        "line.added",
        on=held.bid,
        by=by,
        at=now,
        line=row.code,
        part=str(part.public_id),
        asked_as=asked_as(public_id, line),
    )
    finish(held, by=by, now=now)
    return row
