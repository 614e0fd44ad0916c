"""Which firm rows the cards of an offer stand for."""

from collections.abc import Iterable
from typing import Any

from bids.content import FirmCard
from bids.models import Bid
from kernel.actor import Actor
from members.models import Firm


def make_known(cards: Iterable[FirmCard]) -> frozenset[str]:
    """A row for every Business ID on these cards; those are returned that nobody had named before.

    They are made in the order of the IDs, before any firm is locked: two offers that name the same new firms at once
    then wait for one another in turn, never in a circle, and the second finds the rows of the first.
    """
    named = {card.business_id: card for card in cards if card.business_id}
    known = set(Firm.objects.filter(business_id__in=named).values_list("business_id", flat=True))
    missing = [Firm(business_id=each, **_said_by(named[each])) for each in sorted(named.keys() - known)]
    if not missing:
        return frozenset()
    Firm.objects.bulk_create(missing, ignore_conflicts=True)
    made = Firm.objects.filter(public_id__in=[firm.public_id for firm in missing])
    return frozenset(each for each in made.values_list("business_id", flat=True) if each)


def lead_already_known(card: FirmCard, *, by: Actor) -> Firm | None:
    """The lead's row: by its Business ID, or, without one, the actor's own firm of that name.

    Until the transaction ends nobody else changes the row, takes a number of the firm or becomes its owner. Offers
    that only name the firm do not wait: they read its key, which the lock leaves alone.
    """
    firms = Firm.objects.select_for_update(no_key=True)
    if card.business_id:
        numbered = firms.filter(business_id=card.business_id)
        # Who has waited for somebody to become the owner finds that the row it waited for bears the number no more.
        return numbered.first() or numbered.first()
    if by.firm_id is None:
        return None
    return firms.filter(pk=by.firm_id, business_id__isnull=True, name=card.name).first()


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
    return Firm.objects.create(business_id=card.business_id, **_said_by(card))


def _said_by(card: FirmCard) -> dict[str, Any]:
    """The columns of a firm, but its Business ID, as its card says them."""
    through = card.invoiced_through
    return {
        "name": card.name,
        "legal_form": card.legal_form,
        "municipality": card.municipality,
        "staff": card.staff,
        "vat_liable": card.vat_liable,
        "service_company_name": through.name if through else "",
        "service_company_business_id": through.business_id if through else "",
        "service_company_vat_liable": through.vat_liable if through else True,
        "fields": list(card.fields),
        "skills": list(card.skills),
        "colour": card.colour,
    }
