"""Which telephone numbers are taken for numbers."""

import pytest

from bids.steps.asking import phone_fault


@pytest.mark.parametrize(
    "number",
    [
        "",
        "040 123 4567",
        "0400 123456",
        "040-123456",
        "050 12345",
        "044.123.4567",
        "09 123 4567",
        "(09) 123 4567",
        "08 123 456",
        "0100 100",
        "020 123 4000",
        "029 123 4000",
        "116 117",
        "+358 40 123 4567",
        "+358 (0)40 123 4567",
        "00358 40 123 4567",
        "358401234567",
        "+358 9 123 4567",
        "+46 8 123 45 67",
        "+372 512 3456",
        "+49 30 12345678-90",
        "+683 4002",
        "0046 70 123 45 67",
        "09 123 4567/12",
        "040 123 4567 / 050 123 4567",
        "09/1234567",
    ],
)
def test_numbers_that_can_be_called_are_taken(number: str) -> None:
    assert phone_fault(number) == ""


@pytest.mark.parametrize(
    "number",
    [
        "040 12",
        "040 1234",
        "050 1234",
        "09 123",
        "+358 40 12",
        "+358",
        "00358 40",
        "12345",
        "+46 70",
        "-",
        "040 123 4567 890 123 456",
        "soita iltapäivällä",
        "040 123 4567 (Pekka)",
        "/ / /",
    ],
)
def test_what_nobody_can_call_is_no_number(number: str) -> None:
    assert phone_fault(number)
