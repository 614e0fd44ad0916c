"""From a package file to a joint offer, or to everything that is wrong with it."""

import re
from typing import Any

from bids.content import JointOffer
from bids.exports.bid_package.document import JsonObject, read_document
from bids.exports.bid_package.faults import MOST_FAULTS, Fault, Findings, PackageRefused, item_path, key_path
from bids.exports.bid_package.layout import FORMAT, OFFER
from bids.exports.bid_package.rules import ALL_RULES
from bids.exports.bid_package.shapes import Node

_LONGEST_LIST = 400
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
        raise PackageRefused(_in_order(findings, document))
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
        raise PackageRefused(_in_order(findings, document))
    offer: JointOffer = OFFER.build(tree)
    return offer


def _read(document: Any, findings: Findings) -> Any:
    if isinstance(document, JsonObject) and "format" not in document and not document.keys() & {"parts", "client"}:
        # Some other JSON file: that every key of a package is missing would only bury the one thing to say.
        findings.add("format", "format_missing", known=FORMAT)
        return None
    return OFFER.read(document, "", findings)


def _in_order(findings: Findings, document: Any) -> tuple[Fault, ...]:
    """The faults as they stand in the file, those of a missing key where its object begins."""
    above = {fault.path: _path_and_those_above(fault.path) for fault in findings.faults}
    places: dict[str, int] = {}
    _place(document, "", {path for paths in above.values() for path in paths}, places)
    ordered = sorted(findings.faults, key=lambda fault: max(places.get(path, -1) for path in above[fault.path]))
    if findings.count <= MOST_FAULTS:
        return tuple(ordered)
    more = Fault(path="", code="more_faults", params={"count": findings.count - MOST_FAULTS})
    return (*ordered[:MOST_FAULTS], more)


def _path_and_those_above(path: str) -> list[str]:
    paths = [path]
    while match := _LAST_STEP.search(path):
        path = path[: match.start()]
        paths.append(path)
    return [*paths, ""]


def _place(value: Any, path: str, wanted: set[str], places: dict[str, int]) -> None:
    """Number the wanted paths in the order of the file, going into nothing else."""
    if path not in wanted:
        return
    places[path] = len(places)
    if isinstance(value, dict):
        for key, each in value.items():
            _place(each, key_path(path, key), wanted, places)
    elif isinstance(value, list):
        for index, each in enumerate(value[:_LONGEST_LIST]):
            _place(each, item_path(path, index), wanted, places)
