import json
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from hypothesis import given, settings

from bids.content import JointOffer, VatOfSupply
from bids.exports.bid_package import package_bytes, read_own_package, read_package, write_package
from bids.exports.bid_package.schema import package_schema
from bids.vocabulary import VatCategory
from tests.bids import cases
from tests.bids.offer_strategies import joint_offers
from tests.bids.offers import a_line, a_part, an_offer
from tests.bids.package_files import EXAMPLES

VALIDATOR = jsonschema.Draft202012Validator(package_schema())


@settings(max_examples=60, deadline=None)
@given(joint_offers())
def test_what_is_written_is_read_back_equal_and_fits_the_schema(offer: JointOffer) -> None:
    written = package_bytes(offer)

    assert read_package(written) == offer
    assert read_own_package(written) == offer
    assert package_bytes(read_package(written)) == written
    assert VALIDATOR.is_valid(json.loads(written))


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.json")), ids=lambda file: file.stem)
def test_every_example_is_read_back_equal(file: object) -> None:
    offer = read_package((EXAMPLES / str(file)).read_bytes())

    assert read_package(package_bytes(offer)) == offer


def test_keys_that_say_nothing_are_left_out() -> None:
    offer = an_offer(a_part("KUV", a_line("A1", "24.90"), lead=True, business_id="9000001-1"))

    assert write_package(offer) == {
        "format": "punos.bid-package/1",
        "number": "YT-2026-0100",
        "title": "Yhteistarjous",
        "issued_on": "2026-03-02",
        "valid_until": "2026-04-01",
        "delivery": {"from": "2026-03-09", "to": "2026-04-26"},
        "client": {"name": "Asiakas Oy"},
        "parts": [
            {
                "key": "KUV",
                "role": "lead",
                "firm": {"name": "Yritys KUV", "business_id": "9000001-1"},
                "lines": [{"code": "A1", "text": "Rivi A1", "quantity": "1", "unit_price": "24.90", "vat": "25.5"}],
            }
        ],
    }


def test_the_same_number_is_always_written_the_same_way() -> None:
    one = cases.daycare()
    line = one.parts[0].lines[0]
    same = replace(line, quantity=Decimal("1.000"), unit_price=Decimal("3.2E+2"), discount_percent=Decimal("0.000"))
    other = replace(one, parts=(replace(one.parts[0], lines=(same, *one.parts[0].lines[1:])), *one.parts[1:]))

    assert other == one
    assert package_bytes(other) == package_bytes(one)


def test_a_line_outside_vat_cannot_be_written_for_only_a_firm_is() -> None:
    outside = VatOfSupply(category=VatCategory.OUTSIDE, reason="AVL 3 §")
    offer = an_offer(a_part("KUV", a_line("A1", "24.90", vat=outside), lead=True, business_id="9000001-1"))

    with pytest.raises(ValueError, match="A1"):
        write_package(offer)
