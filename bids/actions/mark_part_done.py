"""Say that one's own part is done."""

from datetime import datetime

from bids.models import Part, PartDone
from bids.queries.own_work import done_of
from bids.steps.own_work import own_part_locked, said_by
from kernel import audit
from kernel.action import action
from kernel.actor import Actor


@action
def mark_part_done(*, part: Part, by: Actor, now: datetime) -> PartDone:
    """The firm's part is done, and its lead sees it. Said twice, the first word stands."""
    row, _work = own_part_locked(part, by=by)
    standing = done_of(row)
    if standing is not None:
        return standing
    done = PartDone.objects.create(**said_by(row, by), done_at=now)
    audit.record("part.done", on=row.bid, by=by, at=now, part=str(row.public_id))
    return done
