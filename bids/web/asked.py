"""Who stands behind a request to an asked firm's pages: the holder of a link, of an address, or the firm's own people.

A link's cookie names the link, never its secret, and lives two hours. The first thing sent from a page turns it into a
place in the browser's session, bound to that invitation, which lasts as long as the link it came from stands.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from bids.models import Invitation, InvitationLink
from bids.permissions import may_answer_as
from bids.vocabulary import LinkWay
from kernel.actor import Actor, ActorKind
from members.models import Firm, Person
from members.web.acting import memberships_of

LINK_LIVES: Final = timedelta(hours=2)
MOST_LINKS: Final = 8
"""Links one browser may have come by and not used yet."""

_SALT: Final = "bids.web.asked"
_PLACES: Final = "asked"


class Way(StrEnum):
    """How somebody has come to a request."""

    LINK = "link"
    SESSION = "session"
    ADDRESS = "address"
    FIRM = "firm"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request, and who is looking at it.

    `needs_code` is true for a copied link nobody has proven yet in this browser: then nothing may be shown. `is_proven`
    says that a person is known to be there, not a program that follows links: somebody who has logged in, typed a
    price or returned a code.
    """

    invitation: Invitation
    way: Way
    actor: Actor
    link: InvitationLink | None = None
    person: Person | None = None
    needs_code: bool = False
    is_proven: bool = False


def cookie_name() -> str:
    """The name of the cookie that links leave."""
    return "__Host-asked" if settings.SECURE_SSL else "asked"


def is_live(link: InvitationLink, now: datetime) -> bool:
    """Whether a link still opens what it was made for."""
    return link.revoked_at is None and link.expires_at > now and link.invitation.withdrawn_at is None


def leave_link(request: HttpRequest, response: HttpResponse, link: InvitationLink, *, now: datetime) -> None:
    """Let the browser hold this link for two hours, beside those it holds already."""
    held = [each for each in _held(request, now=now) if each[0] != str(link.public_id)]
    _set(response, [*held, (str(link.public_id), int(now.timestamp()))][-MOST_LINKS:])


def drop_link(request: HttpRequest, response: HttpResponse, link: InvitationLink, *, now: datetime) -> None:
    """Let the browser hold this link no more: its place is in the session now."""
    held = _held(request, now=now)
    kept = [each for each in held if each[0] != str(link.public_id)]
    if len(kept) != len(held):
        _set(response, kept)


def visit_of(request: HttpRequest, public_id: UUID, *, now: datetime) -> Visit | None:
    """Who is looking at this request, or None for somebody to whom there is no such thing."""
    known = Invitation.objects.standing().select_related("part__firm", "bid__lead", "bid__client", "asked_by")
    invitation = known.filter(public_id=public_id).first()
    if invitation is None:
        return None
    person = request.user if isinstance(request.user, Person) else None
    own = _own_firm(request, invitation, person)
    if own is not None and person is not None:
        actor = acting_for(person, own)
        return Visit(invitation=invitation, way=Way.FIRM, actor=actor, person=person, is_proven=True)
    return (
        _by_session(request, invitation, person, now=now)
        or _by_link(request, invitation, person, now=now)
        or _by_address(invitation, person)
    )


def past_request(request: HttpRequest, public_id: UUID) -> Invitation | None:
    """A request that was taken back or passed on, for whoever it was open to until then; None for anybody else."""
    known = Invitation.objects.exclude(withdrawn_at=None).select_related("part__firm", "bid__lead", "asked_by")
    invitation = known.filter(public_id=public_id).first()
    if invitation is None:
        return None
    person = request.user if isinstance(request.user, Person) else None
    held = [name for name, _at in _held(request, now=invitation.withdrawn_at or invitation.asked_at)]
    place = place_of(request, public_id)
    names = [name for name in (*held, place.get("link")) if name]
    links = InvitationLink.objects.filter(invitation=invitation, public_id__in=names)
    was_open = any(
        stood_to_the_end(link, invitation) and (link.way == LinkWay.MAILED.value or place.get("code")) for link in links
    )
    is_theirs = _own_firm(request, invitation, person) is not None or _by_address(invitation, person) is not None
    return invitation if was_open or is_theirs else None


def stood_to_the_end(link: InvitationLink, invitation: Invitation) -> bool:
    """Whether a link opened its request until that was taken back or passed on, and not only at some time before."""
    end = invitation.withdrawn_at
    return end is not None and link.expires_at > end and (link.revoked_at is None or link.revoked_at >= end)


def open_place(request: HttpRequest, visit: Visit, **known: Any) -> None:
    """Give the visit a place in the session; a session that had none by this link gets another key first.

    A place that was opened by a link which opens nothing any more begins anew: what was proven then counts no longer.
    A session that holds this very place is not written again: what another request stores in it at the same time, as
    when an answer is sent while what was typed is still being kept, would be lost.
    """
    if visit.way in {Way.FIRM, Way.ADDRESS}:
        return
    places: dict[str, dict[str, Any]] = dict(request.session.get(_PLACES, {}))
    name = str(visit.invitation.public_id)
    link = str(visit.link.public_id) if visit.link else ""
    standing = places.get(name, {})
    if standing.get("link") != link:
        request.session.cycle_key()
        standing = {}
    place = {"link": link, **standing, **known}
    if places.get(name) != place:
        request.session[_PLACES] = {**places, name: place}


