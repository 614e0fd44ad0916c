"""Change a row of a firm's part."""

from datetime import datetime

from bids.exports.bid_package.pieces import Piece
from bids.models import LineItem
from bids.permissions import may_write_part
from bids.steps.editing import as_seen, finish, hold, part_to_write
from bids.steps.part_changes import change_row
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def change_line(*, line: LineItem, changes: Piece, seen: int, by: Actor, now: datetime) -> LineItem:
    """The row says what was given, and what was left out stays as it is.

    Of two who saw the same version the second is refused (`Stale`). What changes nothing leaves no trace.
    """
    held = hold(line.bid)
    part = part_to_write(line.part)
    require(may_write_part(by, part))
    row = as_seen(LineItem.objects.filter(pk=line.pk, part=part), seen)
    changed = change_row(held, part, row, changes, by=by)
    if not changed:
        return row
    facts = {"line": row.code, "part": str(part.public_id), "fields": changed}
    audit.record("line.changed", on=held.bid, by=by, at=now, **facts)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
