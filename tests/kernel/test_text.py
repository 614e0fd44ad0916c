"""Typed text is kept without what hides in it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.text import clean_line, clean_text, opening

ANYTHING = st.text(st.characters(exclude_categories=[]))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\u0308iti", "äiti"),
        ("Kuva\u202efdp.exe", "Kuvafdp.exe"),
        ("\u2066hinta\u2069 100", "hinta 100"),
        ("\ufeffNimi", "Nimi"),
        ("a\0b\x07c\x1bd", "abcd"),
        ("\ud83d", ""),
        ("👩\u200d👧", "👩\u200d👧"),
        ("90 m² ≠ 90 m2", "90 m² ≠ 90 m2"),
    ],
)
def test_text_is_composed_and_says_what_it_shows(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_every_kind_of_line_break_becomes_one() -> None:
    assert clean_text("a\r\nb\rc\u2028d\u2029e\x85f\vg") == "a\nb\nc\nd\ne\nf\ng"


def test_a_line_has_no_breaks_and_no_space_at_its_ends() -> None:
    assert clean_line("  Kuvaaja\r\n\tMaija \u2028") == "Kuvaaja Maija"


@given(ANYTHING)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(ANYTHING)
def test_nothing_unseen_is_left(text: str) -> None:
    kept = clean_text(text)

    assert unicodedata.is_normalized("NFC", kept)
    assert {unicodedata.category(each) for each in kept} & {"Cs"} == set()
    assert {each for each in kept if unicodedata.category(each) == "Cc"} <= {"\n", "\t"}
    assert not {unicodedata.bidirectional(each) for each in kept} & {
        "LRE",
        "RLE",
        "LRO",
        "RLO",
        "PDF",
        "LRI",
        "RLI",
        "FSI",
        "PDI",
    }
    assert "\n" not in clean_line(text)


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("Kyltti eteiseen", "Kyltti eteiseen"),
        ("Kyltti eteiseen.\nMitat 40 × 60, mieluiten vihreä.", "Kyltti eteiseen"),
        ("\n  \nKyltti eteiseen. Kiire on.", "Kyltti eteiseen"),
        ("Tarvitaanko lupa? Kysytään kunnalta.", "Tarvitaanko lupa?"),
        ("Tarvitaan n. 20 kpl, esim. A4-esitteitä klo 9.30 mennessä. Muuta ei.",
         "Tarvitaan n. 20 kpl, esim. A4-esitteitä klo 9.30 mennessä"),
        ("Päiväkoti haluaa eteiseen kuvan joka kertoo vanhemmille mitä palveluseteli tarkoittaa ja paljonko maksetaan",
         "Päiväkoti haluaa eteiseen kuvan joka kertoo vanhemmille mitä palveluseteli"),
        ("Päiväkoti haluaa eteiseen kuvan, joka kertoo kaikille vanhemmille palveluseteleistä, kun",
         "Päiväkoti haluaa eteiseen kuvan, joka kertoo kaikille vanhemmille"),
        ("Päiväkoti haluaa eteiseen kuvan vanhemmille seteleistä ja maksuista sekä oppaan, joka",
         "Päiväkoti haluaa eteiseen kuvan vanhemmille seteleistä ja maksuista sekä oppaan"),
        ("x" * 200, "x" * 80),
        ("", ""),
    ],
)  # fmt: skip
def test_a_text_opens_with_its_first_sentence_or_line(text: str, opens: str) -> None:
    assert opening(text, most=80) == opens


@given(ANYTHING, st.integers(1, 90))
def test_an_opening_is_one_line_and_never_too_long(text: str, most: int) -> None:
    opens = opening(text, most=most)
    assert len(opens) <= most
    assert opens == clean_line(opens)
    assert bool(opens) or not clean_line(text).strip(" .,;:–-")
