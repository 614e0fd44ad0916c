from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bids.exports.bid_package import fault_sentence
from tests.bids.package_files import changed, example, faults_of

MINIMAL = example("minimal")
LINE = "parts[0].lines[0]"


def told(path: str, value: Any, language: str = "en") -> list[str]:
    faults = faults_of(changed(MINIMAL, {path: value}))
    assert {fault.path for fault in faults} <= {path}
    return [fault_sentence(fault, language) for fault in faults]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1 200,50", "Write 1200.50: a decimal point, and no spaces or marks between digits."),
        ("1\u00a0200,50", "Write 1200.50: a decimal point"),
        ("1\u202f200,5", "Write 1200.5: a decimal point"),
        ("1.200,50", "Write 1200.50: a decimal point"),
        ("1,200.50", "Write 1200.50: a decimal point"),
        ("1'200.50", "Write 1200.50: a decimal point"),
        ("1.200.500", "Write 1200500: a decimal point"),
        ("24,90", "Write 24.90: a decimal point"),
        (" 24.90", "Write 24.90: a decimal point"),
        ("+5", "Write 5: a decimal point"),
        (".5", "Write 0.5: a decimal point"),
        ("5.", "Write 5: a decimal point"),
        ("1,200", '"1,200" could be 1200 or 1.200.'),
        ("24,90 €", "Write 24.90, without the currency."),
        ("€24.90", "Write 24.90, without the currency."),
        ("24.90 EUR", "Write 24.90, without the currency."),
        ("1e3", "has an exponent"),
        ("1e309", "has an exponent"),
        ("NaN", "is not a number"),
        ("Infinity", "is not a number"),
        ("1/2", "is not a number"),
        ("½", "is not a number"),
        ("1,2,3.4.5", "is not a number"),
        ("noin 20", "is not a number"),
        ("２４", "in other digits than 0–9"),
        ("٢٤", "in other digits than 0–9"),
        ("", "must not be empty"),
        ("9" * 28, "is too large; 1000000000 is the most."),
        ("9" * 5000, "is not a number"),
        ("1000000000.0001", "is too large"),
        ("24.90001", "has too many decimals; 4 is the most."),
        ("-5", "is too small; 0 is the least."),
        ("\u22125", "Write -5: a decimal point"),
    ],
)
def test_a_price_as_a_spreadsheet_has_it_says_what_to_write(typed: str, sentence: str) -> None:
    (said,) = told(f"{LINE}.unit_price", typed)

    assert sentence in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("24h", '"24h" is not a number. Write 24 here; the unit h belongs in "unit".'),
        ("1 200,5 m²", 'Write 1200.5 here; the unit m² belongs in "unit".'),
        ("10 kpl", 'Write 10 here; the unit kpl belongs in "unit".'),
        ("0", '"0" must be more than 0.'),
        ("0.0001", "has too many decimals; 3 is the most."),
        ("1000000000", "is too large; 999999999.999 is the most."),
    ],
)
def test_a_quantity_as_a_spreadsheet_has_it_says_what_to_write(typed: str, sentence: str) -> None:
    (said,) = told(f"{LINE}.quantity", typed)

    assert sentence in said


