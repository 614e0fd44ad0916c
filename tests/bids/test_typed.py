"""What people type is read, or refused with a reason; nothing is guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bids import formats
from bids.content import Period
from bids.typed import MOST, NotReadable, days, number
from bids.vocabulary import Language

TODAY = date(2026, 3, 2)

PRICES = {
    "450": "450",
    "450 €": "450",
    "€450": "450",
    "450,-": "450",
    " 450,00 euroa ": "450",
    "1 200,50": "1200.50",
    "1\u00a0200,50 €": "1200.50",
    "1.200,50": "1200.50",
    "1,200.50": "1200.50",
    "1200.5": "1200.5",
    "1.234.567": "1234567",
    "0,5": "0.5",
    "0.50": "0.5",
    "007": "7",
    "EUR 12": "12",
}


@pytest.mark.parametrize(("typed", "value"), PRICES.items())
def test_a_price_is_read_as_people_write_it(typed: str, value: str) -> None:
    assert number(typed) == Decimal(value)


REFUSED_NUMBERS = {
    "": "empty",
    "   ": "empty",
    "€": "empty",
    "abc": "not_a_number",
    "450 h": "not_a_number",
    "-5": "negative",
    "\u22125": "negative",
    "1e309": "not_a_number",
    "NaN": "not_a_number",
    "Infinity": "not_a_number",
    "inf": "not_a_number",
    "0x10": "not_a_number",
    "1_000": "not_a_number",
    "٤٥٠": "not_a_number",
    "1,2,3": "not_a_number",
    "1.2,3.4": "not_a_number",
    "1.200": "two_readings",
    "1234567890123456789012345678": "too_large",
    "100000000": "too_large",
    "1,005": "too_fine",
    "0,0000001": "too_fine",
}


@pytest.mark.parametrize(("typed", "code"), REFUSED_NUMBERS.items())
def test_what_is_no_price_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(NotReadable) as refused:
        number(typed)
    assert refused.value.code == code


def test_a_unit_price_may_be_finer() -> None:
    assert number("0,315", decimals=4) == Decimal("0.315")


@given(some.decimals(min_value=0, max_value=MOST, places=2), some.sampled_from(Language))
def test_every_amount_we_print_in_finnish_and_swedish_is_read_back(value: Decimal, language: Language) -> None:
    assert number(formats.money(value, language)) == value


@given(some.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    try:
        value = number(typed)
    except NotReadable:
        return
    assert value.is_finite()
    assert Decimal(0) <= value <= MOST


DAYS = {
    "24.4.2026": (date(2026, 4, 24), date(2026, 4, 24)),
    "24.4.26": (date(2026, 4, 24), date(2026, 4, 24)),
    "24.4.": (date(2026, 4, 24), date(2026, 4, 24)),
    "24.4": (date(2026, 4, 24), date(2026, 4, 24)),
    "1.3.": (date(2027, 3, 1), date(2027, 3, 1)),
    "2.3.": (date(2026, 3, 2), date(2026, 3, 2)),
    "29.2.": (date(2028, 2, 29), date(2028, 2, 29)),
    "2026-04-24": (date(2026, 4, 24), date(2026, 4, 24)),
    "24 April 2026": (date(2026, 4, 24), date(2026, 4, 24)),
    "24th Apr": (date(2026, 4, 24), date(2026, 4, 24)),
    "24 april 2026": (date(2026, 4, 24), date(2026, 4, 24)),
    "1 maj": (date(2026, 5, 1), date(2026, 5, 1)),
    "24. huhtikuuta 2026": (date(2026, 4, 24), date(2026, 4, 24)),
    "1. maaliskuuta": (date(2027, 3, 1), date(2027, 3, 1)),
    "6 joulu": (date(2026, 12, 6), date(2026, 12, 6)),
    "viikko 17": (date(2026, 4, 20), date(2026, 4, 24)),
    "vko 17": (date(2026, 4, 20), date(2026, 4, 24)),
    "viikolla 17": (date(2026, 4, 20), date(2026, 4, 24)),
    "vecka 17": (date(2026, 4, 20), date(2026, 4, 24)),
    "Week 17": (date(2026, 4, 20), date(2026, 4, 24)),
    "v. 5": (date(2027, 2, 1), date(2027, 2, 5)),
    "vko 2/2027": (date(2027, 1, 11), date(2027, 1, 15)),
    "vko 53": (date(2026, 12, 28), date(2027, 1, 1)),
}


@pytest.mark.parametrize(("typed", "period"), DAYS.items())
def test_a_day_or_a_week_is_read_as_people_write_it(typed: str, period: tuple[date, date]) -> None:
    assert days(typed, today=TODAY) == Period(starts_on=period[0], ends_on=period[1])


REFUSED_DAYS = {
    "": "empty",
    "huomenna": "not_a_day",
    "31.4.2026": "no_such_day",
    "31.4.": "no_such_day",
    "30.2.": "no_such_day",
    "2026-13-01": "no_such_day",
    "31 April": "no_such_day",
    "24 Juneberry": "not_a_day",
    "1 March 2026": "past",
    "vko 0": "no_such_day",
    "vko 54": "no_such_day",
    "vko 53/2027": "no_such_day",
    "1.3.2026": "past",
    "vko 8/2026": "past",
    "1.1.2099": "too_far",
    "0.0.": "no_such_day",
    "24.4.0000": "no_such_day",
}


@pytest.mark.parametrize(("typed", "code"), REFUSED_DAYS.items())
def test_what_is_no_day_is_refused_with_its_reason(typed: str, code: str) -> None:
    with pytest.raises(NotReadable) as refused:
        days(typed, today=TODAY)
    assert refused.value.code == code


@given(some.text(max_size=20), some.dates(min_value=date(2024, 1, 1), max_value=date(2099, 12, 31)))
def test_whatever_day_is_typed_is_read_or_refused(typed: str, today: date) -> None:
    try:
        period = days(typed, today=today)
    except NotReadable:
        return
    assert today <= period.ends_on


@pytest.mark.parametrize("language", list(Language))
def test_a_day_is_read_as_we_write_it_ourselves(language: Language) -> None:
    for month in range(1, 13):
        day = date(2027, month, 12)
        assert days(formats.day(day, language), today=TODAY) == Period(starts_on=day, ends_on=day)
