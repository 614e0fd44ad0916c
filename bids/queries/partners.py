"""The firms a lead has worked with before, as it knows them: what it asked them, and where."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bids.models import GroupMember, Invitation, Part
from bids.queries.firm_cards import card_from_json
from bids.vocabulary import PartState, Role
from members.models import Firm

MOST_REMEMBERED = 200


@dataclass(frozen=True, kw_only=True)
class EarlierPartner:
    """A firm of one of the lead's own earlier offers, under the name it bore there last."""

    name: str
    email: str = ""
    phone: str = ""
    contact: str = ""
    colour: str = ""
    asked: str = ""


def earlier_partners(lead: Firm) -> tuple[EarlierPartner, ...]:
    """Everybody this lead has had in its own offers and groups, the most recent first, each once.

    Nothing is told of a firm that the lead has not typed itself or been told by it in an offer of its own.
    """
    parts = (
        Part.objects.filter(bid__lead=lead)
        .exclude(role=Role.LEAD.value)
        .exclude(firm=lead)
        .order_by("-bid__changed_at", "-pk")[:MOST_REMEMBERED]
    )
    invitations = latest_invitations(parts)
    known: dict[int, EarlierPartner] = {}
    for part in parts:
        if part.firm_id not in known:
            known[part.firm_id] = _partner(part, invitations.get(part.pk))
    members = GroupMember.objects.filter(group__made_by=lead).exclude(firm=lead).select_related("firm").order_by("pk")
    for member in members:
        if member.firm_id not in known:
            known[member.firm_id] = EarlierPartner(
                name=member.firm.name, email=member.email, phone=member.phone, contact=member.name
            )
    return tuple(known.values())


def latest_invitations(parts: Iterable[Part]) -> dict[int, Invitation]:
    """The newest invitation of each part by the part's key, whether it stands or was taken back."""
    asked = Invitation.objects.filter(part__in=list(parts)).order_by("asked_at", "pk")
    return {invitation.part_id: invitation for invitation in asked}


def firm_asked_before(lead: Firm, *, email: str, name: str) -> Firm | None:
    """The row that stands for whom this lead has asked before at this address, or, without one, under this name.

    Only the lead's own offers and groups are looked at, so that nobody learns who else is known. A firm with people
    that an offer names by its number, and that nobody has asked, does not count: anybody can have typed that first.
    """
    parts = Part.objects.filter(bid__lead=lead).exclude(role=Role.LEAD.value).exclude(firm=lead)
    parts = parts.exclude(state=PartState.LISTED.value, firm__memberships__isnull=False)
    if email:
        said = Q(invitations__email__iexact=email) | Q(card__contact__email__iexact=email)
    else:
        said = Q(firm__business_id__isnull=True, card__name=name)
    part = parts.filter(said).select_related("firm").order_by("-pk").first()
    if part is not None:
        return part.firm
    members = GroupMember.objects.filter(group__made_by=lead).exclude(firm=lead).select_related("firm")
    member = members.filter(Q(email__iexact=email) if email else Q(firm__name=name)).order_by("-pk").first()
    return member.firm if member else None


def last_part_with(lead: Firm, firm: Firm, *, before: datetime) -> Part | None:
    """The firm's share in the latest of the lead's own offers it was in."""
    parts = Part.objects.filter(bid__lead=lead, firm=firm, bid__created_at__lte=before)
    return parts.order_by("-bid__created_at", "-pk").first()


def _partner(part: Part, invitation: Invitation | None) -> EarlierPartner:
    card = card_from_json(part.card)
    contact = card.contact
    said_email = contact.email if contact else ""
    said_phone = contact.phone if contact else ""
    said_name = contact.name if contact else ""
    return EarlierPartner(
        name=card.name,
        email=(invitation.email if invitation else "") or said_email,
        phone=(invitation.phone if invitation else "") or said_phone,
        contact=(invitation.name if invitation else "") or (said_name if said_name != card.name else ""),
        colour=card.colour,
        asked=part.asked or part.summary,
    )
