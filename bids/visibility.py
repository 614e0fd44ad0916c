"""Who sees which price: whose eyes read an offer, and what is left of it for them before anything is reckoned or shown.

`seen` takes the figures that these eyes may not read out of the offer first. What is made from its answer cannot give
them away, by whatever road: they are not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from bids.choosing import ChoiceRefused, counted_lines
from bids.content import CLIENT, NOTHING_CHOSEN, Adjustment, Choice, JointOffer, Line, OfferPart
from bids.pricing import totals
from bids.sums import (
    Invoice,
    LeadKeeps,
    OtherInvoicing,
    PartTotals,
    Sum,
    Totals,
    VatGroup,
    group_as_json,
    invoice_as_json,
    lead_keeps_as_json,
    other_as_json,
    plain,
)
from bids.vocabulary import Invoicing, Liability, PriceBasis, PriceVisibility


def mode_in_force(chosen: PriceVisibility, liability: Liability) -> PriceVisibility:
    """The mode that holds where this one was chosen: nobody answers for a whole whose sum they do not know."""
    if chosen is PriceVisibility.OWN and liability is Liability.JOINT:
        return PriceVisibility.OWN_AND_TOTAL
    return chosen


class Reader(StrEnum):
    """Whose eyes they are."""

    SYSTEM = "system"
    LEAD = "lead"
    FIRM = "firm"
    CLIENT = "client"
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Eyes:
    """Whose eyes read one offer. `key` is the part of their own firm, empty where they have none.

    `mode` is the one in force for this offer. `own_costs` says whether they may read what rows cost their own firm.
    What somebody has typed and not yet saved is that writer's alone, whatever their firm.
    """

    reader: Reader = Reader.NOBODY
    key: str = ""
    mode: PriceVisibility = PriceVisibility.OWN
    own_costs: bool = False

    @property
    def sees_every_price(self) -> bool:
        """Whether no client-facing price is hidden, so that these eyes read what the client is to read."""
        if self.reader is Reader.FIRM:
            return self.mode is PriceVisibility.ALL
        return self.reader in {Reader.SYSTEM, Reader.LEAD, Reader.CLIENT}

    @property
    def sees_totals(self) -> bool:
        """Whether the offer's sums are theirs to read: what it comes to without VAT, the VAT, and with VAT."""
        return self.sees_every_price or (self.reader is Reader.FIRM and self.mode is PriceVisibility.OWN_AND_TOTAL)

    def sees_price_of(self, key: str) -> bool:
        """Whether quantities, prices and sums of this firm's part are theirs to read."""
        return self.sees_every_price or self._is_own(key)

    def sees_settlement_of(self, key: str) -> bool:
        """Whether they may read what this firm invoices, from whom, and its share of fee and discount."""
        return self.sees_every_price or self._is_own(key)

    def sees_costs_of(self, key: str) -> bool:
        """Whether they may read what this firm's rows cost it: nobody's but their own."""
        return self.own_costs and self._is_own(key)

    @property
    def sees_lead_notes(self) -> bool:
        """Whether they read what only the lead is shown: the other way of invoicing, what stays with it."""
        return self.reader in {Reader.SYSTEM, Reader.LEAD}

    @property
    def sees_clients_document(self) -> bool:
        """Whether the very document the client gets may be theirs."""
        return self.sees_every_price

    @property
    def sees_client_contact(self) -> bool:
        """Whether they may read whom to talk to at the client's."""
        return self.reader is not Reader.NOBODY

    def _is_own(self, key: str) -> bool:
        return self.reader in {Reader.LEAD, Reader.FIRM} and key != "" and key == self.key


CLIENTS_EYES = Eyes(reader=Reader.CLIENT)
"""Whoever reads the client's document; also whoever has the whole package in their own hands."""
SYSTEMS_EYES = Eyes(reader=Reader.SYSTEM)


@dataclass(frozen=True, kw_only=True)
class SeenPart:
    """One firm's share; None is what these eyes do not read, or what is no firm's own when the lead sells everything.

    `net` is None too where a discount falls on the firm by the others' prices, in a choice that is not the offer's own.
    """

    firm: str
    lines_net: Decimal
    discount: Decimal | None
    fee_share: Decimal | None
    net: Decimal | None
    vat: Decimal | None
    gross: Decimal | None


