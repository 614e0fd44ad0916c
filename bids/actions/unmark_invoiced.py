"""Take back the word that an invoice of one's own was sent."""

from datetime import datetime

from bids.models import InvoiceMark, Part
from bids.queries.own_work import mark_of
from bids.steps.own_work import own_part_locked
from kernel import audit
from kernel.action import action
from kernel.actor import Actor


@action
def unmark_invoiced(*, part: Part, number: int, by: Actor, now: datetime) -> None:
    """The invoice counts as not sent; what was marked stays in the trail. Not marked, nothing happens."""
    row, _work = own_part_locked(part, by=by)
    standing = mark_of(row, number)
    if standing is None:
        return
    InvoiceMark.objects.filter(pk=standing.pk).update(undone_at=max(now, standing.marked_at))
    audit.record("invoice.unmarked", on=row.bid, by=by, at=now, part=str(row.public_id), number=number)
