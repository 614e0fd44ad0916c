"""The totals of an offer as a table for a terminal."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from bids import formats, pricing, vat
from bids.content import CLIENT, Choice, JointOffer
from bids.pricing import Totals
from bids.vocabulary import Invoicing, Language, VatCategory

_GAP = "  "
_LONGEST_TEXT = 48


def totals_table(offer: JointOffer, choice: Choice, totals: Totals, language: Language) -> str:
    """Lines, firms, VAT, sums and instalments in columns; the language in force must be the one asked for."""
    written = _Table(offer, totals, language)
    blocks = [
        "\n".join([f"{offer.number}{_GAP}{offer.title}", *_chosen(offer, choice)]),
        _columns(written.lines(), texts=3),
        _columns(written.invoices(), texts=1),
        _columns(written.vat(), texts=2),
        _columns(written.sums(), texts=1),
        _columns(written.instalments(), texts=1),
        written.comparison(),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _chosen(offer: JointOffer, choice: Choice) -> list[str]:
    packages = [
        package.name
        for package in offer.packages
        if (package.default if choice.package is None else package.id == choice.package)
    ]
    picked = [*packages, *sorted(choice.lines)]
    return [_("Chosen: %(what)s") % {"what": ", ".join(picked)}] if picked else []


class _Table:
    def __init__(self, offer: JointOffer, totals: Totals, language: Language) -> None:
        self._offer = offer
        self._totals = totals
        self._language = language

    def lines(self) -> Iterator[Sequence[str]]:
        priced = pricing.priced_lines(self._offer, self._totals.invoicing)
        yield "", "", "", _("excl. VAT")
        for line in self._offer.lines:
            if line.code in self._totals.counted:
                text = " ".join(line.text.split())
                short = text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"
                yield line.code, priced[line.code].firm, short, self._money(priced[line.code].net)

    def invoices(self) -> Iterator[Sequence[str]]:
        names = {part.key: part.firm.seller_name for part in self._offer.parts} | {CLIENT: self._offer.client.name}
        yield "", _("excl. VAT"), _("VAT"), _("incl. VAT")
        for invoice in self._totals.settlement:
            named = f"{names[invoice.seller]} → {names[invoice.buyer]}"
            yield named, self._money(invoice.net), self._money(invoice.vat), self._money(invoice.gross)

    def vat(self) -> Iterator[Sequence[str]]:
        for group in self._totals.vat_groups:
            if group.category == VatCategory.STANDARD and group.rate is not None:
                said = _("VAT %(rate)s") % {"rate": formats.percent(group.rate, self._language)}
            else:
                wordings = (
                    vat.vat_wording(group.category, reason, self._language) for reason in group.reasons or ("",)
                )
                said = "; ".join(wordings)
            yield group.seller, said, self._money(group.taxable), self._money(group.vat)

    def sums(self) -> Iterator[Sequence[str]]:
        if self._totals.fee:
            yield _("Coordination fee"), self._money(self._totals.fee)
        if self._totals.discount:
            yield _("Discount"), self._money(-self._totals.discount)
        yield _("Total excl. VAT"), self._money(self._totals.net)
        yield _("VAT"), self._money(self._totals.vat)
        yield _("Total incl. VAT"), self._money(self._totals.gross)
        if self._totals.ceiling_gross is not None:
            yield _("At most, incl. VAT"), self._money(self._totals.ceiling_gross)

    def instalments(self) -> Iterator[Sequence[str]]:
        for step in self._totals.instalments:
            yield step.name, formats.percent(step.percent, self._language), self._money(step.gross)

    def comparison(self) -> str:
        other = self._totals.other_invoicing
        if other.gross is None:
            return _("No total if the lead invoiced everything: others' travel services need a scheme of their own.")
        said = {
            Invoicing.LEAD: _("If the lead invoiced everything: %(total)s incl. VAT (%(difference)s)"),
            Invoicing.EACH: _("If each firm invoiced its own: %(total)s incl. VAT (%(difference)s)"),
        }[other.invoicing]
        difference = formats.signed_money(other.gross - self._totals.gross, self._language)
        return said % {"total": self._money(other.gross), "difference": difference}

    def _money(self, amount: Decimal) -> str:
        return formats.money(amount, self._language)


def _columns(rows: Iterator[Sequence[str]], *, texts: int) -> str:
    """Rows under each other: so many columns of text to the left, the others to the right."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        _GAP.join(
            cell.ljust(width) if place < texts else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )
