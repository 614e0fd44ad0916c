"""The bid package in JSON Schema (2020-12), made from the same description it is read by."""

import json
from pathlib import Path
from typing import Any

from bids.exports.bid_package.layout import FORMAT, OFFER
from bids.exports.bid_package.shapes import shapes_within

SCHEMA_FILE = Path(__file__).with_name("schema.json")


def package_schema() -> dict[str, Any]:
    """The schema of a whole package, without the rules between values (known names, sums, rates in force)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT.replace('/', ':')}",
        "title": FORMAT,
        "$ref": f"#/$defs/{OFFER.name}",
        "$defs": {name: shape.definition() for name, shape in sorted(shapes_within(OFFER).items())},
    }


def schema_text() -> str:
    """The schema as it is committed beside this module."""
    return json.dumps(package_schema(), ensure_ascii=False, indent=2) + "\n"
