"""What the lead, and nobody else, is shown beside an offer: the other way of invoicing and who pays whom."""

from dataclasses import dataclass

from bids import formats
from bids.content import CLIENT, NOTHING_CHOSEN, Choice, JointOffer
from bids.pricing import totals
from bids.sheets import amounts
from bids.sheets.shape import Money, Sums
from bids.vocabulary import Language


@dataclass(frozen=True, kw_only=True)
class PartnerInvoice:
    """What one partner invoices the lead for when the lead sells everything."""

    firm: str
    sums: Sums


@dataclass(frozen=True, kw_only=True)
class LeadNotes:
    """The same choice sold the other way, and what stays with the lead.

    `other_totals` is None with `other_why` where the sum cannot be reckoned here. `difference` is what the client would
    pay more (or less) than now, with VAT.
    """

    other_invoicing: str
    other_totals: Sums | None
    other_why: str
    difference: Money | None
    difference_is_more: bool
    partner_invoices: tuple[PartnerInvoice, ...]
    keeps: Money
    fee: Money | None
    percent_of_fee: str


def lead_notes(offer: JointOffer, choice: Choice = NOTHING_CHOSEN, *, language: Language | None = None) -> LeadNotes:
    """The lead's own notes for a choice. Raises `pricing.ChoiceRefused` for a choice that cannot be priced."""
    language = language or offer.language
    now = totals(offer, choice)
    other = now.other_invoicing
    other_totals = None
    if other.net is not None and other.vat is not None and other.gross is not None:
        other_totals = amounts.sums(other.net, other.vat, other.gross, language)
    difference = other.gross - now.gross if other.gross is not None else None
    fee = offer.coordination_fee
    return LeadNotes(
        other_invoicing=other.invoicing.value,
        other_totals=other_totals,
        other_why=other.why or "",
        difference=None if difference is None else amounts.signed(difference, language),
        difference_is_more=difference is not None and difference > 0,
        partner_invoices=tuple(
            PartnerInvoice(firm=one.seller, sums=amounts.sums(one.net, one.vat, one.gross, language))
            for one in now.settlement
            if one.buyer != CLIENT
        ),
        keeps=amounts.money(now.lead_keeps.net, language),
        fee=amounts.money(now.fee, language) if now.fee else None,
        percent_of_fee=formats.percent(fee.percent, language) if fee and fee.percent is not None else "",
    )
