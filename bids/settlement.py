"""Who invoices whom for what once the client has said yes: every invoice of an agreed offer, row by row, to the cent.

Pure, and made from an offer with nothing left to choose and from the sums it was agreed at (R1-R8 in `docs/sums.md`).
What is priced by the actual quantity is invoiced by it, up to its cap; everything else as it was agreed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from bids import vat
from bids.content import CLIENT, JointOffer, Line, OfferPart
from bids.pricing import line_net
from bids.sums import Invoice
from bids.vocabulary import Invoicing, LinePricing, PriceBasis, VatCategory
from kernel.money import ZERO, exact, round_half_up, share_by_largest_remainder

BY_ACTUAL = frozenset({LinePricing.ESTIMATE, LinePricing.CAP})
"""How lines are priced that are invoiced by the quantity it turns out to be."""

NEAR_A_CAP = Decimal("0.9")
"""So much of a cap is used when it is time to say so."""

_HUNDREDTH = Decimal("0.01")
_ONE = Decimal(1)
_MOST_PLACES = Decimal("0.0001")

NOTHING_REPORTED: Mapping[str, Decimal] = {}


class RowKind(StrEnum):
    """What a row of an invoice stands for."""

    LINE = "line"
    FEE = "fee"
    DISCOUNT = "discount"
    INSTALMENT = "instalment"


class Use(StrEnum):
    """How an actual quantity stands to what was agreed."""

    WITHIN = "within"
    OVER_ESTIMATE = "over_estimate"
    NEAR_CAP = "near_cap"
    OVER_CAP = "over_cap"


@dataclass(frozen=True, kw_only=True)
class InvoiceRow:
    """One row. Quantity times unit price, less the discount, rounded once, is `net`.

    `rate` is None where no rate stands beside the category. VAT is that of the whole category and rate (R4), shared
    over its rows so that the cents sum; `gross` is both. `firm` is the key of the firm whose work it is.
    """

    kind: RowKind
    code: str = ""
    firm: str
    text: str
    quantity: Decimal = _ONE
    unit: str = ""
    unit_price: Decimal
    discount_percent: Decimal = Decimal(0)
    category: VatCategory
    rate: Decimal | None
    reason: str = ""
    net: Decimal
    vat: Decimal
    counted_as: str = ""

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.vat


@dataclass(frozen=True, kw_only=True)
class DueInvoice:
    """One invoice of a seller to a buyer: number `number` of `of`, the last of which settles what it turned out to be.

    `name` and `percent` are those of the payment plan's step, empty and None for an invoice that is the only one.
    """

    seller: str
    buyer: str
    number: int
    of: int
    name: str = ""
    percent: Decimal | None = None
    rows: tuple[InvoiceRow, ...]

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((row.net for row in self.rows), ZERO)

    @property
    def vat(self) -> Decimal:
        """The VAT of all rows."""
        return sum((row.vat for row in self.rows), ZERO)

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.net + self.vat

    @property
    def is_last(self) -> bool:
        """Whether nothing follows it from this seller."""
        return self.number == self.of

    @property
    def is_credit(self) -> bool:
        """Whether more has been invoiced before than it came to, so that the seller pays back."""
        return self.gross < 0


def due_invoices(
    offer: JointOffer,
    settlement: Iterable[Invoice],
    discounts: Mapping[str, Decimal],
    actual: Mapping[str, Decimal] = NOTHING_REPORTED,
) -> tuple[DueInvoice, ...]:
    """Every invoice of the settlement with its rows, one for each step of the payment plan, in the settlement's order.

    `offer` has nothing left to choose, `settlement` are the invoices it was agreed at, `discounts` the share of its
    discount that falls on each firm. Without an actual quantity the agreed one stands, and then every sum is the
    settlement's own. A percentage of discount follows the actual quantity; an amount of discount and the fee do not.
    """
    with exact():
        return tuple(
            due for invoice in settlement for due in _in_steps(offer, invoice, _bill(offer, invoice, discounts, actual))
        )


def billable(line: Line, actual: Decimal | None) -> Decimal:
    """The quantity that is invoiced: the actual one where the line is priced by it, and never more than its cap."""
    if actual is None or line.pricing not in BY_ACTUAL:
        return line.quantity
    return min(actual, cap_of(line)) if line.pricing == LinePricing.CAP else actual


def cap_of(line: Line) -> Decimal:
    """The most that is invoiced of a capped line."""
    return line.quantity if line.cap_quantity is None else line.cap_quantity


def use_of(line: Line, actual: Decimal) -> Use:
    """How an actual quantity stands to the line's estimate and cap."""
    if line.pricing == LinePricing.CAP:
        if actual > cap_of(line):
            return Use.OVER_CAP
        if actual >= cap_of(line) * NEAR_A_CAP:
            return Use.NEAR_CAP
    return Use.OVER_ESTIMATE if actual > line.quantity else Use.WITHIN


