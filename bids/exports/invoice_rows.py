"""Rows of invoices for a bookkeeping program: to copy, or as a CSV file that a Finnish spreadsheet opens as it is."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from io import StringIO
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import override

from bids import formats
from bids.content import CLIENT, JointOffer
from bids.exports.own_work import Marked, OwnWork, part_of
from bids.settlement import DueInvoice, InvoiceRow, RowKind
from bids.units import unit_name
from bids.vat import vat_wording
from bids.vocabulary import Invoicing, Language, VatCategory
from kernel.markdown import to_plain

_BEGINS_A_FORMULA: Final = re.compile(r"^[\s'\"]*[=+\-@＝＋－＠|%]|^[\t\r\n]")
_BOM: Final = "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What an invoice says besides its rows; empty is what nobody has given."""

    seller: str
    seller_business_id: str
    buyer: str
    buyer_business_id: str
    buyer_vat_number: str
    e_invoice: str
    order_reference: str
    offer: str
    title: str
    delivered: str
    payment_days: int


def facts_of(offer: JointOffer, due: DueInvoice, language: Language) -> Facts:
    """Seller, buyer and what the buyer wants to read on an invoice; a firm that buys is known by its card alone."""
    seller = part_of(offer, due.seller).firm
    client = offer.client
    is_client = due.buyer == CLIENT
    firm = None if is_client else part_of(offer, due.buyer).firm
    return Facts(
        seller=seller.seller_name,
        seller_business_id=seller.seller_business_id or "",
        buyer=client.name if firm is None else firm.name,
        buyer_business_id=(client.business_id if firm is None else firm.business_id) or "",
        buyer_vat_number=(client.vat_number or "") if is_client else "",
        e_invoice=(client.e_invoice or "") if is_client else "",
        order_reference=(client.order_reference or "") if is_client else "",
        offer=offer.number,
        title=offer.title,
        delivered=delivered(offer, due, language),
        payment_days=offer.payment_days,
    )


def delivered(offer: JointOffer, due: DueInvoice, language: Language) -> str:
    """The first and the last day on which what is sold is delivered; empty where nothing is dated."""
    sells_all = due.buyer == CLIENT and offer.invoicing == Invoicing.LEAD
    parts = offer.parts if sells_all else (part_of(offer, due.seller),)
    periods = [period for part in parts for line in part.lines if (period := offer.delivery_of(line))]
    if not periods:
        return ""
    return formats.days(min(one.starts_on for one in periods), max(one.ends_on for one in periods), language)


def row_text(row: InvoiceRow, offer: JointOffer, language: Language) -> str:
    """What a row says, in the active language; of a line its own words, on one line."""
    if row.kind is RowKind.FEE:
        return row.text or _("Coordination fee")
    if row.kind is RowKind.DISCOUNT:
        return row.text or _("Discount")
    if row.kind is RowKind.INSTALMENT:
        return _("%(step)s: %(title)s, offer %(number)s") % {
            "step": row.text,
            "title": offer.title,
            "number": offer.number,
        }
    said = " ".join(to_plain(row.text).split())
    if row.counted_as:
        count = Decimal(row.counted_as)
        return f"{said} ({formats.quantity(count, language)}{formats.NBSP}{unit_name(row.unit, language, count)})"
    return said


def row_unit(row: InvoiceRow, language: Language) -> str:
    """The unit of a row; a lump is one item."""
    lump = row.kind is not RowKind.LINE or row.counted_as
    return unit_name("erä" if lump else row.unit, language, row.quantity)


def vat_rate_of(row: InvoiceRow, language: Language) -> str:
    """The rate as printed, or the code of why there is none."""
    if row.category == VatCategory.STANDARD and row.rate is not None:
        return formats.percent(row.rate, language)
    return {
        VatCategory.OUTSIDE: _("no VAT"),
        VatCategory.EXEMPT: _("exempt"),
        VatCategory.REVERSE: _("reverse charge"),
    }.get(row.category, formats.percent(Decimal(0), language))


def headings() -> list[str]:
    """Names of the columns, in the active language."""
    return [
        _("Code"),
        _("Description"),
        _("Quantity"),
        _("Unit"),
        _("Unit price, excl. VAT"),
        _("Discount %"),
        _("Excl. VAT"),
        _("VAT %"),
        _("VAT"),
        _("Incl. VAT"),
        _("Why no VAT"),
    ]


def cells_of(row: InvoiceRow, offer: JointOffer, language: Language) -> list[str]:
    """A row by its columns; numbers as a spreadsheet reads them, words so that none of them is run as a formula."""
    return [
        harmless(row.code),
        harmless(row_text(row, offer, language)),
        number(row.quantity, language),
        harmless(row_unit(row, language)),
        number(row.unit_price, language, least=2),
        number(row.discount_percent, language) if row.discount_percent else "",
        number(row.net, language, least=2),
        "" if row.rate is None else number(row.rate, language),
        number(row.vat, language, least=2),
        number(row.gross, language, least=2),
        harmless(vat_wording(row.category, row.reason, language)),
    ]


def rows_to_copy(work: OwnWork, due: DueInvoice, language: Language) -> str:
    """The rows parted by tabs, as a spreadsheet takes them when they are pasted; no heading."""
    with override(language.value):
        lines = (cells_of(row, work.offer, language) for row in due.rows)
        return "\n".join("\t".join(cell.replace("\t", " ") for cell in line) for line in lines)


def invoice_csv(work: OwnWork, invoices: Iterable[Marked], language: Language) -> bytes:
    """The rows of these invoices, each with who invoices whom: UTF-8 with its mark, semicolons, decimal commas.

    In English decimals have points. Amounts without and with VAT sum to those that were agreed, row by row.
    """
    out = StringIO()
    with override(language.value):
        writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
        writer.writerow([*_about_headings(), *headings()])
        for one in invoices:
            about = _about(facts_of(work.offer, one.due, language), one.due)
            for row in one.due.rows:
                writer.writerow([*about, *cells_of(row, work.offer, language)])
    return (_BOM + out.getvalue()).encode()


def _about_headings() -> list[str]:
    return [
        _("Seller"),
        _("Seller's Business ID"),
        _("Invoiced from"),
        _("Their Business ID"),
        _("Their VAT number"),
        _("E-invoice address"),
        _("Order reference"),
        _("Offer"),
        _("Invoice"),
        _("Delivered"),
        _("Payment days"),
    ]


def _about(facts: Facts, due: DueInvoice) -> list[str]:
    words = [
        facts.seller,
        facts.seller_business_id,
        facts.buyer,
        facts.buyer_business_id,
        facts.buyer_vat_number,
        facts.e_invoice,
        facts.order_reference,
        facts.offer,
        f"{due.number} ({due.of})",
        facts.delivered,
    ]
    return [*map(harmless, words), str(facts.payment_days)]


def number(value: Decimal, language: Language, *, least: int = 0) -> str:
    """A number without groups, with this many decimals at least, and the decimal sign of the language."""
    whole, _point, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    if not fraction:
        return whole
    return f"{whole}{'.' if language == Language.EN else ','}{fraction}"


def harmless(words: str) -> str:
    """Words on one line, behind an apostrophe where a spreadsheet would take them for a formula."""
    plain = " ".join(words.split())
    return f"'{plain}" if _BEGINS_A_FORMULA.match(words) or _BEGINS_A_FORMULA.match(plain) else plain
