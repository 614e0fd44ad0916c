"""Three letters a firm, each once in an offer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bids.steps.initials import initials_for


@pytest.mark.parametrize(
    ("name", "taken", "initials"),
    [
        ("Kuvakulma Design Tmi", (), "KUV"),
        ("Kuvakulma Design Tmi", ("KUV",), "KD"),
        ("Kuvakulma", ("KUV",), "KUA"),
        ("Å", (), "Å"),
        ("Å", ("Å",), "ÅA"),
        ("Oy Ab", (), "OYA"),
        ("", (), "X"),
        ("!!!", (), "X"),
        ("Öljy & Väri Oy", (), "ÖLJ"),
        ("straße", (), "STR"),
        ("ßäö", (), "ßÄÖ"),
    ],
)
def test_the_letters_are_the_names_own(name: str, taken: tuple[str, ...], initials: str) -> None:
    assert initials_for(name, taken=taken) == initials


@given(st.lists(st.text(max_size=30), max_size=30))
def test_no_two_firms_of_an_offer_bear_the_same(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(initials_for(name, taken=taken))
    assert len({each.casefold() for each in taken}) == len(taken)
    assert all(1 <= len(each) <= 12 and each.isalnum() for each in taken)