def last_day_of(offer: JointOffer, key: str) -> date | None:
    """The last day on which a firm delivers; that of its last own step where no delivery is dated; None without any."""
    part = next(part for part in offer.parts if part.key == key)
    delivered = [period.ends_on for line in part.lines if (period := offer.delivery_of(line))]
    steps = [step.ends_on for step in offer.milestones if step.owner == key]
    return max(delivered or steps, default=None)


def invoice_day(offer: JointOffer, due: DueInvoice) -> date | None:
    """The day the last invoice may be written on: when what is sold in it has been delivered; None where none is known.

    The days of earlier steps of a payment plan are told by their names alone.
    """
    if not due.is_last:
        return None
    sells_all = due.buyer == CLIENT and offer.invoicing == Invoicing.LEAD
    sellers = [part.key for part in offer.parts if part.lines] if sells_all else [due.seller]
    days = [day for day in (last_day_of(offer, key) for key in sellers) if day is not None]
    return max(days, default=None)


_Group = tuple[VatCategory, Decimal]


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A row before its VAT: a line, or a fee or discount within one group."""

    row: InvoiceRow
    group: _Group


@dataclass(frozen=True, kw_only=True)
class _Bill:
    """What a seller bills one buyer in all: its rows, and net and VAT by group."""

    rows: tuple[InvoiceRow, ...]
    groups: Mapping[_Group, tuple[Decimal, Decimal]]
    reasons: Mapping[_Group, str]
    agreed: Mapping[_Group, tuple[Decimal, Decimal]]


def _bill(
    offer: JointOffer, invoice: Invoice, discounts: Mapping[str, Decimal], actual: Mapping[str, Decimal]
) -> _Bill:
    seller = next(part for part in offer.parts if part.key == invoice.seller)
    sells_all = invoice.buyer == CLIENT and offer.invoicing == Invoicing.LEAD
    parts = offer.parts if sells_all else (seller,)
    charges_vat = seller.firm.charges_vat
    agreed = _lines_by_group(parts, charges_vat=charges_vat, actual=NOTHING_REPORTED)
    came_to = _lines_by_group(parts, charges_vat=charges_vat, actual=actual)
    taken_off = _discounts_by_group(parts, discounts, charges_vat=charges_vat)
    groups = {(group.category, group.rate or Decimal(0)): group for group in invoice.vat_groups}
    percent = offer.discount.percent if offer.discount is not None else None
    entries = [*_line_rows(parts, charges_vat=charges_vat, actual=actual)]
    now: dict[_Group, tuple[Decimal, Decimal]] = {}
    for key, group in groups.items():
        off = taken_off.get(key, ZERO)
        fee = group.taxable - agreed.get(key, ZERO) + off
        lines = came_to.get(key, ZERO)
        if percent:
            off += round_half_up((lines - agreed.get(key, ZERO)) * percent * _HUNDREDTH)
        off = max(min(off, lines), ZERO)
        if fee:
            name = offer.coordination_fee.name if offer.coordination_fee else ""
            entries.append(_lump(RowKind.FEE, seller.key, name, fee, key))
        if off:
            name = offer.discount.name if offer.discount else ""
            entries.append(_lump(RowKind.DISCOUNT, seller.key, name, -off, key))
        net = lines + fee - off
        now[key] = (net, round_half_up(net * key[1] * _HUNDREDTH))
    return _Bill(
        rows=_with_vat(entries, now),
        groups=now,
        reasons={key: "; ".join(group.reasons) for key, group in groups.items()},
        agreed={key: (group.taxable, group.vat) for key, group in groups.items()},
    )


def _nets(parts: Iterable[OfferPart], *, actual: Mapping[str, Decimal]) -> Iterable[tuple[OfferPart, Line, Decimal]]:
    """Each line with what it comes to, by the VAT status of the firm whose it is (R7)."""
    for part in parts:
        for line in part.lines:
            count = billable(line, actual.get(line.code))
            yield part, line, line_net(line, charges_vat=part.firm.charges_vat, quantity=count)


def _lines_by_group(
    parts: Iterable[OfferPart], *, charges_vat: bool, actual: Mapping[str, Decimal]
) -> dict[_Group, Decimal]:
    sums: dict[_Group, Decimal] = {}
    for _part, line, net in _nets(parts, actual=actual):
        group = _group_of(line, charges_vat=charges_vat)
        sums[group] = sums.get(group, ZERO) + net
    return sums


def _discounts_by_group(
    parts: Iterable[OfferPart], discounts: Mapping[str, Decimal], *, charges_vat: bool
) -> dict[_Group, Decimal]:
    """Each firm's share over its own groups by largest remainder, as it was when it was agreed (R5)."""
    sums: dict[_Group, Decimal] = {}
    for part in parts:
        own = _lines_by_group((part,), charges_vat=charges_vat, actual=NOTHING_REPORTED)
        share = discounts.get(part.key, ZERO)
        for group, amount in (share_by_largest_remainder(share, own) if share else {}).items():
            sums[group] = sums.get(group, ZERO) + amount
    return sums


