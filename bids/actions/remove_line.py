"""Take a row out of a firm's part."""

from datetime import datetime

from bids.models import LineItem
from bids.permissions import may_write_part
from bids.steps.editing import as_seen, finish, hold, part_to_write
from bids.steps.part_changes import remove_row
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def remove_line(*, line: LineItem, seen: int, by: Actor, now: datetime) -> None:
    """The row is gone, from packages too, and its code is never given again. Asking twice finds nothing."""
    held = hold(line.bid)
    part = part_to_write(line.part)
    require(may_write_part(by, part))
    row = as_seen(LineItem.objects.filter(pk=line.pk, part=part), seen)
    remove_row(held, part, row, by=by)
    audit.record("line.removed", on=held.bid, by=by, at=now, line=row.code, part=str(part.public_id))
    finish(held, by=by, now=now)
