"""The example offers that come with the program, as this week's offers and with one's own firm in the lead."""

from dataclasses import replace
from datetime import date
from typing import Final

from django.conf import settings

from bids.content import JointOffer, OfferPart, ServiceCompany
from bids.exports.bid_package import moved_by_weeks, read_package
from bids.vocabulary import Role
from members.models import Firm

EXAMPLES: Final = ("daycare", "tourism")


def example_offer(name: str, *, lead: Firm | None, today: date) -> JointOffer | None:
    """One of the examples, its dates moved to this week; led by the given firm. None for an unknown name."""
    if name not in EXAMPLES:
        return None
    offer = read_package((settings.BASE_DIR / "examples" / f"{name}.json").read_bytes())
    moved = moved_by_weeks(offer, (today - offer.issued_on).days // 7)
    return moved if lead is None else _led_by(moved, lead)


def _led_by(offer: JointOffer, firm: Firm) -> JointOffer:
    """The offer with the firm in the lead; where it is one of the example's partners, the two change places."""
    return replace(offer, parts=tuple(_part_when_led_by(firm, part, offer) for part in offer.parts))


def _part_when_led_by(firm: Firm, part: OfferPart, offer: JointOffer) -> OfferPart:
    if part.role == Role.LEAD:
        return _with_firm(part, firm)
    is_the_same = firm.business_id is not None and part.firm.business_id == firm.business_id
    return replace(part, firm=offer.lead.firm) if is_the_same else part


def _with_firm(part: OfferPart, firm: Firm) -> OfferPart:
    """The part with the name, numbers and VAT status of the firm; the contact and the colour stay the example's."""
    through = (
        ServiceCompany(
            name=firm.service_company_name,
            business_id=firm.service_company_business_id,
            vat_liable=firm.service_company_vat_liable,
        )
        if firm.service_company_business_id
        else None
    )
    card = replace(
        part.firm,
        name=firm.name,
        business_id=firm.business_id,
        legal_form=firm.legal_form,
        municipality=firm.municipality,
        staff=firm.staff,
        vat_liable=firm.vat_liable,
        invoiced_through=through,
        colour=firm.colour or part.firm.colour,
    )
    return replace(part, firm=card)
