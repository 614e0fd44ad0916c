"""For whom a program or a browser asks: the token's firm, or the one chosen in the session."""

from rest_framework.request import Request

from kernel.actor import Actor, ActorKind
from members.models import ApiToken, Firm, Person
from members.permissions import may_write_for
from members.vocabulary import TokenScope
from members.web import acting


def firm_acted_for(request: Request) -> Firm | None:
    """The firm the person behind the request acts for, None while they have none."""
    if isinstance(request.auth, ApiToken):
        return request.auth.firm
    membership = acting.membership_of(request._request)  # noqa: SLF001 - the session is Django's
    return membership.firm if membership else None


def actor_of(request: Request) -> Actor:
    """The person as an actor. TypeError when nobody has said who they are."""
    if not isinstance(request.auth, ApiToken):
        return acting.actor_of(request._request)  # noqa: SLF001 - the session is Django's
    token = request.auth
    return Actor(
        kind=ActorKind.PERSON,
        label=str(token.person),
        id=token.person.pk,
        public_id=token.person.public_id,
        firm_id=token.firm.pk,
        firm_public_id=token.firm.public_id,
    )


def scopes_of(request: Request) -> frozenset[TokenScope]:
    """What this request may do: all of it in a session, with a token what the token was made for."""
    if isinstance(request.auth, ApiToken):
        return frozenset(TokenScope(scope) for scope in request.auth.scopes)
    return frozenset(TokenScope) if isinstance(request.user, Person) else frozenset()


def may_write(request: Request) -> bool:
    """Whether the request may change what its firm offers; whoever has no firm yet may bring in the first offer."""
    if TokenScope.WRITE not in scopes_of(request):
        return False
    firm = firm_acted_for(request)
    return firm is None or may_write_for(actor_of(request), firm)
