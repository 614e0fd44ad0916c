"""Write what a firm promises in words."""

from datetime import datetime

from bids.exports.bid_package.pieces import Piece
from bids.models import Part
from bids.permissions import may_write_words_of
from bids.steps.editing import as_seen, finish, hold, part_to_write
from bids.steps.part_changes import write_texts
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def write_part_texts(*, part: Part, changes: Piece, seen: int, by: Actor, now: datetime) -> Part:
    """The firm's summary and lists say what was given; of two who saw the same version the second is refused."""
    held = hold(part.bid)
    row = part_to_write(part)
    require(may_write_words_of(by, row))
    as_seen(Part.objects.filter(pk=part.pk), seen)
    changed = write_texts(held, row, changes, by=by)
    if not changed:
        return row
    audit.record("part.texts_written", on=held.bid, by=by, at=now, part=str(row.public_id), fields=changed)
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
