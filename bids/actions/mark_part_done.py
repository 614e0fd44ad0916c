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
    """The firm's part is done, and its lead sees it. Said twice, the first word stands.

    What was said before a change brought the firm more gives way to the new word.
    """
    row, work = own_part_locked(part, by=by)
    standing = done_of(row)
    if standing is not None:
        if row.key not in work.done_before:
            return standing
        PartDone.objects.filter(pk=standing.pk).update(undone_at=max(now, standing.done_at))
    done = PartDone.objects.create(**said_by(row, by), done_at=now)
    audit.record("part.done", on=row.bid, by=by, at=now, part=str(row.public_id))
    return done
