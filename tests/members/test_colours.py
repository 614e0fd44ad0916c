"""Every firm's colour can be read, on white paper and on a dark page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.web.colours import DEFAULT_COLOURS, NIGHT, WHITE, colour_of, contrast, is_colour, on_dark, on_light

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
DARK_SHEET = "#1f2425"


@given(colours)
def test_any_colour_reads_under_white_letters_once_made_for_light_pages(colour: str) -> None:
    assert contrast(on_light(colour), WHITE) >= 4.5


@given(colours)
def test_any_colour_reads_on_a_dark_page_and_under_dark_letters(colour: str) -> None:
    assert contrast(on_dark(colour), DARK_SHEET) >= 4.5
    assert contrast(on_dark(colour), NIGHT) >= 4.5


@given(colours)
def test_a_colour_that_reads_is_left_alone(colour: str) -> None:
    if contrast(colour, WHITE) >= 4.5:
        assert on_light(colour) == colour


@given(colours, colours)
def test_contrast_is_the_same_both_ways_and_between_1_and_21(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


def test_contrast_of_black_and_white_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#GGGGGG", "#1D5C63", "#1d5c63;}", "url(x)", "#1d5c63\n"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert not is_colour(text)


def test_a_firm_without_a_colour_gets_its_places_own() -> None:
    assert colour_of("", 0) == DEFAULT_COLOURS[0]
    assert colour_of("", 12) == DEFAULT_COLOURS[12 % len(DEFAULT_COLOURS)]
    assert colour_of("#ABCDEF", 0) == "#abcdef"
