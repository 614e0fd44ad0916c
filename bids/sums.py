"""The sums of a joint offer as frozen values, and as the JSON that leaves the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from bids.vocabulary import Invoicing, VatCategory


@dataclass(frozen=True, kw_only=True)
class Sum:
    """An amount without VAT, its VAT, and both together."""

    net: Decimal
    vat: Decimal
    gross: Decimal


@dataclass(frozen=True, kw_only=True)
class VatGroup:
    """What one seller sells under one VAT category and rate; VAT is rounded here only (EN 16931 BR-CO-17).

    `rate` is None for the categories O, E and AE, and 0 for Z. `reasons` are the legal reasons of the lines in it.
    """

    seller: str
    category: VatCategory
    rate: Decimal | None
    taxable: Decimal
    vat: Decimal
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """One line as its seller sells it, whether or not it counts.

    `gross_entered` is the line's sum as typed when its price was typed with VAT. `seller` is the key of the firm whose
    invoice to the client holds the line.
    """

    code: str
    firm: str
    seller: str
    net: Decimal
    gross_entered: Decimal | None
    category: VatCategory
    rate: Decimal | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class PartTotals:
    """One firm's share. `net` is lines net less the discount's share; the fee stands apart.

    `vat` and `gross` are the firm's own when every firm invoices, and None when the lead sells everything.
    """

    firm: str
    lines_net: Decimal
    discount: Decimal
    fee_share: Decimal
    net: Decimal
    vat: Decimal | None
    gross: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """One invoice the offer leads to: from a firm to the client or, when the lead sells everything, to the lead."""

    seller: str
    buyer: str
    net: Decimal
    vat: Decimal
    gross: Decimal
    vat_groups: tuple[VatGroup, ...]


@dataclass(frozen=True, kw_only=True)
class LeadKeeps:
    """What stays with the lead, without VAT: its own part and the fee, less its share of the discount."""

    part: Decimal
    fee: Decimal
    discount: Decimal
    net: Decimal


@dataclass(frozen=True, kw_only=True)
class InstalmentTotals:
    """One step of the payment plan with VAT: in all, and on each seller's invoice."""

    name: str
    percent: Decimal
    gross: Decimal
    by_seller: Mapping[str, Decimal]


@dataclass(frozen=True, kw_only=True)
class OtherInvoicing:
    """The same choice sold the other way; all sums are None and `why` says the reason where they cannot be computed."""

    invoicing: Invoicing
    net: Decimal | None
    vat: Decimal | None
    gross: Decimal | None
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Totals:
    """Every sum of a joint offer for one choice. `counted` are the codes of the lines that count, in document order.

    `caps_reached` is what the client pays when every capped line reaches its cap. `ceiling_gross` is that sum where it
    is the most the client can come to pay: some line that counts is capped, and no estimate that counts is open.
    """

    invoicing: Invoicing
    counted: tuple[str, ...]
    lines_net: Decimal
    fee: Decimal
    discount: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    vat_groups: tuple[VatGroup, ...]
    parts: tuple[PartTotals, ...]
    settlement: tuple[Invoice, ...]
    lead_keeps: LeadKeeps
    instalments: tuple[InstalmentTotals, ...]
    caps_reached: Sum
    ceiling_gross: Decimal | None
    other_invoicing: OtherInvoicing
    warnings: tuple[str, ...]


def totals_as_json(totals: Totals) -> dict[str, Any]:
    """The totals as the JSON of `docs/bid-package.md`: strings with two decimals, firms by key, in document order."""
    return {
        "lines_net": _text(totals.lines_net),
        "fee": _text(totals.fee),
        "discount": _text(totals.discount),
        "net": _text(totals.net),
        "vat": _text(totals.vat),
        "gross": _text(totals.gross),
        "vat_groups": [{"seller": group.seller, **group_as_json(group)} for group in totals.vat_groups],
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
            for part in totals.parts
        ],
        "settlement": [invoice_as_json(invoice) for invoice in totals.settlement],
        "lead_keeps": lead_keeps_as_json(totals.lead_keeps),
        "instalments": [
            {
                "name": step.name,
                "percent": plain(step.percent),
                "gross": _text(step.gross),
                "by_seller": {seller: _text(gross) for seller, gross in step.by_seller.items()},
            }
            for step in totals.instalments
        ],
        "caps_reached": _sum_as_json(totals.caps_reached),
        "ceiling_gross": _text(totals.ceiling_gross),
        "other_invoicing": other_as_json(totals.other_invoicing),
        "warnings": list(totals.warnings),
    }


def invoice_as_json(invoice: Invoice) -> dict[str, Any]:
    """One invoice the offer leads to."""
    return {
        "from": invoice.seller,
        "to": invoice.buyer,
        **_sum_as_json(invoice),
        "vat_groups": [group_as_json(group) for group in invoice.vat_groups],
    }


def lead_keeps_as_json(keeps: LeadKeeps) -> dict[str, str | None]:
    """What stays with the lead."""
    return {
        "part": _text(keeps.part),
        "fee": _text(keeps.fee),
        "discount": _text(keeps.discount),
        "net": _text(keeps.net),
    }


def other_as_json(other: OtherInvoicing) -> dict[str, str | None]:
    """The same choice sold the other way, with the reason where it is not worked out."""
    return _sum_as_json(other) | ({"why": other.why} if other.why else {})


def plain(number: Decimal) -> str:
    """A rate, a percentage or a quantity without trailing zeros or an exponent."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _sum_as_json(amounts: Sum | Invoice | OtherInvoicing) -> dict[str, str | None]:
    return {"net": _text(amounts.net), "vat": _text(amounts.vat), "gross": _text(amounts.gross)}


def group_as_json(group: VatGroup) -> dict[str, str | None]:
    """One VAT category and rate."""
    return {
        "category": group.category.value,
        "rate": None if group.rate is None else plain(group.rate),
        "taxable": _text(group.taxable),
        "vat": _text(group.vat),
    }
