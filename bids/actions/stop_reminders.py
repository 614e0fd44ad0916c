"""Let nobody be reminded who does not want it."""

from datetime import datetime

from bids.models import Bid, Invitation
from bids.permissions import may_stop_reminders
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def stop_reminders(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """No reminder of this request goes out any more, not even one that is promised; stopping twice stops once."""
    bid = Bid.objects.select_for_update().get(pk=invitation.bid_id)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("part").get(pk=invitation.pk)
    require(may_stop_reminders(by, invitation))
    if invitation.reminders_stopped_at is not None:
        return invitation
    invitation.reminders_stopped_at = now
    invitation.save(update_fields=["reminders_stopped_at"])
    audit.record(
        "reminders.stopped",
        on=bid,
        by=by,
        at=now,
        part=str(invitation.part.public_id),
        invitation=str(invitation.public_id),
    )
    return invitation
