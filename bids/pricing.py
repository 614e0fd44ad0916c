"""What a joint offer costs: every sum of it, for any choice of the client, to the cent.

All amounts are euros with two decimals, rounded half up (R1-R8 in `docs/sums.md`): a line's net once, VAT once for each
seller, category and rate, shares by largest remainder. The order of firms, lines and choices never matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from bids import vat
from bids.choosing import ChoiceFault, ChoiceRefused, can_be_chosen, choice_of, counted_lines
from bids.content import (
    CLIENT,
    NOTHING_CHOSEN,
    Adjustment,
    Choice,
    Instalment,
    JointOffer,
    Line,
    OfferPart,
    VatOfSupply,
)
from bids.sums import (
    InstalmentTotals,
    Invoice,
    LeadKeeps,
    OtherInvoicing,
    PartTotals,
    PricedLine,
    Sum,
    Totals,
    VatGroup,
    plain,
    totals_as_json,
)
from bids.vocabulary import Invoicing, LinePricing, PriceBasis, Role, Supply, VatCategory
from kernel.money import ZERO, exact, round_half_up, share_by_largest_remainder

__all__ = [
    "DISCOUNT_ABOVE_LINES_NET",
    "FEE_WITHOUT_DELIVERY",
    "TRAVEL_MARGIN_SCHEME",
    "ChoiceFault",
    "ChoiceRefused",
    "InstalmentTotals",
    "Invoice",
    "LeadKeeps",
    "OtherInvoicing",
    "PartTotals",
    "PricedLine",
    "Sum",
    "Totals",
    "VatGroup",
    "can_be_chosen",
    "choice_of",
    "counted_lines",
    "least_lines_net",
    "plain",
    "priced_line",
    "priced_lines",
    "totals",
    "totals_as_json",
]

DISCOUNT_ABOVE_LINES_NET = "discount_above_lines_net"
FEE_WITHOUT_DELIVERY = "fee_without_delivery"
TRAVEL_MARGIN_SCHEME = "travel_margin_scheme"
"""The lead would sell others' travel services in its own name: VAT follows AVL 80 §, which is not computed here."""

TRAVEL = frozenset({Supply.ACCOMMODATION, Supply.TRANSPORT, Supply.TRAVEL_OTHER})

_HUNDREDTH = Decimal("0.01")

# A VAT group inside one seller's sale, as it sorts when cents are tied: category, then rate (zero where there is none).
_Group = tuple[VatCategory, Decimal]


def totals(offer: JointOffer, choice: Choice = NOTHING_CHOSEN, *, invoicing: Invoicing | None = None) -> Totals:
    """Every sum of the offer for a choice, invoiced as the offer says or as asked.

    ChoiceRefused when the choice cannot be priced, the discount is above the lines net of the choice, or a fee has no
    delivery day to take its VAT rate from. `vat.NoRateKnown` when that day lies before the table of rates.
    """
    model = invoicing or offer.invoicing
    with exact():
        lines = counted_lines(offer, choice)
        shares = _shares(offer, lines)
        sale = _Sale(offer, shares, model)
        reached = sale if not _has_caps(lines) else _Sale(offer, _shares(offer, lines, at_caps=True), model)
        resells_travel = _resells_travel(shares)
        return Totals(
            invoicing=model,
            counted=tuple(line.code for line in lines),
            lines_net=sale.lines_net,
            fee=sale.fee,
            discount=sale.discount,
            net=sale.total.net,
            vat=sale.total.vat,
            gross=sale.total.gross,
            vat_groups=tuple(group for invoice in sale.client_invoices for group in invoice.vat_groups),
            parts=sale.part_totals(),
            settlement=sale.settlement,
            lead_keeps=sale.lead_keeps(),
            instalments=_instalments(offer.payment_plan, sale.client_invoices),
            caps_reached=reached.total,
            ceiling_gross=reached.total.gross if _has_ceiling(lines) else None,
            other_invoicing=_other_invoicing(offer, shares, model, resells_travel=resells_travel),
            warnings=(TRAVEL_MARGIN_SCHEME,) if resells_travel and model == Invoicing.LEAD else (),
        )


def priced_lines(offer: JointOffer, invoicing: Invoicing | None = None) -> dict[str, PricedLine]:
    """Every line of the offer by its code, priced as its seller sells it, whether or not it counts."""
    lead = offer.lead
    sells_all = (invoicing or offer.invoicing) == Invoicing.LEAD
    with exact():
        return {
            line.code: _priced(line, part, lead if sells_all else part) for part in offer.parts for line in part.lines
        }


