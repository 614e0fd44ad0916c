"""Bring a whole offer in from a package."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.bid_package import package_bytes
from bids.models import Bid
from bids.permissions import is_system, may_import_for
from bids.queries.asked_before import IMPORTED, KeyUsed, asked_before
from bids.queries.firms_of_an_offer import lead_already_known, make_known, new_firm
from bids.queries.numbers import next_number
from bids.queries.rows_of import write_offer
from bids.steps.settling import settle
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal
from members.models import Firm, Membership, Person
from members.steps.taking_over import row_to_own
from members.vocabulary import MembershipRole


class NumberTaken(Refusal):
    """The lead firm already has an offer of this number."""

    sentence = _("You already have offer %(number)s. Open it, or bring this one in under a new number.")
    code = "number-taken"

    def __init__(self, *, number: str, bid: UUID) -> None:
        super().__init__(params={"number": number, "bid": str(bid)})


class LedByAnother(Refusal):
    """The package is led by a firm the person does not act for."""

    sentence = _("This offer is led by %(lead)s. Only its own people bring it in: ask the firm's owner to add you.")
    code = "led-by-another"

    def __init__(self, *, lead: str) -> None:
        super().__init__(params={"lead": lead})


@action
def import_bid(
    *, offer: JointOffer, by: Actor, now: datetime, new_number: bool = False, public_id: UUID | None = None
) -> Bid:
    """Make rows of a whole offer, all of them or none.

    A person brings in offers their own firm leads; whoever has no firm yet becomes the owner of the lead firm unless
    somebody owns it already, but not of what others have asked of that firm before (`row_to_own`). A number the lead
    firm has used is refused (`NumberTaken`), or replaced by the next free one with `new_number`. Asking twice is
    therefore refused, and nothing is doubled.

    With a `public_id` of the asker's choice, asking twice for the same content gives the bid that is there already;
    for anything else that id is refused (`KeyUsed`).
    """
    content = sha256(package_bytes(offer)).hexdigest()
    if public_id is not None and (known := asked_before(public_id)) is not None:
        if known.content != content or not _may_have_asked(by, known.bid):
            raise KeyUsed
        return known.bid
    by = _acting_for_what_they_founded(by)
    lead = _lead_firm(offer, by=by, now=now)
    standing = Bid.objects.filter(lead=lead, number=offer.number).first()
    if standing and not new_number:
        raise NumberTaken(number=offer.number, bid=standing.public_id)
    number = next_number(lead, offer.issued_on.year) if standing else offer.number
    bid = write_offer(offer, lead=lead, number=number, now=now, public_id=public_id)
    facts = {"number": number, "lines": len(offer.lines), "firms": len(offer.parts), "content": content}
    audit.record(IMPORTED, on=bid, by=by, at=now, **facts)
    settle(bid, by=by, now=now)
    return bid


def _may_have_asked(by: Actor, bid: Bid) -> bool:
    """Whether the actor is one of the lead's people now, also if the first asking is what made them so."""
    if is_system(by):
        return True
    acts_for_lead = by.firm_id in {None, bid.lead_id}
    return acts_for_lead and by.id is not None and Membership.objects.filter(person_id=by.id, firm=bid.lead).exists()


def _acting_for_what_they_founded(by: Actor) -> Actor:
    """The actor; one without a firm acts for the one that another request of theirs has given them in the meantime.

    Until the transaction ends, a person without a firm brings in nothing else.
    """
    if by.id is None or by.firm_id is not None:
        return by
    person = Person.objects.select_for_update(no_key=True).get(pk=by.id)
    membership = Membership.objects.of(person).first()
    return replace(by, firm_id=membership.firm_id, firm_public_id=membership.firm.public_id) if membership else by


def _lead_firm(offer: JointOffer, *, by: Actor, now: datetime) -> Firm:
    card = offer.lead.firm
    made = make_known(part.firm for part in offer.parts)
    lead = lead_already_known(card, by=by)
    is_theirs = lead is not None and may_import_for(by, lead)
    may_found = is_system(by) or (by.firm_id is None and not (lead is not None and lead.memberships.exists()))
    if not is_theirs and not may_found:
        raise LedByAnother(lead=card.name)
    is_new = lead is None or card.business_id in made
    if lead is not None and by.id is not None and not is_theirs and not is_new:
        lead, is_new = row_to_own(lead), True
    lead = lead or new_firm(card)
    if is_new:
        audit.record("firm.created", on=lead, by=by, at=now, business_id=card.business_id)
    if by.id is not None and not is_theirs:
        Membership.objects.create(
            person_id=by.id, firm=lead, role=MembershipRole.OWNER.value, may_approve=True, since_at=now
        )
        audit.record("membership.created", on=lead, by=by, at=now, role=MembershipRole.OWNER.value)
    return lead
