"""An offer's rows as they would be after a change, before anything is written."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from bids import vat
from bids.content import JointOffer, Line, OfferPart, Period, VatOfSupply
from bids.exports.bid_package.faults import Fault
from bids.exports.bid_package.layout import LINE
from bids.exports.bid_package.pieces import Piece, PieceRefused, read_piece
from bids.exports.bid_package.vat_word import VatWord
from bids.vocabulary import LinePricing, VatCategory

LINE_KEYS = tuple(key.name for key in LINE.keys if key.name != "code")
"""What can be said of a row; its code is given once."""

_NEEDED = ("text", "quantity", "unit_price")
_TAKEN_AS_SAID = (
    "text",
    "pricing",
    "quantity",
    "unit",
    "unit_price",
    "price_basis",
    "discount_percent",
    "supply",
    "optional",
    "replaces",
    "group",
    "default",
    "cap_quantity",
)
_DELIVERED = ("delivered_on", "delivered_from", "delivered_to")


def read_line(said: Mapping[str, Any]) -> Piece:
    """A new row as it was said."""
    return read_piece(LINE, said, only=LINE_KEYS, needs=_NEEDED)


def read_line_change(said: Mapping[str, Any]) -> Piece:
    """The keys of a row that are to change."""
    return read_piece(LINE, said, only=LINE_KEYS)


def new_line(piece: Piece, offer: JointOffer, key: str, *, code: str) -> Line:
    """The row the piece describes, in the part of this key; the VAT is the firm's usual one unless it says another."""
    blank = Line(
        code=code,
        text=piece.get("text"),
        quantity=piece.get("quantity"),
        unit_price=piece.get("unit_price"),
        vat=usual_vat(offer, key, _last_day(piece, offer)),
    )
    return changed_line(blank, piece, offer, key)


def changed_line(line: Line, piece: Piece, offer: JointOffer, key: str) -> Line:
    """The row with what the piece says of it."""
    said: dict[str, Any] = {name: piece.get(name) for name in _TAKEN_AS_SAID if name in piece}
    if said.get("pricing", LinePricing.CAP) != LinePricing.CAP:
        said.setdefault("cap_quantity", None)
    if "group" in said and said["group"] is None:
        said.setdefault("default", False)
    if any(name in piece for name in _DELIVERED):
        said["delivered"] = _delivered(piece, line)
    if "vat" in piece or "vat_reason" in piece:
        said["vat"] = _vat(piece, line, offer, key)
    return replace(line, **said)


def usual_vat(offer: JointOffer, key: str, last_day: date) -> VatOfSupply:
    """The VAT of the firm's last row when that holds on the day, else the general rate of the day."""
    lines = next((part.lines for part in offer.parts if part.key == key), ())
    if lines and (lines[-1].vat.rate is None or vat.is_in_force(lines[-1].vat.rate, last_day)):
        return lines[-1].vat
    day = max(last_day, min(rate.starts_on for rate in vat.vat_rates()))
    return VatOfSupply(category=VatCategory.STANDARD, rate=vat.general_rate(day))


def with_line(offer: JointOffer, key: str, line: Line) -> JointOffer:
    """The offer with this row in the part of this key: in place of the row of the same code, or as the last one."""
    return _with_lines(offer, key, lambda lines: _put(lines, line))


def without_line(offer: JointOffer, code: str) -> JointOffer:
    """The offer without this row, without what would replace it, and without it in any package."""
    key = offer.part_of(code).key
    less = _with_lines(offer, key, lambda lines: tuple(line for line in lines if line.code != code))
    packages = tuple(
        replace(package, lines=tuple(each for each in package.lines if each != code)) for package in less.packages
    )
    return replace(less, packages=packages)


def one_default_each(offer: JointOffer, key: str, *, newest: str = "") -> JointOffer:
    """The offer with exactly one preselected row in every group that lies within one part.

    The row that was changed last wins; where none is preselected, it is the first one.
    """

    def mended(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        chosen: dict[str, str] = {}
        for name in dict.fromkeys(line.group for line in lines if line.group):
            members = [line for line in lines if line.group == name]
            marked = [line.code for line in members if line.default]
            chosen[str(name)] = newest if newest in marked else next(iter(marked), members[0].code)
        return tuple(
            replace(line, default=chosen[line.group] == line.code) if line.group in own else line for line in lines
        )

    own = {line.group for part in offer.parts if part.key == key for line in part.lines if line.group} - {
        line.group for part in offer.parts if part.key != key for line in part.lines
    }
    return _with_lines(offer, key, mended)


def part_by_key(offer: JointOffer, key: str) -> OfferPart:
    """The part of this key; KeyError when the offer has none."""
    for part in offer.parts:
        if part.key == key:
            return part
    raise KeyError(key)


def _with_lines(offer: JointOffer, key: str, change: Callable[[tuple[Line, ...]], tuple[Line, ...]]) -> JointOffer:
    parts = tuple(replace(part, lines=change(part.lines)) if part.key == key else part for part in offer.parts)
    return replace(offer, parts=parts)


def _put(lines: Iterable[Line], line: Line) -> tuple[Line, ...]:
    kept = tuple(lines)
    if any(each.code == line.code for each in kept):
        return tuple(line if each.code == line.code else each for each in kept)
    return (*kept, line)


def _last_day(piece: Piece, offer: JointOffer) -> date:
    own: date | None = piece.get("delivered_on") or piece.get("delivered_to")
    return own or (offer.delivery.ends_on if offer.delivery else offer.issued_on)


def _delivered(piece: Piece, line: Line) -> Period | None:
    on, first, last = (piece.get(name) for name in _DELIVERED)
    if on and (first or last):
        raise PieceRefused([Fault(path="delivered_on", code="delivered_twice")])
    if on:
        return Period(starts_on=on, ends_on=on)
    if line.delivered is not None and "delivered_on" not in piece:
        first = first if "delivered_from" in piece else line.delivered.starts_on
        last = last if "delivered_to" in piece else line.delivered.ends_on
    if bool(first) != bool(last):
        raise PieceRefused([Fault(path="delivered_to" if first else "delivered_from", code="delivered_half")])
    if first is None or last is None:
        return None
    if last < first:
        params = {"first": first.isoformat(), "last": last.isoformat()}
        raise PieceRefused([Fault(path="delivered_to", code="period_order", params=params)])
    return Period(starts_on=first, ends_on=last)


def _vat(piece: Piece, line: Line, offer: JointOffer, key: str) -> VatOfSupply:
    if "vat" not in piece:
        return replace(line.vat, reason=piece.get("vat_reason"))
    said = piece.get("vat")
    if said == VatWord.GENERAL:
        return usual_vat(offer, key, _last_day(piece, offer))
    category = VatWord.category_of(said)
    kept = line.vat.reason if category == line.vat.category else ""
    rate = said if isinstance(said, Decimal) else None
    return VatOfSupply(category=category, rate=rate, reason=piece.get("vat_reason", kept))
