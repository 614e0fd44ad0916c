"""Mail the code that a copied link needs."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import InvitationLink
from bids.steps.asking import email_fault, recipient_of
from bids.steps.letters import Recipient
from bids.steps.one_time_codes import mail_code, purpose_for
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, require
from members.models import Membership


@action
def mail_link_code(*, link: InvitationLink, email: str, by: Actor, now: datetime) -> None:
    """A code is on its way to the address that was asked; where none was known, to the one given now.

    An address given now belongs to the request only once its code has come back (`bind_link`). It may not be one of
    the firm that asks: nobody answers their own question.
    """
    lock_bid(link.invitation.bid, even_sending=True)
    links = InvitationLink.objects.select_for_update(of=("self",)).select_related("invitation__part", "invitation__bid")
    link = links.get(pk=link.pk)
    invitation = link.invitation
    require(by.kind is ActorKind.INVITED and by.id == invitation.pk and link.revoked_at is None)
    known = recipient_of(invitation)
    to = known if known.email else Recipient(name=known.name, email=email, language=known.language)
    if not invitation.email:
        _refuse_address(email, link)
    mail_code(invitation, to, code_for=link.public_id, purpose=purpose_for(to.email), now=now)
    audit.record("firm.code_asked", on=invitation.bid, by=by, at=now, part=str(invitation.part.public_id))


def _refuse_address(email: str, link: InvitationLink) -> None:
    if not email or (fault := email_fault(email)):
        raise Malformed(faults={"email": fault if email else _("Write your e-mail address.")})
    lead = link.invitation.bid.lead_id
    if Membership.objects.filter(firm=lead, person__email__iexact=email).exists():
        raise Malformed(faults={"email": _("This is an address of the firm that asks. Write your own.")})