def remember(request: HttpRequest, public_id: UUID, **known: Any) -> None:
    """Note something of a place that is open."""
    places = dict(request.session.get(_PLACES, {}))
    name = str(public_id)
    if name in places:
        request.session[_PLACES] = {**places, name: {**places[name], **known}}


def place_of(request: HttpRequest, public_id: UUID) -> dict[str, Any]:
    """What is known of a place in this session; nothing where there is none."""
    place: dict[str, Any] = request.session.get(_PLACES, {}).get(str(public_id), {})
    return place


def acting_for(person: Person, firm: Firm) -> Actor:
    """The person, acting for this firm of theirs."""
    return Actor(
        kind=ActorKind.PERSON,
        id=person.pk,
        public_id=person.public_id,
        firm_id=firm.pk,
        firm_public_id=firm.public_id,
        label=str(person),
    )


def firms_to_answer_as(request: HttpRequest, invitation: Invitation) -> list[Firm]:
    """The person's own firms whose OK they give, and which have no other part in the offer."""
    if not isinstance(request.user, Person):
        return []
    taken = set(invitation.bid.parts.exclude(pk=invitation.part_id).values_list("firm_id", flat=True))
    firms = [membership.firm for membership in memberships_of(request) if membership.firm_id not in taken]
    return [firm for firm in firms if may_answer_as(acting_for(request.user, firm), firm)]


def _own_firm(request: HttpRequest, invitation: Invitation, person: Person | None) -> Firm | None:
    if person is None:
        return None
    firm = invitation.part.firm
    if all(membership.firm_id != firm.pk for membership in memberships_of(request)):
        return None
    return firm if may_answer_as(acting_for(person, firm), firm) else None


def _by_session(request: HttpRequest, invitation: Invitation, person: Person | None, *, now: datetime) -> Visit | None:
    place = place_of(request, invitation.public_id)
    if not place:
        return None
    link = InvitationLink.objects.filter(invitation=invitation, public_id=place["link"]).first()
    if link is None:
        return None
    link.invitation = invitation
    if not is_live(link, now):
        return None
    needs_code = link.way == LinkWay.COPIED.value and not place.get("code")
    return Visit(
        invitation=invitation,
        way=Way.SESSION,
        actor=_invited(invitation),
        link=link,
        person=person,
        needs_code=needs_code,
        is_proven=bool(place.get("typed") or place.get("code")),
    )


def _by_link(request: HttpRequest, invitation: Invitation, person: Person | None, *, now: datetime) -> Visit | None:
    names = [name for name, _at in _held(request, now=now)]
    for link in InvitationLink.objects.filter(invitation=invitation, public_id__in=names).order_by("-made_at"):
        link.invitation = invitation
        if is_live(link, now):
            return Visit(
                invitation=invitation,
                way=Way.LINK,
                actor=_invited(invitation),
                link=link,
                person=person,
                needs_code=link.way == LinkWay.COPIED.value,
            )
    return None


def _by_address(invitation: Invitation, person: Person | None) -> Visit | None:
    if person is None or not invitation.email or invitation.email.casefold() != person.email.casefold():
        return None
    return Visit(invitation=invitation, way=Way.ADDRESS, actor=_invited(invitation), person=person, is_proven=True)


def _invited(invitation: Invitation) -> Actor:
    firm = invitation.part.firm
    return Actor(
        kind=ActorKind.INVITED,
        id=invitation.pk,
        public_id=invitation.public_id,
        firm_id=firm.pk,
        firm_public_id=firm.public_id,
        label=invitation.name or str(invitation.part.card["name"]),
    )


def _held(request: HttpRequest, *, now: datetime) -> list[tuple[str, int]]:
    """The links in the cookie whose two hours are not over, as they were left."""
    try:
        told = signing.loads(request.COOKIES.get(cookie_name(), ""), salt=_SALT)
        held = [(str(UUID(name)), int(at)) for name, at in told]
    except (signing.BadSignature, ValueError, TypeError):
        return []
    latest = int((now - LINK_LIVES).timestamp())
    return [each for each in held if each[1] > latest]


def _set(response: HttpResponse, held: list[tuple[str, int]]) -> None:
    if not held:
        response.delete_cookie(cookie_name(), samesite="Lax")
        return
    response.set_cookie(
        cookie_name(),
        signing.dumps(held, salt=_SALT),
        max_age=int(LINK_LIVES.total_seconds()),
        secure=settings.SECURE_SSL,
        httponly=True,
        samesite="Lax",
    )
