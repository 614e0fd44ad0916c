"""From a package file to a joint offer, or to everything that is wrong with it."""

import re
from typing import Any

from bids.content import JointOffer
from bids.exports.bid_package.document import JsonObject, read_document
from bids.exports.bid_package.faults import MOST_FAULTS, Fault, Findings, PackageRefused, item_path, key_path
from bids.exports.bid_package.layout import FORMAT, OFFER
from bids.exports.bid_package.rules import ALL_RULES
from bids.exports.bid_package.shapes import Node

_LAST_STEP = re.compile(r'(\.[^.\[]*|\[[0-9]+\]|\["[^"]*"\])$')


def read_package(data: bytes | str) -> JointOffer:
    """The joint offer in a package file; PackageRefused with every fault, in the order of the file.

    Keys left out have their defaults, a VAT left out is the general rate of the line's last day of delivery, and texts
    are composed (NFC) and cleaned. Nothing of a refused package is returned.
    """
    findings = Findings()
    document = read_document(data, findings)
    tree = _read(document, findings) if not findings.faults else None
    if isinstance(tree, Node):
        for rule in ALL_RULES:
            rule(tree, findings)
    if findings.faults:
        raise PackageRefused(_in_order(findings.faults, document))
    offer: JointOffer = OFFER.build(tree)
    return offer


def read_own_package(data: bytes | str) -> JointOffer:
    """The joint offer in a package that `write_package` made, the rules between values not asked again.

    What was stored must stay readable: an unfinished offer may still break a rule, and tables change.
    PackageRefused when it is no such package at all.
    """
    findings = Findings()
    document = read_document(data, findings)
    tree = OFFER.read(document, "", findings) if not findings.faults else None
    if findings.faults:
        raise PackageRefused(_in_order(findings.faults, document))
    offer: JointOffer = OFFER.build(tree)
    return offer


def _read(document: Any, findings: Findings) -> Any:
    if isinstance(document, JsonObject) and "format" not in document and not document.keys() & {"parts", "client"}:
        # Some other JSON file: that every key of a package is missing would only bury the one thing to say.
        findings.add("format", "format_missing", known=FORMAT)
        return None
    return OFFER.read(document, "", findings)


def _in_order(faults: list[Fault], document: Any) -> tuple[Fault, ...]:
    places: dict[str, int] = {}
    _place(document, "", places)

    def place(fault: Fault) -> int:
        path = fault.path
        while path and path not in places:
            path = _LAST_STEP.sub("", path) if _LAST_STEP.search(path) else ""
        return places.get(path, -1)

    ordered = sorted(faults, key=place)
    if len(ordered) <= MOST_FAULTS:
        return tuple(ordered)
    more = Fault(path="", code="more_faults", params={"count": len(ordered) - MOST_FAULTS})
    return (*ordered[:MOST_FAULTS], more)


def _place(value: Any, path: str, places: dict[str, int]) -> None:
    places[path] = len(places)
    if isinstance(value, dict):
        for key, each in value.items():
            _place(each, key_path(path, key), places)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _place(each, item_path(path, index), places)
