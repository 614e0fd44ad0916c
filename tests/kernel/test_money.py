"""Rounding to the cent, and splitting without losing one."""

from decimal import Context, Decimal, Inexact, localcontext
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.money import exact, round_half_up, share_by_largest_remainder

D = Decimal

CENTS = st.integers(min_value=-(10**15), max_value=10**15).map(lambda cents: D(cents).scaleb(-2))
WEIGHTS = st.dictionaries(
    st.text(max_size=3),
    st.one_of(
        st.integers(min_value=0, max_value=3).map(D),
        st.decimals(min_value=0, max_value=10**6, places=2),
        st.decimals(min_value=0, max_value=10**6, places=4),
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        (D("1011.465"), "1011.47"),
        (D("73.125"), "73.13"),
        (D("0.005"), "0.01"),
        (D("0.00499999999999999999999999999999999999"), "0.00"),
        (D("-0.005"), "-0.01"),
        (D("7"), "7.00"),
        (D("1E+2"), "100.00"),
        (7, "7.00"),
        (Fraction(1, 200), "0.01"),
        (Fraction(-1, 200), "-0.01"),
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (D("99999999999999999999999999999999.995"), "100000000000000000000000000000000.00"),
    ],
)
def test_halves_go_away_from_zero(amount: Decimal | Fraction | int, rounded: str) -> None:
    assert str(round_half_up(amount)) == rounded


def test_what_rounds_to_nothing_is_plain_zero() -> None:
    assert str(round_half_up(D("-0.004"))) == "0.00"
    assert str(round_half_up(Fraction(-1, 300))) == "0.00"


@pytest.mark.parametrize("amount", [1.5, True, "1.50", None])
def test_money_is_never_a_float_or_anything_but_a_number(amount: object) -> None:
    with pytest.raises(TypeError):
        round_half_up(amount)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        share_by_largest_remainder(amount, {"a": D(1)})  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        share_by_largest_remainder(D("1.00"), {"a": amount})  # type: ignore[dict-item]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_an_amount_without_an_end_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount of money"):
        round_half_up(D(amount))


@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6))
def test_rounding_is_never_off_by_more_than_half_a_cent(amount: Fraction) -> None:
    rounded = round_half_up(amount)

    assert rounded.as_tuple().exponent == -2
    assert abs(Fraction(rounded) - amount) <= Fraction(1, 200)
    assert round_half_up(-amount) == -rounded


def test_the_callers_precision_changes_nothing() -> None:
    amount, weights = D("123456789.125"), {"a": D("1.11"), "b": D("2.22"), "c": D("3.34")}
    expected = round_half_up(amount), share_by_largest_remainder(D("1234567.89"), weights)

    with localcontext(Context(prec=3)):
        narrow = round_half_up(amount), share_by_largest_remainder(D("1234567.89"), weights)

    assert narrow == expected


def test_inside_exact_nothing_is_rounded_silently() -> None:
    with localcontext(Context(prec=3)), exact():
        assert D("999999999.999") * D("1000000000.0001") == D("999999999999099999.9999999")
        with pytest.raises(Inexact):
            D(1) / D(3)


def test_a_hundred_over_three_equal_parts() -> None:
    assert share_by_largest_remainder(D("100.00"), {"a": D(1), "b": D(1), "c": D(1)}) == {
        "a": D("33.34"),
        "b": D("33.33"),
        "c": D("33.33"),
    }


def test_a_tied_cent_goes_to_the_lowest_key_whatever_the_order() -> None:
    assert share_by_largest_remainder(D("0.01"), {"b": D(5), "c": D(5), "a": D(5)}) == {
        "b": D("0.00"),
        "c": D("0.00"),
        "a": D("0.01"),
    }


def test_the_largest_remainder_wins_over_the_largest_share() -> None:
    assert share_by_largest_remainder(D("0.10"), {"a": D("4.1"), "b": D("4.1"), "c": D("1.8")}) == {
        "a": D("0.04"),
        "b": D("0.04"),
        "c": D("0.02"),
    }


def test_without_any_weight_the_shares_are_equal() -> None:
    assert share_by_largest_remainder(D("0.03"), {"b": D(0), "a": D("0.00")}) == {"b": D("0.01"), "a": D("0.02")}


def test_a_firm_without_weight_never_gets_a_cent() -> None:
    assert share_by_largest_remainder(D("0.05"), {"a": D(0), "b": D(1), "c": D(1)})["a"] == 0


@pytest.mark.parametrize(
    ("amount", "weights"),
    [("0.01", {}), ("0.005", {"a": D(1)}), ("1.00", {"a": D(-1)}), ("1.00", {"a": D(2), "b": D(-1)})],
)
def test_what_cannot_be_split_is_refused(amount: str, weights: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match=r"nobody|whole cents|negative"):
        share_by_largest_remainder(D(amount), weights)


def test_nothing_over_nobody_is_nothing() -> None:
    assert share_by_largest_remainder(D("0.00"), {}) == {}


@given(CENTS, WEIGHTS)
def test_shares_always_sum_to_the_whole_and_none_is_a_cent_off(amount: Decimal, weights: dict[str, Decimal]) -> None:
    shares = share_by_largest_remainder(amount, weights)

    total = sum(map(Fraction, weights.values()))
    assert sum(shares.values()) == amount
    assert list(shares) == list(weights)
    for key, share in shares.items():
        due = Fraction(amount) * Fraction(weights[key]) / total if total else Fraction(amount) / len(weights)
        assert abs(Fraction(share) - due) < Fraction(1, 100)


@given(CENTS, WEIGHTS, st.randoms())
def test_the_order_of_the_weights_never_moves_a_cent(
    amount: Decimal, weights: dict[str, Decimal], random: Random
) -> None:
    shuffled = list(weights.items())
    random.shuffle(shuffled)

    assert share_by_largest_remainder(amount, dict(shuffled)) == share_by_largest_remainder(amount, weights)
