"""What a person is in the firm they act for: read anew each time it is asked, but once for a page that only shows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from kernel.actor import Actor, ActorKind
from members.models import Firm, Membership
from members.vocabulary import MembershipRole

_ONCE: ContextVar[dict[tuple[int, int], Membership | None] | None] = ContextVar("memberships_read_once", default=None)


@contextmanager
def memberships_read_once() -> Iterator[None]:
    """While this lasts, nobody's place in a firm is read twice. Never around anything that changes something."""
    token = _ONCE.set({})
    try:
        yield
    finally:
        _ONCE.reset(token)


def keep_in_mind(memberships: Iterable[Membership]) -> None:
    """Spare a page the reading of what has just been read for it."""
    known = _ONCE.get()
    if known is not None:
        known.update(((each.person_id, each.firm_id), each) for each in memberships)


def role_of(actor: Actor, firm: Firm) -> MembershipRole | None:
    """The actor's role in this firm; None unless a person who acts for it is a member of it now."""
    return own_role_of(actor) if actor.firm_id == firm.pk else None


def own_role_of(actor: Actor) -> MembershipRole | None:
    """The actor's role in the firm they act for; None for whoever is no person, or is no member of it now."""
    held = own_membership_of(actor)
    return MembershipRole(held.role) if held else None


def own_membership_of(actor: Actor) -> Membership | None:
    """The actor's place in the firm they act for; None for whoever is no person, or is no member of it now."""
    if actor.kind is not ActorKind.PERSON or actor.id is None or actor.firm_id is None:
        return None
    known, place = _ONCE.get(), (actor.id, actor.firm_id)
    if known is not None and place in known:
        return known[place]
    held = Membership.objects.filter(person_id=actor.id, firm_id=actor.firm_id).first()
    if known is not None:
        known[place] = held
    return held
