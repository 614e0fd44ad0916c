"""Take a dated step out of the schedule."""

from datetime import datetime

from bids.models import Milestone, Part
from bids.permissions import may_change_offer, may_write_part
from bids.steps.editing import as_seen, finish, hold
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def remove_milestone(*, milestone: Milestone, seen: int, by: Actor, now: datetime) -> None:
    """The step is gone, and nothing waits for it any more. Asking twice finds nothing (`NotVisible`)."""
    held = hold(milestone.bid)
    row = as_seen(Milestone.objects.filter(pk=milestone.pk), seen)
    owner = Part.objects.select_related("firm", "bid__lead").filter(pk=row.owner_id or 0).first()
    require(may_change_offer(by, held.bid) or (owner is not None and may_write_part(by, owner)))
    row.delete()
    audit.record("milestone.removed", on=held.bid, by=by, at=now, milestone=str(milestone.public_id))
    finish(held, by=by, now=now)