def _line_rows(parts: Iterable[OfferPart], *, charges_vat: bool, actual: Mapping[str, Decimal]) -> Iterable[_Entry]:
    for part, line, net in _nets(parts, actual=actual):
        sold = vat.vat_as_sold(line.vat, charges_vat=charges_vat)
        group = _group_of(line, charges_vat=charges_vat)
        count = billable(line, actual.get(line.code))
        bare = InvoiceRow(
            kind=RowKind.LINE,
            code=line.code,
            firm=part.key,
            text=line.text,
            quantity=count,
            unit=line.unit,
            unit_price=line.unit_price,
            discount_percent=line.discount_percent,
            category=group[0],
            rate=_shown_rate(group),
            reason=sold.reason,
            net=net,
            vat=ZERO,
        )
        yield _Entry(row=bare if line.price_basis == PriceBasis.NET else _in_net_prices(bare), group=group)


def _in_net_prices(row: InvoiceRow) -> InvoiceRow:
    """A row typed with VAT, at a unit price without it; as one lump where no price of four decimals gives the sum."""
    left = row.quantity * (100 - row.discount_percent) * _HUNDREDTH
    if left:
        price = Decimal(round(Fraction(row.net) / Fraction(left) / Fraction(_MOST_PLACES))) * _MOST_PLACES
        if round_half_up(left * price) == row.net:
            return replace(row, unit_price=price)
    counted_as = f"{row.quantity:f}"
    return replace(row, quantity=_ONE, unit_price=row.net, discount_percent=Decimal(0), counted_as=counted_as)


def _lump(kind: RowKind, firm: str, text: str, net: Decimal, group: _Group) -> _Entry:
    row = InvoiceRow(
        kind=kind,
        firm=firm,
        text=text,
        unit_price=net,
        category=group[0],
        rate=_shown_rate(group),
        net=net,
        vat=ZERO,
    )
    return _Entry(row=row, group=group)


