"""Open a copied link with the code that was mailed."""

from datetime import datetime

from bids.models import Invitation, InvitationLink
from bids.steps.answering import tell_lead
from bids.steps.asking import recipient_of
from bids.steps.one_time_codes import is_right_code, purpose_for
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def bind_link(*, link: InvitationLink, code: str, email: str, by: Actor, now: datetime) -> bool:
    """Whether the code was right; the browser it came from may then open what was asked.

    The first time binds the link, and an address that was not known before belongs to the request from then on: the
    lead is told which. Every other browser needs a code of its own, since whoever copied the link knows it too. A wrong
    try counts also when it comes together with others.
    """
    lock_bid(link.invitation.bid, even_sending=True)
    links = InvitationLink.objects.select_for_update(of=("self",)).select_related("invitation__part", "invitation__bid")
    link = links.get(pk=link.pk)
    invitation = link.invitation
    require(by.kind is ActorKind.INVITED and by.id == invitation.pk)
    if link.revoked_at is not None or link.expires_at <= now or invitation.withdrawn_at is not None:
        return False
    address = invitation.email or email
    if not address or not is_right_code(code, code_for=link.public_id, purpose=purpose_for(address), now=now):
        return False
    if not invitation.email:
        Invitation.objects.filter(pk=invitation.pk, email="").update(email=address)
        invitation.refresh_from_db()
        tell_lead(invitation.part, invitation, now=now, address_given=1)
    if link.bound_at is None:
        link.bound_at = now
        link.save(update_fields=["bound_at"])
    audit.record(
        "firm.link_bound",
        on=invitation.bid,
        by=by,
        at=now,
        part=str(invitation.part.public_id),
        firm=audit.Personal(str(recipient_of(invitation).name)),
        email=audit.Personal(address),
    )
    return True
