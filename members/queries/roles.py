"""What a person is in the firm they act for, read anew each time it is asked."""

from kernel.actor import Actor, ActorKind
from members.models import Firm, Membership
from members.vocabulary import MembershipRole


def role_of(actor: Actor, firm: Firm) -> MembershipRole | None:
    """The actor's role in this firm; None unless a person who acts for it is a member of it now."""
    if actor.kind is not ActorKind.PERSON or actor.id is None or actor.firm_id != firm.pk:
        return None
    role = Membership.objects.filter(person_id=actor.id, firm=firm).values_list("role", flat=True).first()
    return MembershipRole(role) if role else None
