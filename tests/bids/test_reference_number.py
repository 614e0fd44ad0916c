"""Reference numbers are made by the rule, or not at all."""

import pytest

from bids.reference_number import in_fives, international, reference_for


@pytest.mark.parametrize(
    ("number", "reference", "printed", "rf"),
    [
        ("123456", "1234561", "12 34561", "RF341234561"),
        ("100", "1009", "1009", "RF181009"),
        ("2026001", "20260011", "202 60011", "RF5220260011"),
        ("000100", "1009", "1009", "RF181009"),
        ("20 260 01", "20260011", "202 60011", "RF5220260011"),
    ],
)
def test_the_check_digit_is_that_of_the_rule(number: str, reference: str, printed: str, rf: str) -> None:
    assert reference_for(number) == reference
    assert in_fives(reference) == printed
    assert international(reference) == rf


@pytest.mark.parametrize("number", ["", "12", "0012", "A-100", "2026/1", "1" * 20, "١٢٣٤", "12.5"])
def test_what_is_no_plain_number_makes_no_reference(number: str) -> None:
    assert reference_for(number) is None
    assert reference_for("1" * 19) is not None
