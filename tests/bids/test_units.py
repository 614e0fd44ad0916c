"""The units lines are counted in."""

from decimal import Decimal

import pytest

from bids.units import known_units, unit_code, unit_name
from bids.vocabulary import Language

D = Decimal


def test_the_known_units_are_those_of_the_package_format() -> None:
    expected = "kpl h erä pv kk m² m km kg t hlö sivu ryhmä ajo huone kohde paikka srj tsana"

    assert " ".join(known_units()) == expected


@pytest.mark.parametrize(
    ("unit", "code"),
    [("h", "HUR"), ("kpl", "C62"), ("pv", "DAY"), ("kk", "MON"), ("m²", "MTK"), ("km", "KMT"), ("ajo", "E54")],
)
def test_a_known_unit_has_its_code(unit: str, code: str) -> None:
    assert unit_code(unit) == code


@pytest.mark.parametrize(
    ("unit", "quantity", "fi", "sv", "en"),
    [
        ("sivu", "1", "sivu", "sida", "page"),
        ("sivu", "1.000", "sivu", "sida", "page"),
        ("sivu", "10", "sivua", "sidor", "pages"),
        ("huone", "9", "huonetta", "rum", "rooms"),
        ("erä", "1", "erä", "post", "lump sum"),
        ("kpl", "500", "kpl", "st.", "pcs"),
        ("h", "0.5", "h", "h", "h"),
    ],
)
def test_a_unit_is_named_as_after_its_number(unit: str, quantity: str, fi: str, sv: str, en: str) -> None:
    assert [unit_name(unit, language, D(quantity)) for language in Language] == [fi, sv, en]


def test_an_unknown_unit_stands_as_it_was_typed() -> None:
    assert unit_code("rullakko") == "C62"
    assert [unit_name("rullakko", language, D(3)) for language in Language] == ["rullakko"] * 3


def test_every_unit_has_a_code_and_every_name() -> None:
    for unit in known_units().values():
        assert unit.code
        assert all(unit.one[language] and unit.many[language] for language in Language)
