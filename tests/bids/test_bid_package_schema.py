import json
from typing import Any

import jsonschema
import pytest

from bids.exports.bid_package.schema import SCHEMA_FILE, package_schema, schema_text
from tests.bids.package_files import ABSENT, EXAMPLES, changed, example

LINE = "parts[0].lines[0]"


def is_valid(package: Any) -> bool:
    schema = package_schema()
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return bool(jsonschema.Draft202012Validator(schema, format_checker=checker).is_valid(package))


def test_the_committed_schema_is_the_one_the_code_makes() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(package_schema())


@pytest.mark.parametrize("name", sorted(file.stem for file in EXAMPLES.glob("*.json")))
def test_the_schema_takes_every_example(name: str) -> None:
    assert is_valid(example(name))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "punos.bid-package/2"),
        ("number", ABSENT),
        ("totals", {}),
        ("issued_on", "2.3.2026"),
        ("valid_until", "2026-04-31"),
        ("payment_days", "14"),
        ("binding", None),
        ("parts", []),
        ("client.business_id", "90000206"),
        (f"{LINE}.quantity", "24h"),
        (f"{LINE}.quantity", 24),
        (f"{LINE}.unit_price", "1 200,50"),
        (f"{LINE}.unit_price", "24.90001"),
        (f"{LINE}.vat", "none"),
        (f"{LINE}.vat", None),
        (f"{LINE}.code", "A 1"),
        (f"{LINE}.pricing", "fix"),
    ],
)
def test_the_schema_refuses_what_it_can_see(path: str, value: Any) -> None:
    assert not is_valid(changed(example("daycare"), {path: value}))


def test_every_key_of_the_schema_is_described() -> None:
    definitions = package_schema()["$defs"].values()

    assert all(key["description"] for definition in definitions for key in definition["properties"].values())


def test_the_schema_names_the_defaults() -> None:
    line = package_schema()["$defs"]["line"]["properties"]

    assert {name: key["default"] for name, key in line.items() if "default" in key} == {
        "pricing": "fixed",
        "unit": "erä",
        "price_basis": "net",
        "discount_percent": "0",
        "optional": False,
        "default": False,
    }
    assert json.dumps(line)
