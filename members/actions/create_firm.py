"""Found a firm here: its person becomes the owner."""

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted, Refusal
from members.details import FirmDetails
from members.models import Firm, Membership
from members.vocabulary import MembershipRole


class FirmHasAnOwner(Refusal):
    """The Business ID belongs to a firm that somebody acts for already."""

    sentence = _("A firm with this Business ID is already here. Ask its owner to add you: only they can.")
    code = "firm-has-an-owner"


class FirmIsKnown(Refusal):
    """The Business ID belongs to a firm that others have named but nobody acts for yet."""

    sentence = _("Others have already named this firm in an offer. If it is yours, take it over.")
    code = "firm-is-known"


@action
def create_firm(*, details: FirmDetails, by: Actor, now: datetime) -> Firm:
    """A firm exists and the acting person owns it.

    A Business ID somebody owns never gives a membership (FirmHasAnOwner), and one that is only known is to be claimed
    (FirmIsKnown): asking twice is therefore refused. A firm without a Business ID is always a new one.
    """
    if by.kind is not ActorKind.PERSON or by.id is None:
        raise NotPermitted
    try:
        with transaction.atomic():
            firm = Firm.objects.create(**asdict(details))
    except IntegrityError:
        raise _refusal_for(details) from None
    Membership.objects.create(
        person_id=by.id, firm=firm, role=MembershipRole.OWNER.value, may_approve=True, since_at=now
    )
    audit.record("firm.created", on=firm, by=by, at=now, business_id=details.business_id)
    audit.record("membership.created", on=firm, by=by, at=now, role=MembershipRole.OWNER.value)
    return firm


def _refusal_for(details: FirmDetails) -> Refusal:
    known = Firm.objects.filter(business_id=details.business_id).first()
    if known is None:
        return Refusal()
    return FirmHasAnOwner() if known.memberships.exists() else FirmIsKnown()
