"""Say that one's own part is not done after all."""

from datetime import datetime

from bids.models import Part, PartDone
from bids.queries.own_work import done_of
from bids.steps.own_work import own_part_locked
from kernel import audit
from kernel.action import action
from kernel.actor import Actor


@action
def unmark_part_done(*, part: Part, by: Actor, now: datetime) -> None:
    """The firm's part counts as not done; that it was said stays in the trail. Not done, nothing happens."""
    row, _work = own_part_locked(part, by=by)
    standing = done_of(row)
    if standing is None:
        return
    PartDone.objects.filter(pk=standing.pk).update(undone_at=max(now, standing.done_at))
    audit.record("part.not_done", on=row.bid, by=by, at=now, part=str(row.public_id))
