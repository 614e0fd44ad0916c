import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.fi import alv, ytunnus

from kernel.business_id import (
    BusinessIdNotValid,
    check_digit,
    is_business_id,
    is_finnish_vat_number,
    normalised,
    vat_number_of,
)

TEST_RANGE = [
    "9000001-1",
    "9000003-8",
    "9000004-6",
    "9000005-4",
    "9000006-2",
    "9000007-0",
    "9000008-9",
    "9000009-7",
    "9000011-8",
    "9000012-6",
    "9000013-4",
    "9000014-2",
    "9000015-0",
    "9000020-6",
    "9000021-4",
    "9000022-2",
    "9000023-0",
]
NEVER_ISSUED = ["9000002", "9000010", "9000029", "9000037", "9000045", "9000053", "9000061"]


@st.composite
def issued(draw: st.DrawFn) -> str:
    base = draw(st.from_regex(r"[0-9]{7}", fullmatch=True).filter(lambda base: check_digit(base) is not None))
    return f"{base}-{check_digit(base)}"


@pytest.mark.parametrize("number", [*TEST_RANGE, "2077474-0", "0737546-2"])
def test_an_issued_number_is_its_own_normal_form(number: str) -> None:
    assert is_business_id(number)
    assert normalised(number) == number


@pytest.mark.parametrize("base", NEVER_ISSUED)
def test_a_base_without_check_digit_has_no_valid_number(base: str) -> None:
    assert check_digit(base) is None
    assert not any(is_business_id(f"{base}-{digit}") for digit in range(10))


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("20774740", "2077474-0"),
        ("2077474 0", "2077474-0"),
        (" 2077474-0\n", "2077474-0"),
        ("2077474–0", "2077474-0"),
        ("2077474\u22120", "2077474-0"),
        ("737546-2", "0737546-2"),
    ],
)
def test_what_people_type_becomes_the_stored_form(typed: str, stored: str) -> None:
    assert normalised(typed) == stored
    assert not is_business_id(typed)


@pytest.mark.parametrize(
    ("typed", "reason", "suggestion"),
    [
        ("9000001-8", "check_digit", ""),
        ("2077474-1", "check_digit", ""),
        ("123456-7", "check_digit", ""),
        ("9000002-1", "check_digit", ""),
        ("FI2077474", "shape", ""),
        ("FI20774740", "vat_number", "2077474-0"),
        ("fi 20774740", "vat_number", "2077474-0"),
        ("FI20774741", "vat_number", ""),
        ("207747-40", "shape", ""),
        ("2077474--0", "shape", ""),
        ("7375462", "shape", ""),
        ("", "shape", ""),
        ("٢٠٧٧٤٧٤-٠", "digits", ""),
        ("２０７７４７４-０", "digits", ""),
    ],
)
def test_what_is_no_business_id_is_refused_with_its_reason(typed: str, reason: str, suggestion: str) -> None:
    with pytest.raises(BusinessIdNotValid) as refused:
        normalised(typed)

    assert (refused.value.reason, refused.value.suggestion) == (reason, suggestion)
    assert not is_business_id(typed)


@given(issued())
def test_every_issued_number_is_valid_for_the_independent_library_too(number: str) -> None:
    assert ytunnus.is_valid(number)
    assert normalised(number.replace("-", "")) == number


@given(issued(), st.integers(0, 9))
def test_one_wrong_check_digit_is_always_noticed(number: str, digit: int) -> None:
    assert is_business_id(f"{number[:8]}{digit}") is (str(digit) == number[8])


@given(issued(), st.integers(0, 6), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, shift: int) -> None:
    wrong = (int(number[place]) + shift) % 10
    assert not is_business_id(f"{number[:place]}{wrong}{number[place + 1 :]}")


@given(st.text(max_size=14))
def test_a_normal_form_is_always_seven_digits_a_hyphen_and_one(text: str) -> None:
    try:
        stored = normalised(text)
    except BusinessIdNotValid:
        return
    assert is_business_id(stored)
    assert stored.isascii()


@given(issued())
def test_the_vat_number_carries_the_same_digits(number: str) -> None:
    assert is_finnish_vat_number(vat_number_of(number))
    assert alv.is_valid(vat_number_of(number))
    assert vat_number_of(number)[2:] == number.replace("-", "")


@pytest.mark.parametrize(
    "text", ["FI20774741", "20774740", "FI2077474", "FI2077474-0", "SE556703748501", "FI２０７７４７４０"]
)
def test_what_is_no_finnish_vat_number_is_not_taken_for_one(text: str) -> None:
    assert not is_finnish_vat_number(text)
