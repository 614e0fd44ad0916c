"""Who the person behind a request is, and for which of their firms they act."""

from django.http import HttpRequest

from kernel.actor import Actor, ActorKind
from members.models import Membership, Person
from members.queries.roles import keep_in_mind

ACTING_FOR = "acting_for"


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The memberships of the person, read once a request."""
    held: list[Membership] | None = getattr(request, "_memberships", None)
    if held is None:
        held = list(Membership.objects.of(request.user)) if isinstance(request.user, Person) else []
        keep_in_mind(held)
        request._memberships = held  # type: ignore[attr-defined]  # noqa: SLF001 - a request carries what was read for it
    return held


def membership_of(request: HttpRequest) -> Membership | None:
    """The membership the person acts by: the one chosen in this session, else the oldest; None without any firm."""
    memberships = memberships_of(request)
    chosen = request.session.get(ACTING_FOR)
    return next((each for each in memberships if str(each.firm.public_id) == chosen), next(iter(memberships), None))


def actor_of(request: HttpRequest) -> Actor:
    """The person as an actor. Rights are read anew on every request, never kept in the session."""
    person = request.user
    if not isinstance(person, Person):
        raise TypeError("Only a person who has logged in acts: guard the view with login_required.")
    membership = membership_of(request)
    firm = membership.firm if membership else None
    return Actor(
        kind=ActorKind.PERSON,
        id=person.pk,
        public_id=person.public_id,
        firm_id=firm.pk if firm else None,
        firm_public_id=firm.public_id if firm else None,
        label=str(person),
    )


def act_for(request: HttpRequest, firm_public_id: str) -> bool:
    """Act for this firm from now on; False when the person is no member of it."""
    if not any(str(each.firm.public_id) == firm_public_id for each in memberships_of(request)):
        return False
    request.session[ACTING_FOR] = firm_public_id
    return True