def _with_vat(entries: Iterable[_Entry], groups: Mapping[_Group, tuple[Decimal, Decimal]]) -> tuple[InvoiceRow, ...]:
    """The rows with the VAT of their group shared over them: what is taken off first, the rest by largest remainder."""
    rows = [*entries]
    vats: dict[int, Decimal] = {}
    for group, (_net, group_vat) in groups.items():
        members = [number for number, entry in enumerate(rows) if entry.group == group]
        off = [number for number in members if rows[number].row.net < 0]
        for number in off:
            vats[number] = round_half_up(rows[number].row.net * group[1] * _HUNDREDTH)
        rest = group_vat - sum((vats[number] for number in off), ZERO)
        weights = {number: rows[number].row.net for number in members if number not in off}
        if weights:
            vats |= share_by_largest_remainder(rest, weights)
    return tuple(replace(entry.row, vat=vats.get(number, ZERO)) for number, entry in enumerate(rows))


def _in_steps(offer: JointOffer, invoice: Invoice, bill: _Bill) -> Iterable[DueInvoice]:
    """The bill as one invoice, or one for each step of the payment plan towards the client (R6).

    Steps before the last take their share of what was agreed, the last one the rest of what it came to.
    """
    plan = offer.payment_plan if invoice.buyer == CLIENT else ()
    if len(plan) <= 1:
        name, percent = (plan[0].name, plan[0].percent) if plan else ("", None)
        yield DueInvoice(
            seller=invoice.seller, buyer=invoice.buyer, number=1, of=1, name=name, percent=percent, rows=bill.rows
        )
        return
    left = dict(bill.agreed)
    billed = dict.fromkeys(bill.groups, (ZERO, ZERO))
    for number, step in enumerate(plan, start=1):
        if number == len(plan):
            shares = {key: (net - billed[key][0], tax - billed[key][1]) for key, (net, tax) in bill.groups.items()}
        else:
            gross_left = sum((net + tax for net, tax in left.values()), ZERO)
            shares = _step_shares(min(round_half_up(invoice.gross * step.percent * _HUNDREDTH), gross_left), left)
            left = {key: (left[key][0] - net, left[key][1] - tax) for key, (net, tax) in shares.items()}
            billed = {key: (billed[key][0] + net, billed[key][1] + tax) for key, (net, tax) in shares.items()}
        rows = tuple(
            _step_row(invoice.seller, step.name, key, shares[key], bill.reasons[key])
            for key in bill.groups
            if any(shares[key])
        )
        yield DueInvoice(
            seller=invoice.seller,
            buyer=invoice.buyer,
            number=number,
            of=len(plan),
            name=step.name,
            percent=step.percent,
            rows=rows,
        )


def _step_shares(
    gross: Decimal, left: Mapping[_Group, tuple[Decimal, Decimal]]
) -> dict[_Group, tuple[Decimal, Decimal]]:
    """A step's gross over the groups by what is left in each, and each one's VAT; never more of either than is left."""
    weights = {key: net + tax for key, (net, tax) in left.items()}
    found = {}
    for key, share in share_by_largest_remainder(gross, weights).items():
        net_left, vat_left = left[key]
        tax = round_half_up(Fraction(share * key[1]) / Fraction(100 + key[1]))
        tax = max(min(tax, vat_left), share - net_left)
        found[key] = (share - tax, tax)
    return found


def _step_row(seller: str, name: str, group: _Group, amounts: tuple[Decimal, Decimal], reason: str) -> InvoiceRow:
    return InvoiceRow(
        kind=RowKind.INSTALMENT,
        firm=seller,
        text=name,
        unit_price=amounts[0],
        category=group[0],
        rate=_shown_rate(group),
        reason=reason,
        net=amounts[0],
        vat=amounts[1],
    )


def _group_of(line: Line, *, charges_vat: bool) -> _Group:
    sold = vat.vat_as_sold(line.vat, charges_vat=charges_vat)
    rate = sold.rate if sold.category == VatCategory.STANDARD else None
    return (sold.category, rate or Decimal(0))


def _shown_rate(group: _Group) -> Decimal | None:
    return group[1] if group[0] in (VatCategory.STANDARD, VatCategory.ZERO) else None
