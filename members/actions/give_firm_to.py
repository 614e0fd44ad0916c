"""Make somebody the owner of a firm at the console's word."""

from datetime import datetime

from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require
from members.models import Firm, Membership, Person
from members.vocabulary import MembershipRole


@action
def give_firm_to(*, firm: Firm, person: Person, by: Actor, now: datetime) -> Membership:
    """The person owns the firm, or keeps the place they had in it. Only the console gives firms away.

    Others who act for the firm stay. Asking twice gives the same membership.
    """
    require(by.kind is ActorKind.SYSTEM)
    Firm.objects.select_for_update().get(pk=firm.pk)
    membership, is_new = Membership.objects.get_or_create(
        firm=firm,
        person=person,
        defaults={"role": MembershipRole.OWNER.value, "may_approve": True, "since_at": now},
    )
    if is_new:
        audit.record("membership.created", on=firm, by=by, at=now, role=MembershipRole.OWNER.value)
    return membership
