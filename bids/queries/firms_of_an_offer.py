"""Which firm rows the cards of an offer stand for."""

from bids.content import FirmCard
from bids.models import Bid
from kernel.actor import Actor
from members.models import Firm


def lead_already_known(card: FirmCard, *, by: Actor) -> Firm | None:
    """The lead's row: by its Business ID, or, without one, the actor's own firm of that name."""
    if card.business_id:
        return Firm.objects.filter(business_id=card.business_id).first()
    if by.firm_id is None:
        return None
    return Firm.objects.filter(pk=by.firm_id, business_id__isnull=True, name=card.name).first()


def partner_firm(card: FirmCard, *, bid: Bid) -> Firm:
    """A partner's row: by its Business ID, or one this lead has already worked with under the same name, or a new one.

    A row that exists is left as it is: the card in the offer is a copy, and only a firm changes its own.
    """
    if card.business_id:
        known = Firm.objects.filter(business_id=card.business_id).first()
    else:
        namesakes = Firm.objects.filter(business_id__isnull=True, name=card.name, parts__bid__lead=bid.lead)
        known = namesakes.exclude(parts__bid=bid).exclude(pk=bid.lead_id).first()
    return known or new_firm(card)


def new_firm(card: FirmCard) -> Firm:
    """A new row, saved, that says what the card says."""
    through = card.invoiced_through
    return Firm.objects.create(
        name=card.name,
        business_id=card.business_id,
        legal_form=card.legal_form,
        municipality=card.municipality,
        staff=card.staff,
        vat_liable=card.vat_liable,
        service_company_name=through.name if through else "",
        service_company_business_id=through.business_id if through else "",
        service_company_vat_liable=through.vat_liable if through else True,
        fields=list(card.fields),
        skills=list(card.skills),
        colour=card.colour,
    )
