"""Take over a firm that others have named but nobody acts for yet."""

from datetime import datetime

from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted, NotVisible
from members.actions.create_firm import FirmHasAnOwner
from members.models import Firm, Membership
from members.steps.taking_over import row_to_own
from members.vocabulary import MembershipRole


@action
def claim_firm(*, business_id: str, by: Actor, now: datetime) -> Firm:
    """The acting person owns a firm with this Business ID, if nobody did. What others wrote under it stays theirs.

    Nothing proves that a number is somebody's own: offers the firm was named in before open to those who were written
    to, and not to whoever claims it (`row_to_own`). Of two who claim at once the second is refused (FirmHasAnOwner).
    The owner who asks twice gets the same firm.
    """
    if by.kind is not ActorKind.PERSON or by.id is None:
        raise NotPermitted
    known = Firm.objects.select_for_update().filter(business_id=business_id)
    # Who has waited for another claim finds that the row it waited for bears the number no more.
    firm = known.first() or known.first()
    if firm is None:
        raise NotVisible
    standing = list(Membership.objects.filter(firm=firm))
    if any(each.person_id == by.id and each.role == MembershipRole.OWNER for each in standing):
        return firm
    if standing:
        raise FirmHasAnOwner
    firm = row_to_own(firm)
    Membership.objects.create(
        person_id=by.id, firm=firm, role=MembershipRole.OWNER.value, may_approve=True, since_at=now
    )
    audit.record("firm.claimed", on=firm, by=by, at=now, business_id=business_id)
    audit.record("membership.created", on=firm, by=by, at=now, role=MembershipRole.OWNER.value)
    return firm
