"""Somebody has really opened a request: not a program that follows links."""

from datetime import datetime

from bids.models import Invitation
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def open_request(*, invitation: Invitation, by: Actor, now: datetime) -> Invitation:
    """The request was opened, first at this moment. Asking twice keeps the first."""
    require(by.kind is ActorKind.INVITED and by.id == invitation.pk)
    lock_bid(invitation.bid, even_sending=True)
    opened = Invitation.objects.standing().filter(pk=invitation.pk, opened_at__isnull=True).update(opened_at=now)
    if opened:
        audit.record("firm.request_opened", on=invitation.bid, by=by, at=now, part=str(invitation.part.public_id))
        invitation.opened_at = now
    return invitation
