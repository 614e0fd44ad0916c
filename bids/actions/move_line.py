"""Put a row in another place of its part."""

from datetime import datetime

from bids.models import LineItem
from bids.permissions import may_write_part
from bids.steps.editing import as_seen, finish, hold, part_to_write
from bids.steps.line_rows import put_in_order, rows_of
from bids.steps.moving import moved_to
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def move_line(*, line: LineItem, to: int, seen: int, by: Actor, now: datetime) -> LineItem:
    """The row stands at this place of its part, the first being 0; a place behind the last means the last.

    Asked again with the version that is now, nothing happens.
    """
    held = hold(line.bid)
    part = part_to_write(line.part)
    require(may_write_part(by, part))
    row = as_seen(LineItem.objects.filter(pk=line.pk, part=part), seen)
    standing = list(rows_of(part))
    order = moved_to(standing, row, to)
    if order == standing:
        return row
    put_in_order(LineItem.objects.filter(part=part), order)
    LineItem.objects.filter(pk=row.pk).update_version(seen=seen)
    audit.record("line.moved", on=held.bid, by=by, at=now, line=row.code, part=str(part.public_id), to=order.index(row))
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