@dataclass(frozen=True, kw_only=True)
class SeenInstalment:
    """One step of the payment plan: in all, and on each invoice these eyes read."""

    name: str
    percent: Decimal
    gross: Decimal | None
    by_seller: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class SeenTotals:
    """The sums of an offer for one choice, as far as the eyes reach. None is what they do not read."""

    invoicing: Invoicing
    counted: tuple[str, ...]
    lines_net: Decimal | None = None
    fee: Decimal | None = None
    discount: Decimal | None = None
    total: Sum | None = None
    vat_groups: tuple[VatGroup, ...] = ()
    parts: tuple[SeenPart, ...] = ()
    settlement: tuple[Invoice, ...] = ()
    lead_keeps: LeadKeeps | None = None
    instalments: tuple[SeenInstalment, ...] = ()
    caps_reached: Sum | None = None
    ceiling_gross: Decimal | None = None
    other_invoicing: OtherInvoicing
    warnings: tuple[str, ...] = ()

    def part_of(self, key: str) -> SeenPart | None:
        """The share of a firm, where it is seen."""
        return next((part for part in self.parts if part.firm == key), None)

    def invoice_of(self, key: str) -> Invoice | None:
        """What a firm invoices, where it is seen."""
        return next((invoice for invoice in self.settlement if invoice.seller == key), None)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """An offer for one choice with what its reader may not see taken out.

    In `offer` the rows of others are all alike: one lump for one euro. `shape` are the sums of that offer: which rows
    count, who invoices, in which order. `sums` are the true sums, as far as the eyes reach.
    """

    eyes: Eyes
    offer: JointOffer
    choice: Choice
    shape: Totals
    sums: SeenTotals


def seen(offer: JointOffer, eyes: Eyes, choice: Choice = NOTHING_CHOSEN, *, invoicing: Invoicing | None = None) -> Seen:
    """What these eyes see of the offer for a choice, invoiced as it says or as asked.

    Raises `pricing.ChoiceRefused` for a choice that cannot be priced; for eyes that do not see every price, whether it
    can does not depend on what is hidden from them.
    """
    if eyes.sees_every_price:
        sums = totals(offer, choice, invoicing=invoicing)
        return Seen(eyes=eyes, offer=offer, choice=choice, shape=sums, sums=_whole(sums, eyes))
    left = without_hidden(offer, eyes)
    shape = replace(totals(left, choice, invoicing=invoicing), ceiling_gross=None)
    sums_seen = _own(offer, eyes, shape)
    return Seen(eyes=eyes, offer=left, choice=choice, shape=shape, sums=sums_seen)


def without_hidden(offer: JointOffer, eyes: Eyes) -> JointOffer:
    """The offer with every figure these eyes may not read taken out; nothing in its place depends on what was there."""
    if eyes.sees_every_price:
        return offer
    fee = offer.coordination_fee
    return replace(
        offer,
        parts=tuple(part if eyes.sees_price_of(part.key) else _without_figures(part) for part in offer.parts),
        discount=None,
        coordination_fee=None if fee is None else Adjustment(name="", amount=_A_EURO),
    )


_A_EURO = Decimal("1.00")


def _without_figures(part: OfferPart) -> OfferPart:
    return replace(part, lines=tuple(map(_without_figure, part.lines)))


def _without_figure(line: Line) -> Line:
    return replace(
        line,
        quantity=Decimal(1),
        unit=Line.unit,
        unit_price=_A_EURO,
        price_basis=PriceBasis.NET,
        discount_percent=Decimal(0),
        cap_quantity=None,
    )


def _whole(sums: Totals, eyes: Eyes) -> SeenTotals:
    """The sums for eyes from which no client-facing price is hidden; what the lead keeps is the firms' own matter."""
    is_client = eyes.reader is Reader.CLIENT
    return SeenTotals(
        invoicing=sums.invoicing,
        counted=sums.counted,
        lines_net=sums.lines_net,
        fee=sums.fee,
        discount=sums.discount,
        total=Sum(net=sums.net, vat=sums.vat, gross=sums.gross),
        vat_groups=sums.vat_groups,
        parts=tuple(map(_part, sums.parts)),
        settlement=tuple(one for one in sums.settlement if one.buyer == CLIENT or not is_client),
        lead_keeps=None if is_client else sums.lead_keeps,
        instalments=tuple(
            SeenInstalment(name=one.name, percent=one.percent, gross=one.gross, by_seller=one.by_seller)
            for one in sums.instalments
        ),
        caps_reached=sums.caps_reached,
        ceiling_gross=sums.ceiling_gross,
        other_invoicing=_nothing_of(sums.other_invoicing) if is_client else sums.other_invoicing,
        warnings=sums.warnings,
    )


def _part(sums: PartTotals) -> SeenPart:
    return SeenPart(
        firm=sums.firm,
        lines_net=sums.lines_net,
        discount=sums.discount,
        fee_share=sums.fee_share,
        net=sums.net,
        vat=sums.vat,
        gross=sums.gross,
    )


