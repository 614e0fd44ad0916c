"""Which person a firm's letter goes to."""

from dataclasses import replace

from django.db.models import QuerySet

from bids.models import Approval, Bid, Invitation, Part
from bids.permissions import READS_EVERY_PRICE_OF_OWN_OFFERS
from bids.queries.oks import MAY_GIVE_OKS
from bids.steps.letters import Recipient
from bids.vocabulary import Role
from members.models import Firm, Membership, Person


def recipient_of(part: Part) -> Recipient | None:
    """Who hears what concerns a firm in an offer; None for a firm that only a phone or a copied link reaches.

    The person who last gave the firm's OK, as long as they may; else whoever was asked; else the firm's oldest member
    who gives its OK. The lead is shown only addresses that somebody was asked at for this part. For the lead's own part
    see `lead_recipient`.
    """
    if part.role == Role.LEAD.value:
        return lead_recipient(part.bid)
    found = _who_said_ok(part) or _who_was_asked(part) or _oldest_approver(part.firm, part.bid.language)
    if found is None or Invitation.objects.filter(part=part, email__iexact=found.email).exists():
        return found
    return replace(found, is_named=False)


def lead_recipient(bid: Bid) -> Recipient | None:
    """Who hears for the lead: the person who asked the firms last, else its oldest member who gives its OK."""
    return _who_asked_last(bid, Membership.objects.filter(firm=bid.lead))


def copy_recipient_of(part: Part) -> Recipient | None:
    """Who gets the firm's own copy of what was agreed; the lead's, which has every price, some reader of all."""
    if part.role != Role.LEAD.value:
        return recipient_of(part)
    return _who_asked_last(part.bid, Membership.objects.filter(READS_EVERY_PRICE_OF_OWN_OFFERS, firm=part.bid.lead))


def _who_asked_last(bid: Bid, places: QuerySet[Membership]) -> Recipient | None:
    asked = Invitation.objects.filter(bid=bid, asked_by__isnull=False).select_related("asked_by")
    for invitation in asked.order_by("-asked_at", "-pk"):
        person = invitation.asked_by
        if person and places.filter(person=person).exists():
            return _to(person, bid.language)
    return _oldest_approver(bid.lead, bid.language)


def _who_said_ok(part: Part) -> Recipient | None:
    given = Approval.objects.filter(part=part, person__isnull=False).select_related("person")
    last = given.order_by("-given_at", "-pk").first()
    if last is None or last.person is None:
        return None
    may = Membership.objects.filter(MAY_GIVE_OKS, person=last.person, firm=part.firm).exists()
    return _to(last.person, part.bid.language) if may else None


def _who_was_asked(part: Part) -> Recipient | None:
    asked = Invitation.objects.standing().filter(part=part).exclude(email="").first()
    return Recipient(name=asked.name, email=asked.email, language=asked.language) if asked else None


def _oldest_approver(firm: Firm, language: str) -> Recipient | None:
    place = Membership.objects.filter(MAY_GIVE_OKS, firm=firm).select_related("person").order_by("pk").first()
    return _to(place.person, language) if place else None


def _to(person: Person, language: str) -> Recipient:
    return Recipient(name=person.name, email=person.email, language=person.language or language)
