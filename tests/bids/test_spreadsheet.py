"""Rows as they come out of spreadsheets, with every habit of those who fill them in."""

from typing import Any

import pytest

from bids.spreadsheet import MOST_ROWS, read_rows

HABITS: list[tuple[str, list[dict[str, str]]]] = [
    ("Kyltti\t2\tkpl\t120,00", [{"text": "Kyltti", "quantity": "2", "unit": "kpl", "unit_price": "120"}]),
    ("Kyltti;2;kpl;120,00", [{"text": "Kyltti", "quantity": "2", "unit": "kpl", "unit_price": "120"}]),
    ("Kyltti\t1 200,50", [{"text": "Kyltti", "quantity": "1", "unit_price": "1200.5"}]),
    ("Kyltti\t1 200,50 €", [{"text": "Kyltti", "quantity": "1", "unit_price": "1200.5"}]),
    ("Kyltti\t1\u00a0200,50\u00a0€", [{"text": "Kyltti", "quantity": "1", "unit_price": "1200.5"}]),
    ("Kyltti\t€1,200.50", [{"text": "Kyltti", "quantity": "1", "unit_price": "1200.5"}]),
    ("Työ\t24h\t65", [{"text": "Työ", "quantity": "24", "unit": "h", "unit_price": "65"}]),
    ("Työ\t24 h\t65 €/h", [{"text": "Työ", "quantity": "24", "unit": "h", "unit_price": "65"}]),
    ("Työ\t2,5 tuntia\t65", [{"text": "Työ", "quantity": "2.5", "unit": "h", "unit_price": "65"}]),
    ("Työ\t3\t65,00 €/pv", [{"text": "Työ", "quantity": "3", "unit": "pv", "unit_price": "65"}]),
    (
        "Määrä\tKuvaus\tÁ-hinta\tYhteensä\n3\tTuoli\t10\t30",
        [{"text": "Tuoli", "quantity": "3", "unit_price": "10"}],
    ),
    (
        "Nimike;Lkm;Yksikkö;Yksikköhinta (alv 0 %);ALV %;Ale %\nTuoli;3;kpl;10,50;25,5;10",
        [
            {
                "text": "Tuoli",
                "quantity": "3",
                "unit": "kpl",
                "unit_price": "10.5",
                "vat": "25.5",
                "discount_percent": "10",
            }
        ],
    ),
    (
        "Beskrivning\tAntal\tEnhet\tPris\tMoms\nStol\t3\tst\t10\t25,5 %",
        [{"text": "Stol", "quantity": "3", "unit": "kpl", "unit_price": "10", "vat": "25.5"}],
    ),
    (
        "Description\tQty\tUnit price\nChair\t3\t1,200.50",
        [{"text": "Chair", "quantity": "3", "unit_price": "1200.5"}],
    ),
    ("\n\nKyltti\t5\n\t\n", [{"text": "Kyltti", "quantity": "1", "unit_price": "5"}]),
    ("Kyltti\t5\nYhteensä\t5\nALV 25,5 %\t1,28", [{"text": "Kyltti", "quantity": "1", "unit_price": "5"}]),
    ('"Kyltti\nja asennus"\t5', [{"text": "Kyltti\nja asennus", "quantity": "1", "unit_price": "5"}]),
    ('Kyltti "iso"\t5', [{"text": 'Kyltti "iso"', "quantity": "1", "unit_price": "5"}]),
    ("Kyltti\t2\t120\t25,5 %", [{"text": "Kyltti", "quantity": "2", "unit_price": "120", "vat": "25.5"}]),
    ("Kyltti\t10.5", [{"text": "Kyltti", "quantity": "1", "unit_price": "10.5"}]),
    ("=1+1\t5", [{"text": "=1+1", "quantity": "1", "unit_price": "5"}]),
]


@pytest.mark.parametrize(("pasted", "rows"), HABITS, ids=[each[0][:40].replace("\t", "|") for each in HABITS])
def test_a_row_is_read_as_it_was_meant(pasted: str, rows: list[dict[str, str]]) -> None:
    found = read_rows(pasted)
    assert [row.said for row in found.rows] == rows
    assert [row.faults for row in found.rows] == [{} for _row in rows]


@pytest.mark.parametrize(
    ("pasted", "faults"),
    [
        ("Kyltti\t1.200", {"unit_price": "two_readings"}),
        ("Kyltti\t-5", {"unit_price": "negative"}),
        ("Kuvaus\tHinta\nKyltti\tkysy", {"unit_price": "not_a_number"}),
        ("Kuvaus\tHinta\nKyltti\t", {"unit_price": "missing_price"}),
        ("Kuvaus\tHinta\n\t5", {"text": "missing_text"}),
        ("Kuvaus\tMäärä\tHinta\nKyltti\tnoin kolme\t5", {"quantity": "not_a_number"}),
        ("Kuvaus\tHinta\tAlv\nKyltti\t5\tveroton", {"vat": "vat_unknown"}),
        ("Kuvaus\tHinta\nKyltti\t0,12345", {"unit_price": "too_fine"}),
        ("Kuvaus\tHinta\nKyltti\t1e309", {"unit_price": "not_a_number"}),
        ("Kyltti ja asennus", {"unit_price": "missing_price"}),
    ],
)
def test_what_has_two_readings_or_none_says_so(pasted: str, faults: dict[str, str]) -> None:
    (row,) = read_rows(pasted).rows
    assert row.faults == faults


def test_a_faulty_row_can_be_pasted_again_as_it_came() -> None:
    found = read_rows('Kuvaus;Hinta\n"yksi;kaksi";kysy\nToinen;5')
    again = read_rows("\n".join([found.heading, *(row.source for row in found.rows)]))
    assert again.rows == found.rows


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t\t\t", ";;;"])
def test_nothing_is_no_row(text: str) -> None:
    assert read_rows(text).rows == ()


def test_a_heading_that_speaks_of_vat_is_told() -> None:
    assert read_rows("Kuvaus\tHinta sis. alv\nKyltti\t5").is_gross
    assert not read_rows("Kuvaus\tHinta ilman alv\nKyltti\t5").is_gross


def test_more_rows_than_an_offer_holds_are_told() -> None:
    found = read_rows("\n".join(f"Rivi {n}\t5" for n in range(MOST_ROWS + 1)))
    assert len(found.rows) == MOST_ROWS
    assert found.is_too_long


@pytest.mark.parametrize("rubbish", ["\0\0\0", '"' * 999, "\t" * 9999, "a\tb\tc\n" * 50, "€\t€\t€", "\u202e\t5"])
def test_rubbish_never_breaks_the_reading(rubbish: str) -> None:
    found: Any = read_rows(rubbish)
    assert found is not None