def priced_line(offer: JointOffer, line: Line, invoicing: Invoicing | None = None) -> PricedLine:
    """One line priced as its seller sells it; for many lines `priced_lines` looks each up once."""
    part = offer.part_of(line.code)
    sells_all = (invoicing or offer.invoicing) == Invoicing.LEAD
    with exact():
        return _priced(line, part, offer.lead if sells_all else part)


def least_lines_net(offer: JointOffer) -> Decimal:
    """The smallest lines net that any choice can lead to; a discount in euros may not be above it."""
    with exact():
        nets = {
            line.code: line_net(line, charges_vat=part.firm.charges_vat) for part in offer.parts for line in part.lines
        }
        least = dict(nets)
        for line in offer.lines:
            if line.replaces is not None and line.replaces in least:
                least[line.replaces] = min(least[line.replaces], nets[line.code])
        groups: dict[str, Decimal] = {}
        for line in offer.lines:
            if line.group is not None:
                groups[line.group] = min(groups.get(line.group, least[line.code]), least[line.code])
        always = (least[line.code] for line in offer.lines if not can_be_chosen(line))
        return sum(always, ZERO) + sum(groups.values(), ZERO)


def line_net(line: Line, *, charges_vat: bool, quantity: Decimal | None = None) -> Decimal:
    """A line's sum without VAT (R3, R7), by the VAT status of the firm whose line it is, whoever sells it on."""
    typed = entered(line, quantity)
    rate = line.vat.rate if charges_vat and line.vat.category == VatCategory.STANDARD else None
    if line.price_basis == PriceBasis.NET or rate is None:
        return typed
    return typed - round_half_up(Fraction(typed * rate) / Fraction(100 + rate))


@dataclass(frozen=True, kw_only=True)
class _Share:
    """One firm's lines that count, with the net of each."""

    part: OfferPart
    lines: tuple[tuple[Line, Decimal], ...]
    lines_net: Decimal

    @property
    def key(self) -> str:
        return self.part.key

    @property
    def tie(self) -> tuple[str, str]:
        """What decides a tied cent: the Business ID, or the key of a firm that has none."""
        return (self.part.firm.business_id or self.part.key, self.part.key)

    def groups(self, discount: Decimal, *, charges_vat: bool) -> dict[_Group, Decimal]:
        """What is taxable by VAT group when a seller of this status sells it, less this part's discount share."""
        sums: dict[_Group, Decimal] = {}
        for line, net in self.lines:
            group = _group(vat.vat_as_sold(line.vat, charges_vat=charges_vat))
            sums[group] = sums.get(group, ZERO) + net
        reductions = share_by_largest_remainder(discount, sums) if discount else {}
        return {group: taxable - reductions.get(group, ZERO) for group, taxable in sums.items()}

    def reasons(self, *, charges_vat: bool) -> dict[_Group, set[str]]:
        """The legal reasons by VAT group as sold by a seller of this status."""
        reasons: dict[_Group, set[str]] = {}
        for line, _ in self.lines:
            supply = vat.vat_as_sold(line.vat, charges_vat=charges_vat)
            reasons.setdefault(_group(supply), set()).update({supply.reason} - {""})
        return reasons


