"""Mail the code that is needed after a wrong price was picked."""

from datetime import datetime

from bids.models import Invitation
from bids.steps.asking import recipient_of
from bids.steps.one_time_codes import PICKING, mail_code
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def mail_price_code(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """A code is on its way to the address that was asked; without one there is none."""
    lock_bid(invitation.bid, even_sending=True)
    invitation = (
        Invitation.objects.standing()
        .select_for_update(of=("self",))
        .select_related("part", "bid")
        .get(pk=invitation.pk)
    )
    require(by.kind is ActorKind.INVITED and by.id == invitation.pk)
    mail_code(invitation, recipient_of(invitation), code_for=invitation.public_id, purpose=PICKING, now=now)
    audit.record("firm.code_asked", on=invitation.bid, by=by, at=now, part=str(invitation.part.public_id))
