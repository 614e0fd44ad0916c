"""What document templates say about a sheet: filters that choose words and never reckon."""

import re
from dataclasses import dataclass

from django.template import Library
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bids.sheets.offer import cut_at_word
from bids.sheets.shape import Firm, OfferSheet, PriceRow, Step, Text
from bids.vocabulary import Invoicing
from kernel.markdown import to_html, to_plain

register = Library()

_TEXTS_BEGIN_AT = 4
_KEPT_TOGETHER = 11
_SPACE_BEFORE_SIGN = re.compile(r"(?<=\d) (?=[€%])")


@dataclass(frozen=True)
class SumLine:
    """One row under a firm's prices; `kind` is its class in the stylesheet."""

    kind: str
    label: str
    amount: str


@register.filter
def prose(text: str) -> SafeString:
    """A text people wrote, as HTML that is safe to print, its amounts and percentages kept on one line."""
    return SafeString(to_html(_SPACE_BEFORE_SIGN.sub("\u00a0", text), top_heading=_TEXTS_BEGIN_AT))


@register.filter
def plain(text: str) -> str:
    """A text people wrote, on one line."""
    return " ".join(to_plain(text).split())


@register.filter
def shortened(text: str, length: int) -> str:
    """The text, cut at a word with an ellipsis when it is too long for its place; it stands whole elsewhere."""
    return cut_at_word(text, length)


@register.filter
def slot(key: str, sheet: OfferSheet) -> int:
    """The place of a firm in the offer, from 1, as the stylesheet names its thread; 0 for the client."""
    return next((place for place, firm in enumerate(sheet.firms, 1) if firm.key == key), 0)


@register.filter
def owner(thing: Step | Text, sheet: OfferSheet) -> Firm | None:
    """The firm a step or a text belongs to, if it is one of the offer's."""
    return next((firm for firm in sheet.firms if firm.key == thing.owner), None)


@register.filter
def content_language(sheet: OfferSheet) -> SafeString:
    """The attribute that marks a text as written in another language than the sheet's chrome, or nothing."""
    return _language(sheet.content_language, sheet.language)


@register.filter
def own_language(text: Text, sheet: OfferSheet) -> SafeString:
    """The same for a text that may have a language of its own."""
    return _language(text.language or sheet.content_language, sheet.language)


def _language(language: str, around: str) -> SafeString:
    return format_html(' lang="{}"', language) if language != around else SafeString("")


@register.filter
def clause(sheet: OfferSheet, start: str) -> str:
    """The sentence with legal weight whose key is this, or begins with it: an offer holds one of each kind."""
    return next((one.text for one in sheet.clauses if one.key == start or one.key.startswith(f"{start}_")), "")


@register.filter
def liability(sheet: OfferSheet) -> str:
    """Who answers for what, in one sentence."""
    return clause(sheet, "liability")


@register.filter
def invoicing(sheet: OfferSheet) -> str:
    """Who invoices, in one sentence, and through whom."""
    through = (one.text for one in sheet.clauses if one.key == "invoiced_through")
    return " ".join([clause(sheet, "invoicing"), *through])


@register.filter
def card_line(firm: Firm) -> str:
    """The Business ID, place and invoicing service of a firm on one line."""
    through = _("invoiced through %(seller)s") % {"seller": firm.invoiced_through} if firm.invoiced_through else ""
    business_id = firm.business_id or firm.seller_business_id
    return " · ".join(
        filter(None, (f"{_('Business ID')} {business_id}" if business_id else "", firm.municipality, through))
    )


@register.filter
def known_for(firm: Firm) -> str:
    """Fields and skills of a firm on one line, each once."""
    return ", ".join(dict.fromkeys((*firm.fields, *firm.skills)))


@register.filter
def row_note(row: PriceRow) -> str:
    """What must be said under a price row: how it is promised, when it is delivered, what it stands for."""
    notes = [
        row.promise,
        _("incl. VAT %(gross)s") % {"gross": row.gross.text} if row.gross else "",
        _("delivered %(days)s") % {"days": row.delivered} if row.delivered else "",
    ]
    if row.stands_for:
        notes.append(_("chosen instead of %(text)s") % {"text": row.stands_for})
    elif row.is_chosen:
        notes.append(_("chosen"))
    return "; ".join(filter(None, notes))


@register.filter
def counted(row: PriceRow) -> str:
    """The quantity with its unit, which may go to the next line only when it is long."""
    space = " " if len(row.quantity) + len(row.unit) > _KEPT_TOGETHER else "\u00a0"
    return f"{row.quantity}{space}{row.unit}"


@register.filter
def sum_lines(firm: Firm, sheet: OfferSheet) -> tuple[SumLine, ...]:
    """The sums under a firm's price rows, down to its invoice, or to its share when the lead invoices all."""
    lines = [SumLine("sum", _("Rows, excl. VAT"), firm.lines_net.bare)]
    if firm.discount:
        name = sheet.discount_name or _("discount")
        lines.append(SumLine("part", _("Share of the discount (%(name)s)") % {"name": name}, firm.discount.bare))
    invoice = next((one for one in sheet.invoices if one.firm == firm.key), None)
    if sheet.invoicing == Invoicing.LEAD.value or invoice is None:
        if firm.discount:
            lines.append(SumLine("sum", _("Share, excl. VAT"), firm.net.bare))
        return tuple(lines)
    if firm.is_lead and sheet.fee:
        lines.append(SumLine("part", sheet.fee_name or _("Coordination"), sheet.fee.bare))
    lines += [
        SumLine("part", _("VAT %(rate)s") % {"rate": row.label}, row.vat.bare)
        for row in invoice.vat_rows
        if row.category == "S"
    ]
    words = {"ordinal": invoice.ordinal}
    label = (
        _("Invoice %(ordinal)s, incl. VAT") % words if invoice.carries_vat else _("Invoice %(ordinal)s, no VAT") % words
    )
    if len(lines) == 1 and firm.lines_net == invoice.sums.gross:
        return (SumLine("invoice alone", label, invoice.sums.gross.bare),)
    return (*lines, SumLine("invoice", label, invoice.sums.gross.bare))
