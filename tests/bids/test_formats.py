"""Amounts, days and numbers are written as each language writes them."""

from datetime import date, time
from decimal import Decimal

import pytest

from bids import formats
from bids.vocabulary import Language

FI, SV, EN = Language.FI, Language.SV, Language.EN
ALL = (FI, SV, EN)
N = "\u00a0"


@pytest.mark.parametrize(
    ("value", "finnish", "english"),
    [
        ("3484.03", f"3{N}484,03{N}€", "€3,484.03"),
        ("0.00", f"0,00{N}€", "€0.00"),
        ("999.90", f"999,90{N}€", "€999.90"),
        ("1234567.50", f"1{N}234{N}567,50{N}€", "€1,234,567.50"),
        ("-1234.50", f"−1{N}234,50{N}€", "−€1,234.50"),
    ],
)
def test_money_has_its_separators_and_never_breaks(value: str, finnish: str, english: str) -> None:
    assert formats.money(Decimal(value), FI) == finnish
    assert formats.money(Decimal(value), SV) == finnish
    assert formats.money(Decimal(value), EN) == english


def test_an_amount_for_a_column_has_no_currency() -> None:
    assert [formats.amount(Decimal("1482.00"), one) for one in ALL] == [f"1{N}482,00", f"1{N}482,00", "1,482.00"]


def test_a_change_always_has_its_sign() -> None:
    assert formats.signed_money(Decimal("312.00"), FI) == f"+312,00{N}€"
    assert formats.signed_money(Decimal("-112.37"), FI) == f"−112,37{N}€"
    assert formats.signed_money(Decimal("-112.37"), EN) == "−€112.37"


def test_an_amount_that_was_not_rounded_is_refused() -> None:
    with pytest.raises(ValueError, match="not rounded"):
        formats.money(Decimal("1011.465"), FI)


def test_large_sums_keep_every_digit() -> None:
    assert formats.money(Decimal("123456789012345678.99"), FI).replace(N, "") == "123456789012345678,99€"


@pytest.mark.parametrize(
    ("value", "finnish", "english"),
    [
        ("0.315", "0,315", "0.315"),
        ("0.3150", "0,315", "0.315"),
        ("12.9", "12,90", "12.90"),
        ("0.0001", "0,0001", "0.0001"),
        ("1000", f"1{N}000,00", "1,000.00"),
    ],
)
def test_a_unit_price_is_never_cut(value: str, finnish: str, english: str) -> None:
    assert formats.unit_price(Decimal(value), FI) == finnish
    assert formats.unit_price(Decimal(value), SV) == finnish
    assert formats.unit_price(Decimal(value), EN) == english


def test_a_unit_price_with_five_decimals_is_refused() -> None:
    with pytest.raises(ValueError, match="four decimals"):
        formats.unit_price(Decimal("0.00001"), FI)


@pytest.mark.parametrize(
    ("value", "finnish", "english"),
    [("24", "24", "24"), ("24.000", "24", "24"), ("2.5", "2,5", "2.5"), ("1200.125", f"1{N}200,125", "1,200.125")],
)
def test_a_quantity_says_no_more_and_no_less(value: str, finnish: str, english: str) -> None:
    assert formats.quantity(Decimal(value), FI) == finnish
    assert formats.quantity(Decimal(value), SV) == finnish
    assert formats.quantity(Decimal(value), EN) == english


def test_a_percentage_keeps_its_decimals() -> None:
    assert [formats.percent(Decimal("25.5"), one) for one in ALL] == [f"25,5{N}%", f"25,5{N}%", "25.5%"]
    assert formats.percent(Decimal(10), FI) == f"10{N}%"
    assert formats.percent(Decimal("33.333"), FI) == f"33,333{N}%"


def test_a_day_has_no_leading_zeros() -> None:
    assert [formats.day(date(2026, 3, 2), one) for one in ALL] == ["2.3.2026", "2.3.2026", f"2{N}March 2026"]


@pytest.mark.parametrize(
    ("first", "last", "finnish", "english"),
    [
        (date(2026, 9, 11), date(2026, 9, 12), "11.–12.9.2026", f"11–12{N}September 2026"),
        (date(2026, 3, 30), date(2026, 4, 5), "30.3.–5.4.2026", f"30 March – 5{N}April 2026"),
        (date(2026, 12, 30), date(2027, 1, 2), "30.12.2026–2.1.2027", f"30{N}December 2026 – 2{N}January 2027"),
        (date(2026, 9, 11), date(2026, 9, 11), "11.9.2026", f"11{N}September 2026"),
    ],
)
def test_a_range_names_month_and_year_once(first: date, last: date, finnish: str, english: str) -> None:
    assert formats.days(first, last, FI) == finnish
    assert formats.days(first, last, SV) == finnish
    assert formats.days(first, last, EN) == english


def test_a_range_may_leave_the_year_to_its_heading() -> None:
    assert formats.days_without_year(date(2026, 3, 9), date(2026, 3, 15), FI) == "9.–15.3."
    assert formats.days_without_year(date(2026, 3, 30), date(2026, 4, 5), SV) == "30.3.–5.4."
    assert formats.days_without_year(date(2026, 3, 9), date(2026, 3, 15), EN) == "9–15 March"
    assert formats.days_without_year(date(2026, 12, 30), date(2027, 1, 2), FI) == "30.12.2026–2.1.2027"


def test_a_week_is_named_in_each_language() -> None:
    friday = date(2026, 4, 24)
    assert [formats.week(friday, one) for one in ALL] == [f"vko{N}17", f"vecka{N}17", f"week{N}17"]
    assert [formats.in_week(friday, one) for one in ALL] == [f"viikolla{N}17", f"vecka{N}17", f"week{N}17"]


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert formats.week(date(2027, 1, 1), FI) == f"vko{N}53"


def test_a_whole_week_ends_on_its_sunday_or_its_friday() -> None:
    assert formats.is_whole_week(date(2026, 4, 20), date(2026, 4, 26))
    assert formats.is_whole_week(date(2026, 4, 20), date(2026, 4, 24))
    assert not formats.is_whole_week(date(2026, 4, 21), date(2026, 4, 27))
    assert not formats.is_whole_week(date(2026, 4, 20), date(2026, 5, 3))


@pytest.mark.parametrize("wrong", ["90000011", "FI90000011", "9000001-12", "９000001-1", ""])
def test_only_the_one_form_of_a_business_id_is_printed(wrong: str) -> None:
    assert formats.business_id("9000001-1") == "9000001-1"
    with pytest.raises(ValueError, match="Business ID"):
        formats.business_id(wrong)


@pytest.mark.parametrize(
    ("typed", "printed", "link"),
    [
        ("+358401234567", f"+358{N}40{N}123{N}4567", "+358401234567"),
        ("040 000 0000", f"040{N}000{N}0000", "0400000000"),
        ("040-123456", f"040{N}123{N}456", "040123456"),
        ("puhelinvaihde 0100", f"puhelinvaihde{N}0100", ""),
        ("112", "112", "112"),
    ],
)
def test_a_telephone_number_stands_in_groups(typed: str, printed: str, link: str) -> None:
    assert formats.phone(typed) == printed
    assert formats.phone_link(typed) == link


@pytest.mark.parametrize(
    ("language", "price", "clock"),
    [(FI, f"78,00{N}€", "7.05"), (SV, f"78,00{N}€", "7.05"), (EN, "€78.00", "7:05")],
)
def test_each_language_has_its_own_way_with_the_euro_and_the_hour(language: Language, price: str, clock: str) -> None:
    assert formats.price(Decimal(78), language) == price
    assert formats.clock(time(7, 5), language) == clock
