"""The lines of a quotation: what counts, what may stand in its place, and what may come on top."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from bids import formats
from bids.content import JointOffer, Line, OfferPart
from bids.exports.ubl.elements import Element, amount, cac, cbc, period, plain, quantity
from bids.exports.ubl.parties import maker, seller
from bids.exports.ubl.taxes import tax_category
from bids.pricing import PricedLine, Totals, priced_lines
from bids.units import ONE, unit_code
from bids.vocabulary import Language, LinePricing
from kernel.markdown import to_plain
from kernel.money import round_half_up


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line with those that may stand in its place; one that does not count is an option."""

    line: Line
    alternatives: tuple[Line, ...]
    counts: bool


def rows(offer: JointOffer, counted: Iterable[str]) -> list[Row]:
    """Every line of the offer once: as a row of its own, or as an alternative to the line of one."""
    in_total = set(counted)
    placed: set[str] = set()
    made: dict[str, Row] = {}
    # First what counts, then options that others may replace, then what is left.
    for line in sorted(offer.lines, key=lambda one: (one.code not in in_total, one.replaces is not None)):
        if line.code in placed:
            continue
        alternatives = tuple(
            other
            for other in offer.lines
            if other.code not in placed | in_total | {line.code} and _excludes(line, other)
        )
        placed |= {line.code, *(other.code for other in alternatives)}
        made[line.code] = Row(line=line, alternatives=alternatives, counts=line.code in in_total)
    return [made[line.code] for line in offer.lines if line.code in made]


def _excludes(line: Line, other: Line) -> bool:
    """Whether only one of two lines can count: of one group, one for the other, or both for a third."""
    same_group = line.group is not None and line.group == other.group
    same_place = line.replaces is not None and line.replaces == other.replaces
    return same_group or same_place or line.code == other.replaces or line.replaces == other.code


class QuotationLines:
    """The lines of one offer for one choice, in one language."""

    def __init__(self, offer: JointOffer, sums: Totals, language: Language) -> None:
        self._offer = offer
        self._language = language
        self._priced = priced_lines(offer, sums.invoicing)
        self._rows = rows(offer, sums.counted)
        self._parts: dict[str, OfferPart] = {line.code: part for part in offer.parts for line in part.lines}

    def __len__(self) -> int:
        return max(1, len(self._rows))

    def elements(self) -> list[Element | None]:
        """One QuotationLine a row; an offer still without lines has one that only names it, as UBL asks for one."""
        if not self._rows:
            item = cac("Item", cbc("Name", self._offer.title))
            return [cac("QuotationLine", cbc("ID", "1"), cac("LineItem", cbc("ID", "1"), item))]
        return [self._quotation_line(row) for row in self._rows]

    def _quotation_line(self, row: Row) -> Element | None:
        return cac(
            "QuotationLine",
            cbc("ID", row.line.code),
            None if row.counts else self._note(self._not_in_the_total(row.line)),
            self._line_item("LineItem", row.line, is_option=not row.counts),
            *(self._line_item("AlternativeLineItem", other, is_option=False) for other in row.alternatives),
        )

    def _line_item(self, name: str, line: Line, *, is_option: bool) -> Element | None:
        priced, part, code = self._priced[line.code], self._parts[line.code], unit_code(line.unit)
        most = line.cap_quantity if line.pricing == LinePricing.CAP else None
        return cac(
            name,
            cbc("ID", line.code),
            *(self._note(text) for text in self._remarks(line, priced)),
            quantity("Quantity", line.quantity, code),
            # Only what counts has an amount here, so that these add up to the total of the lines.
            None if is_option else amount("LineExtensionAmount", priced.net),
            quantity("MinimumQuantity", Decimal(0), code) if is_option else None,
            quantity("MaximumQuantity", most or line.quantity, code) if is_option or most else None,
            self._delivery(line),
            seller("OriginatorParty", part.firm, self._language),
            self._discount(line, priced),
            self._price(line, priced, code),
            self._item(line, priced, part),
        )

    def _note(self, text: str) -> Element | None:
        return cbc("Note", text, languageID=self._language.value)

    def _not_in_the_total(self, line: Line) -> str:
        net = formats.money(self._priced[line.code].net, self._language)
        return _("Optional and not in the total: %(net)s excl. VAT.") % {"net": net}

    def _remarks(self, line: Line, priced: PricedLine) -> list[str]:
        remarks = []
        if unit_code(line.unit) == ONE:
            remarks.append(_("Unit: %(unit)s.") % {"unit": line.unit})
        if priced.gross_entered is not None:
            price = formats.unit_price(line.unit_price, self._language)
            remarks.append(_("Price given with VAT: %(price)s € a unit.") % {"price": price})
        return remarks

    def _delivery(self, line: Line) -> Element | None:
        if line.delivered is None:
            return None
        return cac("Delivery", period("PromisedDeliveryPeriod", line.delivered.starts_on, line.delivered.ends_on))

    def _discount(self, line: Line, priced: PricedLine) -> Element | None:
        """The line's own discount; a price with VAT has it inside, since UBL's prices are without."""
        base = round_half_up(line.quantity * line.unit_price)
        if priced.gross_entered is not None or base == priced.net:
            return None
        return cac(
            "AllowanceCharge",
            cbc("ChargeIndicator", "false"),
            cbc("AllowanceChargeReason", _("Discount"), languageID=self._language.value),
            cbc("MultiplierFactorNumeric", plain(line.discount_percent / 100)),
            amount("Amount", base - priced.net),
            amount("BaseAmount", base),
        )

    def _price(self, line: Line, priced: PricedLine, code: str) -> Element | None:
        if priced.gross_entered is not None:
            # The price of the whole quantity: one unit's price without VAT need not be whole ten-thousandths.
            return cac("Price", amount("PriceAmount", priced.net), quantity("BaseQuantity", line.quantity, code))
        return cac("Price", amount("PriceAmount", line.unit_price), quantity("BaseQuantity", Decimal(1), code))

    def _item(self, line: Line, priced: PricedLine, part: OfferPart) -> Element | None:
        name = " ".join(to_plain(line.text).split())
        language = self._offer.language.value
        reasons = (priced.reason,) if priced.reason else ()
        return cac(
            "Item",
            cbc("Description", line.text if line.text != name else None, languageID=language),
            cbc("Name", name or line.code),
            cac("SellersItemIdentification", cbc("ID", line.code)),
            tax_category("ClassifiedTaxCategory", priced.category, priced.rate, reasons, self._language),
            cac("AdditionalItemProperty", cbc("Name", "pricing"), cbc("Value", line.pricing.value)),
            maker(part.firm),
        )