class _Sale:
    """The lines that count, sold one way: who invoices whom for how much. Read-only once made."""

    def __init__(self, offer: JointOffer, shares: tuple[_Share, ...], invoicing: Invoicing) -> None:
        self._shares = shares
        self._invoicing = invoicing
        self._lead = next(share for share in shares if share.part.role == Role.LEAD)
        self.lines_net = sum((share.lines_net for share in shares), ZERO)
        partners = [share for share in shares if share is not self._lead]
        self.fee = _adjusted(offer.coordination_fee, sum((share.lines_net for share in partners), ZERO))
        self.discount = _adjusted(offer.discount, self.lines_net)
        if self.discount > self.lines_net:
            params = {"discount": f"{self.discount:f}", "lines_net": f"{self.lines_net:f}"}
            raise ChoiceRefused([ChoiceFault(code=DISCOUNT_ABOVE_LINES_NET, params=params)])
        self._discounts = _shared(self.discount, shares)
        self._fee_shares = _shared(self.fee if partners else ZERO, partners)
        self._fee_vat = _fee_vat(offer, self._lead) if self.fee else None
        self.settlement = tuple(invoice for invoice in map(self._invoice, shares) if invoice.gross)
        self.client_invoices = tuple(invoice for invoice in self.settlement if invoice.buyer == CLIENT)
        self.total = Sum(
            net=sum((invoice.net for invoice in self.client_invoices), ZERO),
            vat=sum((invoice.vat for invoice in self.client_invoices), ZERO),
            gross=sum((invoice.gross for invoice in self.client_invoices), ZERO),
        )

    def part_totals(self) -> tuple[PartTotals, ...]:
        return tuple(map(self._part_totals, self._shares))

    def lead_keeps(self) -> LeadKeeps:
        part, discount = self._lead.lines_net, self._discounts[self._lead.key]
        return LeadKeeps(part=part, fee=self.fee, discount=discount, net=part + self.fee - discount)

    def _invoice(self, share: _Share) -> Invoice:
        is_lead = share is self._lead
        sells_all = is_lead and self._invoicing == Invoicing.LEAD
        groups = self._vat_groups(share, self._shares if sells_all else (share,), self._fee_vat if is_lead else None)
        net = sum((group.taxable for group in groups), ZERO)
        tax = sum((group.vat for group in groups), ZERO)
        buyer = CLIENT if is_lead or self._invoicing == Invoicing.EACH else self._lead.key
        return Invoice(seller=share.key, buyer=buyer, net=net, vat=tax, gross=net + tax, vat_groups=groups)

    def _part_totals(self, share: _Share) -> PartTotals:
        net = share.lines_net - self._discounts[share.key]
        tax = None
        if self._invoicing == Invoicing.EACH:
            tax = sum((group.vat for group in self._vat_groups(share, (share,), None)), ZERO)
        return PartTotals(
            firm=share.key,
            lines_net=share.lines_net,
            discount=self._discounts[share.key],
            fee_share=self._fee_shares.get(share.key, ZERO),
            net=net,
            vat=tax,
            gross=None if tax is None else net + tax,
        )

    def _vat_groups(self, seller: _Share, sold: Iterable[_Share], fee_vat: VatOfSupply | None) -> tuple[VatGroup, ...]:
        """The VAT groups of one invoice, by category, then the highest rate first; VAT is taken of each group's sum."""
        charges_vat = seller.part.firm.charges_vat
        taxable: dict[_Group, Decimal] = {}
        reasons: dict[_Group, set[str]] = {}
        for share in sold:
            for group, amount in share.groups(self._discounts[share.key], charges_vat=charges_vat).items():
                taxable[group] = taxable.get(group, ZERO) + amount
            for group, said in share.reasons(charges_vat=charges_vat).items():
                reasons.setdefault(group, set()).update(said)
        if fee_vat is not None:
            group = _group(fee_vat)
            taxable[group] = taxable.get(group, ZERO) + self.fee
            reasons.setdefault(group, set()).update({fee_vat.reason} - {""})
        return tuple(
            VatGroup(
                seller=seller.key,
                category=category,
                rate=rate if category in (VatCategory.STANDARD, VatCategory.ZERO) else None,
                taxable=taxable[category, rate],
                vat=round_half_up(taxable[category, rate] * rate * _HUNDREDTH),
                reasons=tuple(sorted(reasons[category, rate])),
            )
            for category, rate in sorted(taxable, key=lambda group: (group[0], -group[1]))
        )


def _shares(offer: JointOffer, counted: Iterable[Line], *, at_caps: bool = False) -> tuple[_Share, ...]:
    codes = {line.code for line in counted}
    shares = []
    for part in offer.parts:
        lines = tuple(
            (line, line_net(line, charges_vat=part.firm.charges_vat, quantity=_quantity(line, at_caps=at_caps)))
            for line in part.lines
            if line.code in codes
        )
        shares.append(_Share(part=part, lines=lines, lines_net=sum((net for _, net in lines), ZERO)))
    return tuple(shares)


def _quantity(line: Line, *, at_caps: bool) -> Decimal:
    if at_caps and line.pricing == LinePricing.CAP and line.cap_quantity is not None:
        return line.cap_quantity
    return line.quantity


def entered(line: Line, quantity: Decimal | None = None) -> Decimal:
    """A line's sum as its price was typed, with VAT or without, less its discount and rounded once (R3)."""
    count = line.quantity if quantity is None else quantity
    return round_half_up(count * line.unit_price * (100 - line.discount_percent) * _HUNDREDTH)


