"""Package files for tests: the examples, with a value put in or taken out, and what is wrong with them."""

import copy
import json
import re
from pathlib import Path
from typing import Any

from bids.exports.bid_package import Fault, PackageRefused, read_package

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKAGES = Path(__file__).parent / "packages"

ABSENT = object()

_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def example(name: str) -> dict[str, Any]:
    package: dict[str, Any] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return package


def changed(package: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    package = copy.deepcopy(package)
    for path, value in changes.items():
        *steps, last = [int(index) if index else key for key, index in _STEP.findall(path)]
        place: Any = package
        for step in steps:
            place = place[step]
        if value is ABSENT:
            del place[last]
        elif isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value
    return package


def faults_of(package: dict[str, Any] | str | bytes) -> tuple[Fault, ...]:
    data = json.dumps(package, ensure_ascii=False) if isinstance(package, dict) else package
    try:
        read_package(data)
    except PackageRefused as refused:
        return refused.faults
    return ()


def places_of(package: dict[str, Any] | str | bytes) -> list[tuple[str, str]]:
    return [(fault.path, fault.code) for fault in faults_of(package)]