@pytest.mark.parametrize(
    ("path", "typed", "sentence"),
    [
        (f"{LINE}.discount_percent", "5 %", "Write 5, without the percent sign."),
        (f"{LINE}.discount_percent", "100.001", "is too large; 100 is the most."),
        (f"{LINE}.vat", "25,5 %", "Write 25.5, without the percent sign."),
        (f"{LINE}.vat", "25,5", "Write 25.5: a decimal point"),
        (f"{LINE}.vat", "0", "Write zero, exempt or reverse, and vat_reason."),
        (f"{LINE}.vat", "0.00", "Write zero, exempt or reverse, and vat_reason."),
        (f"{LINE}.vat", "O", "That is said of the firm: set its vat_liable to false."),
        (f"{LINE}.vat", "exmpt", 'Did you mean "exempt"?'),
        (f"{LINE}.vat", "veroton", "is neither a VAT rate nor one of zero, exempt, reverse."),
        (f"{LINE}.vat", None, "null says nothing here."),
        (f"{LINE}.vat", False, "A text in double quotes is expected here."),
        (f"{LINE}.unit_price", 24.9, 'Write "24.9", in double quotes: that keeps every digit.'),
        (f"{LINE}.quantity", 24, 'Write "24", in double quotes'),
        (f"{LINE}.vat", 25.5, 'Write "25.5", in double quotes'),
        (f"{LINE}.quantity", 1e300, "is not a number"),
        (f"{LINE}.quantity", float("nan"), '"NaN" is not a number'),
        (f"{LINE}.quantity", float("-inf"), '"-Infinity" is not a number'),
        (f"{LINE}.quantity", ["1"], "A number in double quotes is expected here"),
        (f"{LINE}.optional", "true", 'Write true or false, without quotes, instead of "true".'),
        (f"{LINE}.optional", 1, "Write true or false, without quotes."),
        (f"{LINE}.optional", None, "null says nothing here."),
        (f"{LINE}.code", 5, 'Write "5", in double quotes.'),
        (f"{LINE}.code", " C1", 'Write "C1" instead of " C1", without spaces.'),
        (f"{LINE}.code", "C 1", "use letters, digits, - and _, without spaces"),
        (f"{LINE}.pricing", "fix", 'Did you mean "fixed"? Known are: fixed, unit, estimate, cap, recurring.'),
        (f"{LINE}.pricing", "halpa", "Known are: fixed, unit, estimate, cap, recurring."),
        (f"{LINE}.text", "", "must not be empty"),
        (f"{LINE}.text", "x" * 20_001, "The text has 20001 characters; 20000 is the most."),
        (f"{LINE}.price", "5", 'Did you mean "price_basis"?'),
        ("payment_days", "14", "Write 14 without quotes."),
        ("payment_days", 14.5, "A whole number without quotes is expected here"),
        ("payment_days", -1, "-1 is not between 0 and 365."),
        ("payment_days", True, "A whole number without quotes is expected here"),
        ("parts", {}, "A list is expected here: [ … ]."),
        ("parts", [], "At least one is needed here."),
        ("client", "Kahvila Kuksa", "An object is expected here: { … }."),
        ("notes", "huomaa", "A list is expected here: [ … ]."),
        ("format", "punos.bid-package/2", 'is not known here. Write "punos.bid-package/1".'),
        ("client.municipality", "49", 'Write the municipality code "49" with three digits: 049.'),
        ("client.municipality", "Mikkeli", "is no municipality code"),
        ("client.vat_number", "9000020-6", "begins with the two letters of the country"),
        ("client.vat_number", "FI90000207", "is no Finnish VAT number"),
        ("client.business_id", "90000206", 'Write the Business ID "90000206" as 9000020-6.'),
        ("client.business_id", "FI90000206", "is a VAT number. Write the Business ID here, such as 9000020-6."),
        ("client.business_id", "FI90000207", "looks like a VAT number, but a digit in it is wrong."),
        ("client.business_id", "9000020-7", "a digit is wrong, for the check digit does not fit"),
        ("client.business_id", "9000020–6", "as 9000020-6."),
        ("client.business_id", "９０００020-6", "use the digits 0–9"),
        ("parts[0].firm.colour", "#abc", 'Write the colour "#abc" as #aabbcc.'),
        ("parts[0].firm.colour", "1d5c63", 'Write the colour "1d5c63" as #1d5c63.'),
        ("parts[0].firm.colour", "sininen", "is not a colour"),
    ],
)
def test_every_habit_gets_the_sentence_that_helps(path: str, typed: Any, sentence: str) -> None:
    (said,) = told(path, typed)

    assert sentence in said


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31.4.2026", '"31.4.2026" does not exist: April 2026 has 30 days. Dates are written as 2026-04-30.'),
        ("29.2.2026", "February 2026 has 28 days. Dates are written as 2026-02-28."),
        ("2026-02-30", "February 2026 has 28 days."),
        ("5.3.2026", 'Write the date "5.3.2026" as 2026-03-05: year, month, day.'),
        ("05.03.2026", "as 2026-03-05"),
        ("5.3.26", "as 2026-03-05"),
        ("5. 3. 2026", "as 2026-03-05"),
        ("2026-3-5", "as 2026-03-05"),
        ("2026/03/05", "as 2026-03-05"),
        ("2026-03-05T00:00:00", "as 2026-03-05"),
        ("5/3/2026", "could be two dates"),
        ("46086", "looks like a spreadsheet's number of the day 2026-03-05"),
        (46086, "looks like a spreadsheet's number of the day 2026-03-05"),
        ("1.13.2026", "months go from 1 to 12"),
        ("0.3.2026", "March 2026 has 31 days"),
        ("20260305", "is not a date"),
        ("huomenna", "is not a date"),
        ("２０２６-０３-０５", "is not a date"),
        ("2012-12-31", "is not between 2013-01-01 and 2099-12-31"),
        ("9999-12-31", "is not between 2013-01-01 and 2099-12-31"),
        ("", "must not be empty"),
        (True, "A text in double quotes is expected here."),
        (None, "null says nothing here."),
    ],
)
def test_a_day_as_a_letter_has_it_says_what_to_write(typed: Any, sentence: str) -> None:
    (said,) = told("valid_until", typed)

    assert sentence in said


def test_the_sentences_speak_the_readers_language() -> None:
    assert told("valid_until", "31.4.2026", "fi") == [
        'Päivää "31.4.2026" ei ole: huhtikuussa 2026 on 30 päivää. Päivät kirjoitetaan muodossa 2026-04-30.'
    ]
    assert told(f"{LINE}.quantity", "24h", "sv") == ['"24h" är inget tal. Skriv 24 här; enheten h hör hemma i "unit".']


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_stands_for_a_number_is_taken_or_told_in_a_whole_sentence(typed: str) -> None:
    assert all(len(sentence) > 10 for sentence in told(f"{LINE}.unit_price", typed))


@settings(deadline=None)
@given(st.text(alphabet="0123456789., -/eT%€'hkpl", max_size=12))
def test_whatever_looks_like_a_day_is_taken_or_told_in_a_whole_sentence(typed: str) -> None:
    assert all(len(sentence) > 10 for sentence in told("valid_until", typed))
