"""Pieces of an offer, read by the same description and held to the same bounds as a whole package."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bids.content import JointOffer
from bids.exports.bid_package.document import JsonNumber, JsonObject
from bids.exports.bid_package.faults import Fault, Findings
from bids.exports.bid_package.kinds import BAD, Kind, Whole
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.rules import ALL_RULES
from bids.exports.bid_package.sentences import fault_sentence
from bids.exports.bid_package.shapes import Node, Shape
from kernel.errors import Malformed

BEING_WRITTEN = frozenset({"delivery_missing", "line_delivery_missing", "more_faults"})
"""What an offer may lack while it is being written; sending asks for it."""


class PieceRefused(Malformed):
    """Something typed is not taken; `found` are its faults, each with its place below the thing that was typed."""

    code = "malformed"

    def __init__(self, found: Iterable[Fault]) -> None:
        self.found = tuple(found)
        said: dict[str, str] = {}
        for fault in self.found:
            before = f"{said[fault.path]} " if fault.path in said else ""
            said[fault.path] = before + fault_sentence(fault)
        super().__init__(faults=said)


@dataclass(frozen=True)
class Piece:
    """Some keys of one object of an offer, with the values they were read to; made by `read_piece` alone."""

    shape: str
    values: Mapping[str, Any]

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def get(self, key: str, otherwise: Any = None) -> Any:
        """The value of a key that was given, or what stands otherwise."""
        return self.values.get(key, otherwise)


def read_piece(shape: Shape, said: Mapping[str, Any], *, only: Collection[str], needs: Collection[str] = ()) -> Piece:
    """The keys that were said, read; PieceRefused for a key that is not among `only`, or a value out of bounds.

    Values are as in a package's JSON; a whole number may stand as digits in a text. null takes a key back to its
    default.
    """
    findings = Findings()
    keys = {key.name: key for key in shape.keys if key.name in only}
    for name in [name for name in said if name not in keys]:
        findings.add(name, "key_unknown")
    for name in needs:
        if said.get(name) is None:
            findings.add(name, "key_missing")
    values: dict[str, Any] = {}
    for name, key in keys.items():
        if name not in said or (name in needs and said[name] is None):
            continue
        if said[name] is None:
            if not key.may_be_null:
                findings.add(name, "key_null")
            values[name] = key.default
            continue
        read = key.kind.read(_as_read(said[name], key.kind), name, findings)
        if read is not BAD and not findings.touches(name):
            values[name] = key.kind.build(read)
    if findings.faults:
        raise PieceRefused(findings.faults)
    return Piece(shape=shape.name, values=values)


def faults_of(offer: JointOffer) -> tuple[Fault, ...]:
    """Every rule the offer breaks as it stands; its pictures are left out, for they were looked at when they came."""
    findings = Findings()
    tree = OFFER.read(_as_read(OFFER.write(_without_pictures(offer)), OFFER), "", findings)
    if isinstance(tree, Node):
        for rule in ALL_RULES:
            rule(tree, findings)
    return tuple(fault for fault in findings.faults if fault.code not in BEING_WRITTEN)


def new_faults(before: Iterable[Fault], after: Iterable[Fault], *, at: str) -> tuple[Fault, ...]:
    """The faults a change has made; of several alike, those at or below the place that was changed."""
    left = Counter((fault.code, tuple(sorted(fault.params.items()))) for fault in before)
    made = []
    for fault in sorted(after, key=lambda fault: bool(at) and fault.path.startswith(at)):
        alike = (fault.code, tuple(sorted(fault.params.items())))
        if left[alike]:
            left[alike] -= 1
        else:
            made.append(fault)
    return tuple(made)


def below(fault: Fault, at: str) -> Fault:
    """The fault as seen from a place: a path below it becomes its own, any other becomes empty."""
    if not at:
        return fault
    inside = fault.path.startswith((f"{at}.", f"{at}["))
    return replace(fault, path=fault.path[len(at) :].lstrip(".") if inside else "")


def _without_pictures(offer: JointOffer) -> JointOffer:
    parts = tuple(replace(part, firm=replace(part.firm, logo="")) for part in offer.parts)
    return replace(offer, files=(), parts=parts)


def _as_read(value: Any, kind: Kind | None = None) -> Any:
    """Plain JSON values in the form a package's own are read in."""
    if isinstance(kind, Whole) and isinstance(value, str) and value.strip().isdecimal():
        return JsonNumber(value.strip())
    if isinstance(value, Mapping):
        kinds = {key.name: key.kind for key in kind.keys} if isinstance(kind, Shape) else {}
        return JsonObject([(name, _as_read(each, kinds.get(name))) for name, each in value.items()])
    if isinstance(value, list | tuple):
        return [_as_read(each, getattr(kind, "item", None)) for each in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return JsonNumber(str(value))
    return value
