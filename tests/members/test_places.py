"""Municipalities have names in both languages and lie in regions."""

import pytest

from members.places import municipalities, municipality_name, region_of


def test_a_municipality_is_called_what_its_reader_calls_it() -> None:
    assert [municipality_name("491", one) for one in ("fi", "sv", "en")] == ["Mikkeli", "S:t Michel", "Mikkeli"]
    assert municipality_name("405", "sv") == "Villmanstrand"
    assert municipality_name("977", "sv") == "Ylivieska"


def test_an_unknown_code_has_no_name_and_no_region() -> None:
    assert municipality_name("000", "fi") == ""
    assert region_of("000") == ""


@pytest.mark.parametrize(
    ("code", "region"), [("491", "10"), ("405", "09"), ("208", "17"), ("217", "16"), ("090", "12"), ("171", "11")]
)
def test_a_region_is_the_statistical_one(code: str, region: str) -> None:
    assert region_of(code) == region


def test_the_areas_the_product_was_made_for_are_whole() -> None:
    count = {
        region: sum(one.region == region for one in municipalities().values()) for region in ("10", "09", "16", "17")
    }
    assert count == {"10": 12, "09": 9, "16": 8, "17": 30}


def test_every_row_is_complete_and_its_code_has_three_digits() -> None:
    assert all(len(code) == 3 and code.isdigit() for code in municipalities())
    assert all(one.fi and one.sv and len(one.region) == 2 for one in municipalities().values())