def _priced(line: Line, part: OfferPart, seller: OfferPart) -> PricedLine:
    sold = vat.vat_as_sold(line.vat, charges_vat=seller.firm.charges_vat)
    category, rate = _group(sold)
    return PricedLine(
        code=line.code,
        firm=part.key,
        seller=seller.key,
        net=line_net(line, charges_vat=part.firm.charges_vat),
        gross_entered=entered(line, None) if line.price_basis == PriceBasis.GROSS else None,
        category=category,
        rate=rate if category in (VatCategory.STANDARD, VatCategory.ZERO) else None,
        reason=sold.reason,
    )


def _group(sold: VatOfSupply) -> _Group:
    rate = sold.rate if sold.category == VatCategory.STANDARD else None
    return (sold.category, rate or Decimal(0))


def _adjusted(adjustment: Adjustment | None, base: Decimal) -> Decimal:
    """A discount or a fee in euros; a percentage is turned into an amount of the base first."""
    if adjustment is None:
        return ZERO
    if adjustment.amount is not None:
        return round_half_up(adjustment.amount)
    return round_half_up(base * (adjustment.percent or 0) * _HUNDREDTH)


def _shared(amount: Decimal, shares: Iterable[_Share]) -> dict[str, Decimal]:
    """The amount over firms by their lines net; equally when none of them has any."""
    weights = {share.tie: share.lines_net for share in shares}
    split = share_by_largest_remainder(amount, weights)
    return {key: share for (_, key), share in split.items()}


def _fee_vat(offer: JointOffer, lead: _Share) -> VatOfSupply:
    """The VAT of the fee: the lead's sale at the general rate of the last delivery day."""
    if not lead.part.firm.charges_vat:
        return vat.SMALL_BUSINESS
    return VatOfSupply(category=VatCategory.STANDARD, rate=vat.general_rate(_last_delivery_day(offer)))


def _last_delivery_day(offer: JointOffer) -> date:
    if offer.delivery is not None:
        return offer.delivery.ends_on
    days = [line.delivered.ends_on for line in offer.lines if line.delivered is not None]
    if not days:
        raise ChoiceRefused([ChoiceFault(code=FEE_WITHOUT_DELIVERY)])
    return max(days)


def _instalments(plan: Iterable[Instalment], invoices: tuple[Invoice, ...]) -> tuple[InstalmentTotals, ...]:
    """The payment plan of every invoice to the client (R6): all steps but the last are rounded, the last is the rest.

    A step never takes more than is left, so that the last one of a tiny invoice is not below zero.
    """
    steps = tuple(plan)
    left = {invoice.seller: invoice.gross for invoice in invoices}
    instalments = []
    for number, step in enumerate(steps, start=1):
        due = dict(left)
        if number < len(steps):
            due = {
                invoice.seller: min(round_half_up(invoice.gross * step.percent * _HUNDREDTH), left[invoice.seller])
                for invoice in invoices
            }
        left = {seller: rest - due[seller] for seller, rest in left.items()}
        instalments.append(
            InstalmentTotals(name=step.name, percent=step.percent, gross=sum(due.values(), ZERO), by_seller=due)
        )
    return tuple(instalments)


def _has_caps(lines: Iterable[Line]) -> bool:
    return any(line.pricing == LinePricing.CAP for line in lines)


def _has_ceiling(lines: Iterable[Line]) -> bool:
    kinds = {line.pricing for line in lines}
    return LinePricing.CAP in kinds and LinePricing.ESTIMATE not in kinds


def _resells_travel(shares: Iterable[_Share]) -> bool:
    """Whether the lead, selling everything, would sell a partner's travel service in its own name."""
    return any(line.supply in TRAVEL for share in shares if share.part.role != Role.LEAD for line, _ in share.lines)


def _other_invoicing(
    offer: JointOffer, shares: tuple[_Share, ...], model: Invoicing, *, resells_travel: bool
) -> OtherInvoicing:
    other = Invoicing.LEAD if model == Invoicing.EACH else Invoicing.EACH
    if other == Invoicing.LEAD and resells_travel:
        return OtherInvoicing(invoicing=other, net=None, vat=None, gross=None, why=TRAVEL_MARGIN_SCHEME)
    total = _Sale(offer, shares, other).total
    return OtherInvoicing(invoicing=other, net=total.net, vat=total.vat, gross=total.gross)
