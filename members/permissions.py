"""Who may do what to people and firms: one small predicate a verb."""

from kernel.actor import Actor, ActorKind
from members.models import ApiToken, Firm
from members.queries.roles import role_of
from members.vocabulary import WRITING_ROLES, MembershipRole


def may_change_firm(actor: Actor, firm: Firm) -> bool:
    """A firm's card is changed by its owners and editors."""
    return role_of(actor, firm) in {MembershipRole.OWNER, MembershipRole.EDITOR}


def may_write_for(actor: Actor, firm: Firm) -> bool:
    """What a firm offers is written by its owners, editors and producers."""
    return role_of(actor, firm) in WRITING_ROLES


def may_create_api_token(actor: Actor, firm: Firm) -> bool:
    """Owners and editors let programs act for their firm."""
    return role_of(actor, firm) in {MembershipRole.OWNER, MembershipRole.EDITOR}


def may_revoke_api_token(actor: Actor, token: ApiToken) -> bool:
    """A key is revoked by the person it acts for, or by an owner of its firm."""
    own = actor.kind is ActorKind.PERSON and actor.id == token.person_id
    return own or role_of(actor, token.firm) is MembershipRole.OWNER
