"""Words are found without capitals and dots, and in the forms they stand in."""

import re

import pytest

from bids.wordforms import ACCENTED, PLAIN, folded, forms_of, pattern_of


def speaks_of(asked: str, text: str) -> bool:
    is_found = any(form in folded(text) for form in forms_of(asked))
    assert is_found == bool(re.search(pattern_of(asked), text))
    return is_found


@pytest.mark.parametrize(
    "alike",
    [
        ("päiväkoti", "päiväkodin", "päiväkodille", "Päiväkodeissa", "PAIVAKOTI"),
        ("Helsinki", "Helsingin", "helsinkiin"),
        ("katu", "kadun", "kadulla"),
        ("kauppa", "kaupan", "kaupassa"),
        ("yritys", "yrityksen", "yritykselle"),
        ("kokonaisuus", "kokonaisuuden", "kokonaisuudet"),
        ("Mäkinen", "Mäkisen", "makisen"),
        ("opasteet", "opasteiden", "opasteita"),
        ("verkkosivut", "verkkosivujen", "verkkosivuilla"),
        ("kilpi", "kilven", "kilpien"),
        ("silta", "sillan"),
        ("ranta", "rannan"),
        ("Turku", "Turun"),
        ("suunnittelu", "suunnittelun", "suunnittelua"),
    ],
)
def test_a_finnish_word_is_found_by_each_of_its_forms(alike: tuple[str, ...]) -> None:
    for asked in alike:
        assert speaks_of(asked, alike[0]), asked
        assert speaks_of(alike[0], asked), asked


def test_a_swedish_or_english_word_is_found_by_its_beginning() -> None:
    assert speaks_of("broschyr", "Broschyren")
    assert speaks_of("brochure", "Brochures")
    assert speaks_of("sjoman", "Sjömannen")


@pytest.mark.parametrize(
    ("asked", "text"),
    [("kirja", "kirkko"), ("katu", "kate"), ("sauna", "saha"), ("kukkakauppa", "kirjakauppa"), ("oy", "osuuskunta")],
)
def test_another_word_is_not_found(asked: str, text: str) -> None:
    assert not speaks_of(asked, text)


@pytest.mark.parametrize("typed", ["9000004-6", "90000046", "FI90000046", "fi9000004-6"])
def test_a_business_id_is_found_however_it_is_typed(typed: str) -> None:
    assert forms_of(typed) == ("9000004-6",)


def test_numbers_and_short_words_are_looked_for_as_they_are() -> None:
    assert forms_of("YT-2026-0001") == ("yt-2026-0001",)
    assert forms_of("Oy:n") == ("oy",)
    assert forms_of(":") == ()
    assert pattern_of(":") == ""
    assert re.fullmatch(pattern_of(".*[(^]"), ".*[(^]")


def test_each_letter_with_a_mark_has_one_without() -> None:
    assert len(ACCENTED) == len(PLAIN) == len(set(ACCENTED))
    assert folded(ACCENTED.upper().replace("ß", "")) == folded(ACCENTED) == PLAIN
