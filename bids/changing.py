"""A change of what was agreed, as arithmetic: what came, went and moved, and sums that add up to what holds now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from bids.content import JointOffer, Line, OfferPart
from bids.settlement import cap_of
from bids.sums import Totals
from bids.vocabulary import LinePricing, PriceVisibility

NET, VAT, GROSS, FEE, DISCOUNT = "net", "vat", "gross", "fee", "discount"

Key = tuple[str, ...]
"""What a sum is of: ("net",), or ("part", firm) or ("taxable", seller, category, rate) and the like."""

ADDED, STRUCK, MOVED, CHANGED = "added", "struck", "moved", "changed"

_SOME_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Amounts:
    """Every sum of an offer, or every difference between two; what is not there is nothing."""

    by_key: Mapping[Key, Decimal]

    def of(self, *key: str) -> Decimal:
        """One of them."""
        return self.by_key.get(key, Decimal(0))

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return self.of(NET)

    @property
    def vat(self) -> Decimal:
        """The VAT."""
        return self.of(VAT)

    @property
    def gross(self) -> Decimal:
        """With VAT."""
        return self.of(GROSS)

    def plus(self, other: "Amounts") -> "Amounts":
        """Each sum with the other's."""
        keys = self.by_key.keys() | other.by_key.keys()
        return Amounts(by_key={key: self.of(*key) + other.of(*key) for key in sorted(keys)})

    def minus(self, other: "Amounts") -> "Amounts":
        """Each sum less the other's."""
        return self.plus(Amounts(by_key={key: -value for key, value in other.by_key.items()}))

    @property
    def told(self) -> dict[Key, Decimal]:
        """Those that are something."""
        return {key: value for key, value in self.by_key.items() if value}


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """One row that came, went, went to another firm or is otherwise; `before` and `after` name firm and row."""

    kind: str
    code: str
    before: tuple[str, Line] | None
    after: tuple[str, Line] | None


def amounts_of(sums: Totals) -> Amounts:
    """The sums of an offer by what they are of: the whole, each firm, and each seller's VAT by rate."""
    found: dict[Key, Decimal] = {(NET,): sums.net, (VAT,): sums.vat, (GROSS,): sums.gross}
    for part in sums.parts:
        found["part", part.firm] = part.net
    for group in sums.vat_groups:
        rate = "" if group.rate is None else f"{group.rate.normalize():f}"
        place = (group.seller, group.category.value, rate)
        found["taxable", *place] = found.get(("taxable", *place), Decimal(0)) + group.taxable
        found["rate", *place] = found.get(("rate", *place), Decimal(0)) + group.vat
    for invoice in sums.settlement:
        pair = (invoice.seller, invoice.buyer)
        for name, value in (("invoice net", invoice.net), ("invoice gross", invoice.gross)):
            found[name, *pair] = found.get((name, *pair), Decimal(0)) + value
    return Amounts(by_key=found)


def line_changes(before: JointOffer, after: JointOffer) -> tuple[LineChange, ...]:
    """Every row that is not as it was, in the order of the document that holds it last."""
    then, now = _by_code(before), _by_code(after)
    found = []
    for code, (firm, line) in now.items():
        was = then.get(code)
        if was is None:
            found.append(LineChange(kind=ADDED, code=code, before=None, after=(firm, line)))
        elif was[0] != firm:
            found.append(LineChange(kind=MOVED, code=code, before=was, after=(firm, line)))
        elif was[1] != line:
            found.append(LineChange(kind=CHANGED, code=code, before=was, after=(firm, line)))
    gone = [LineChange(kind=STRUCK, code=code, before=was, after=None) for code, was in then.items() if code not in now]
    return (*found, *gone)


def reassigned(offer: JointOffer, codes: Iterable[str], to: str) -> JointOffer:
    """The offer with these rows at the end of another firm's part, or, with an empty key, nowhere, in no package."""
    named = set(codes)
    moved = tuple(line for line in offer.lines if line.code in named)

    def left(part: OfferPart) -> OfferPart:
        stay = tuple(line for line in part.lines if line.code not in named or part.key == to)
        come = tuple(line for line in moved if line not in stay) if part.key == to else ()
        return replace(part, lines=(*stay, *come))

    packages = offer.packages
    if not to:
        packages = tuple(
            replace(each, lines=tuple(code for code in each.lines if code not in named)) for each in packages
        )
    return replace(offer, parts=tuple(left(part) for part in offer.parts), packages=packages)


def says_the_same(before: JointOffer, after: JointOffer) -> bool:
    """Whether the one proposes nothing that the other does not say; how long it is valid is no matter of the work."""
    return _bare(before) == _bare(after)


def sells_more(before: JointOffer, after: JointOffer, key: str) -> bool:
    """Whether a firm would sell something it was not to sell, or more of it (up to a higher cap, too), or dearer."""
    then, now = _sold_by(before, key), _sold_by(after, key)
    return any(code not in then or _is_more(line, then[code]) for code, line in now.items())


def sells_otherwise(before: JointOffer, after: JointOffer, key: str) -> bool:
    """Whether a firm would sell anything but what was agreed with it, or less of it.

    A cheaper price and other words count too: who can give no OK can give none to them either. When it is delivered
    does not, for what a firm that is gone has done is done.
    """
    then, now = _sold_by(before, key), _sold_by(after, key)
    return sells_more(before, after, key) or any(_terms(line) != _terms(then[code]) for code, line in now.items())


def sells_less(before: JointOffer, after: JointOffer, key: str) -> bool:
    """Whether a firm would sell less than before: a row fewer, less of one, or one on other terms."""
    then, now = _sold_by(before, key), _sold_by(after, key)
    return any(
        code not in now
        or now[code].quantity < line.quantity
        or _most_billed(now[code]) < _most_billed(line)
        or _terms(now[code]) != _terms(line)
        for code, line in then.items()
    )


def _sold_by(offer: JointOffer, key: str) -> dict[str, Line]:
    return {line.code: line for part in offer.parts if part.key == key for line in part.lines}


def _is_more(line: Line, was: Line) -> bool:
    return (
        line.quantity > was.quantity
        or _most_billed(line) > _most_billed(was)
        or line.unit_price > was.unit_price
        or line.discount_percent < was.discount_percent
    )


def _most_billed(line: Line) -> Decimal:
    """The most that is invoiced of a line; where it is not capped, there is no such thing."""
    if line.pricing == LinePricing.ESTIMATE:
        return Decimal("Infinity")
    return cap_of(line) if line.pricing == LinePricing.CAP else line.quantity


def _terms(line: Line) -> Line:
    return replace(line, quantity=Decimal(1), cap_quantity=None, delivered=None)


def _bare(offer: JointOffer) -> JointOffer:
    return replace(
        offer,
        files=(),
        issued_on=_SOME_DAY,
        valid_until=_SOME_DAY,
        price_visibility=PriceVisibility.ALL,
        parts=tuple(part for part in offer.parts if part.lines or part.summary),
    )


def _by_code(offer: JointOffer) -> dict[str, tuple[str, Line]]:
    return {line.code: (part.key, line) for part in offer.parts for line in part.lines}
