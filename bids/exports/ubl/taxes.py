"""VAT in a quotation: categories, subtotals by seller, and how fee and discount spread over them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from bids.content import Choice, JointOffer
from bids.exports.ubl.elements import Element, amount, cac, cbc, plain
from bids.pricing import Totals, VatGroup, priced_lines, totals
from bids.vat import vat_wording
from bids.vocabulary import Language, VatCategory

_ZERO = Decimal("0.00")
_Key = tuple[str, VatCategory, Decimal | None]


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """What a fee or a discount adds to or takes from one VAT group of one seller."""

    group: VatGroup
    fee: Decimal
    discount: Decimal


def tax_category(
    name: str,
    category: VatCategory,
    rate: Decimal | None,
    reasons: tuple[str, ...],
    language: Language,
    seller_name: str = "",
) -> Element | None:
    """A category of EN 16931: outside VAT (O) has no percentage, the others without VAT have 0 and their reason."""
    is_taxed = category == VatCategory.STANDARD
    percent = None if category == VatCategory.OUTSIDE else plain(rate or Decimal(0))
    wordings = () if is_taxed else tuple(vat_wording(category, reason, language) for reason in reasons or ("",))
    return cac(
        name,
        cbc("ID", category.value),
        cbc("Name", seller_name),
        cbc("Percent", percent),
        *(cbc("TaxExemptionReason", wording, languageID=language.value) for wording in wordings),
        cac("TaxScheme", cbc("ID", "VAT")),
    )


def tax_total(sums: Totals, sellers: dict[str, str], language: Language) -> Element | None:
    """The VAT of the whole with a subtotal for every seller, category and rate, named after the seller."""
    subtotals = (
        cac(
            "TaxSubtotal",
            amount("TaxableAmount", group.taxable),
            amount("TaxAmount", group.vat),
            tax_category("TaxCategory", group.category, group.rate, group.reasons, language, sellers[group.seller]),
        )
        for group in sums.vat_groups
    )
    return cac("TaxTotal", amount("TaxAmount", sums.vat), *subtotals)


def adjustments(offer: JointOffer, choice: Choice, sums: Totals) -> Iterator[Adjusted]:
    """Fee and discount by VAT group: what the group has beyond its lines, and what the discount takes from that.

    A firm whose whole part the discount takes sends no invoice and has no group left, so the groups are those before.
    """
    priced = priced_lines(offer, sums.invoicing)
    lines: dict[_Key, Decimal] = {}
    for code in sums.counted:
        line = priced[code]
        key = (line.seller, line.category, line.rate)
        lines[key] = lines.get(key, _ZERO) + line.net
    after = {_key(group): group.taxable for group in sums.vat_groups}
    for group in totals(replace(offer, discount=None), choice).vat_groups:
        key = _key(group)
        fee, discount = group.taxable - lines.get(key, _ZERO), group.taxable - after.get(key, _ZERO)
        if fee or discount:
            yield Adjusted(group=group, fee=fee, discount=discount)


def _key(group: VatGroup) -> _Key:
    return (group.seller, group.category, group.rate)