def _own(offer: JointOffer, eyes: Eyes, shape: Totals) -> SeenTotals:
    """The sums for eyes that read their own firm's part and at most the offer's total.

    The total, and one's share of a discount, are told of the offer's own choice and invoicing alone: by asking for
    others one could subtract one from another and learn what a single row of another firm costs.
    """
    is_as_offered = shape.invoicing == offer.invoicing and _counts_as_offered(offer, shape)
    true = _true(offer) if is_as_offered and (eyes.sees_totals or offer.discount is not None) else None
    own_sums = shape if offer.discount is None else true
    seen_by_key = [one for one in (own_sums or shape).parts if eyes.sees_settlement_of(one.firm)]
    parts = tuple(
        replace(_part(one), fee_share=None)
        if own_sums is not None
        else SeenPart(
            firm=one.firm, lines_net=one.lines_net, discount=None, fee_share=None, net=None, vat=None, gross=None
        )
        for one in seen_by_key
    )
    own = () if own_sums is None or _holds_more_than_its_part(offer, eyes, shape) else own_sums.settlement
    settlement = tuple(one for one in own if eyes.sees_settlement_of(one.seller))
    sellers = {one.seller for one in settlement if one.buyer == CLIENT}
    plan = (own_sums or shape).instalments
    return SeenTotals(
        invoicing=shape.invoicing,
        counted=shape.counted,
        total=Sum(net=true.net, vat=true.vat, gross=true.gross) if true is not None and eyes.sees_totals else None,
        vat_groups=tuple(group for one in settlement if one.buyer == CLIENT for group in one.vat_groups),
        parts=parts,
        settlement=settlement,
        instalments=tuple(
            SeenInstalment(
                name=one.name,
                percent=one.percent,
                gross=None,
                by_seller={seller: gross for seller, gross in one.by_seller.items() if seller in sellers},
            )
            for one in plan
        ),
        other_invoicing=_nothing_of(shape.other_invoicing),
        warnings=shape.warnings,
    )


def _counts_as_offered(offer: JointOffer, shape: Totals) -> bool:
    try:
        return tuple(line.code for line in counted_lines(offer, NOTHING_CHOSEN)) == shape.counted
    except ChoiceRefused:
        return False


def _true(offer: JointOffer) -> Totals | None:
    """The offer's own sums; None while it has none, because its discount is above what it comes to."""
    try:
        return totals(offer)
    except ChoiceRefused:
        return None


def _holds_more_than_its_part(offer: JointOffer, eyes: Eyes, shape: Totals) -> bool:
    """Whether the invoice of the reader's firm holds more than its own part: that of a lead who sells on, or a fee."""
    is_leads = eyes.key == offer.lead.key
    return is_leads and (shape.invoicing == Invoicing.LEAD or offer.coordination_fee is not None)


def _nothing_of(other: OtherInvoicing) -> OtherInvoicing:
    return OtherInvoicing(invoicing=other.invoicing, net=None, vat=None, gross=None, why=other.why)


def seen_totals_as_json(sums: SeenTotals) -> dict[str, Any]:
    """What is seen of the totals in the JSON of `docs/bid-package.md`: null is what these eyes do not read."""
    return {
        "lines_net": _text(sums.lines_net),
        "fee": _text(sums.fee),
        "discount": _text(sums.discount),
        **_sum_as_json(sums.total),
        "vat_groups": [{"seller": group.seller, **group_as_json(group)} for group in sums.vat_groups],
        "parts": [
            {
                "firm": part.firm,
                "lines_net": _text(part.lines_net),
                "discount": _text(part.discount),
                "fee_share": _text(part.fee_share),
                "net": _text(part.net),
                "vat": _text(part.vat),
                "gross": _text(part.gross),
            }
            for part in sums.parts
        ],
        "settlement": [invoice_as_json(invoice) for invoice in sums.settlement],
        "lead_keeps": lead_keeps_as_json(sums.lead_keeps) if sums.lead_keeps else None,
        "instalments": [
            {
                "name": step.name,
                "percent": plain(step.percent),
                "gross": _text(step.gross),
                "by_seller": {seller: _text(gross) for seller, gross in step.by_seller.items()},
            }
            for step in sums.instalments
        ],
        "caps_reached": _sum_as_json(sums.caps_reached),
        "ceiling_gross": _text(sums.ceiling_gross),
        "other_invoicing": other_as_json(sums.other_invoicing),
        "warnings": list(sums.warnings),
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _sum_as_json(amounts: Sum | None) -> dict[str, str | None]:
    if amounts is None:
        return {"net": None, "vat": None, "gross": None}
    return {"net": _text(amounts.net), "vat": _text(amounts.vat), "gross": _text(amounts.gross)}
