"""What a person is in the firm they act for, read anew each time it is asked."""

from kernel.actor import Actor, ActorKind
from members.models import Firm, Membership
from members.vocabulary import MembershipRole


def role_of(actor: Actor, firm: Firm) -> MembershipRole | None:
    """The actor's role in this firm; None unless a person who acts for it is a member of it now."""
    return own_role_of(actor) if actor.firm_id == firm.pk else None


def own_role_of(actor: Actor) -> MembershipRole | None:
    """The actor's role in the firm they act for; None for whoever is no person, or is no member of it now."""
    if actor.kind is not ActorKind.PERSON or actor.id is None or actor.firm_id is None:
        return None
    role = Membership.objects.filter(person_id=actor.id, firm_id=actor.firm_id).values_list("role", flat=True).first()
    return MembershipRole(role) if role else None
