"""How amounts, quantities, days and identifiers are written in Finnish, in Finland-Swedish and in English.

One formatter for pages, documents and letters: libraries disagree about signs, spaces and patterns, so their output is
never compared. Groups and the space before € and % are U+00A0, so that nothing breaks over a line; minus is U+2212 and
a range has an en dash. Nothing is rounded here but amounts, which are sums already rounded to the cent.
"""

import re
from datetime import date, time
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from bids.vocabulary import Language

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"

_LOCALES = {Language.FI: "fi", Language.SV: "sv_FI", Language.EN: "en_GB"}
_WEEK = {Language.FI: "vko", Language.SV: "vecka", Language.EN: "week"}
_IN_WEEK = {Language.FI: "viikolla", Language.SV: "vecka", Language.EN: "week"}
_BUSINESS_ID = re.compile(r"[0-9]{7}-[0-9]")
_TO_SUNDAY, _TO_FRIDAY = 6, 4
_PHONE_GROUPS = {5: (2, 3), 6: (3, 3), 7: (3, 4), 8: (4, 4), 9: (3, 3, 3)}


def _decimal(value: Decimal, language: Language, pattern: str) -> str:
    written = format_decimal(abs(value), format=pattern, locale=_LOCALES[language], decimal_quantization=False)
    written = written.replace("\u202f", NBSP)
    return f"{MINUS}{written}" if value < 0 else written


def amount(value: Decimal, language: Language) -> str:
    """An amount without its currency, for columns headed with €: `3 484,03`. Two decimals, never cut."""
    if value != value.quantize(Decimal("0.01")):
        raise ValueError(f"{value} is not rounded to the cent.")
    return _decimal(value, language, "#,##0.00")


def money(value: Decimal, language: Language) -> str:
    """An amount in euros: `3 484,03 €`, in English `€3,484.03`. ValueError unless it is rounded to the cent."""
    return in_euros(amount(value, language), language)


def signed_money(value: Decimal, language: Language) -> str:
    """A change of an amount: `+312,00 €`, `−99,00 €`."""
    written = money(value, language)
    return f"+{written}" if value >= 0 else written


def unit_price(value: Decimal, language: Language) -> str:
    """A price of one unit, without its currency: two decimals at least and up to four, none of them cut: `0,315`."""
    if value != value.quantize(Decimal("0.0001")):
        raise ValueError(f"{value} has more than four decimals.")
    return _decimal(value, language, "#,##0.00##")


def price(value: Decimal, language: Language) -> str:
    """A price of one unit in euros: `0,315 €`, in English `€0.315`."""
    return in_euros(unit_price(value, language), language)


def quantity(value: Decimal, language: Language) -> str:
    """A quantity with up to three decimals, none of them cut: `24`, `2,5`, `1 200`."""
    if value != value.quantize(Decimal("0.001")):
        raise ValueError(f"{value} has more than three decimals.")
    return _decimal(value, language, "#,##0.###")


def percent(value: Decimal, language: Language) -> str:
    """A percentage given per hundred: `25,5 %`, in English `25.5%`."""
    written = _decimal(value, language, "#,##0.###")
    return f"{written}%" if language == Language.EN else f"{written}{NBSP}%"


def day(value: date, language: Language) -> str:
    """A day without leading zeros: `2.3.2026`, in English `2 March 2026`."""
    if language == Language.EN:
        return format_date(value, "d MMMM y", locale="en_GB").replace(" ", NBSP, 1)
    return f"{value.day}.{value.month}.{value.year}"


def clock(local: time, language: Language) -> str:
    """A time of day: `7.05`, in English `7:05`."""
    return f"{local.hour}{':' if language == Language.EN else '.'}{local.minute:02}"


def days(first: date, last: date, language: Language) -> str:
    """A first and a last day, both included, naming month and year once: `11.–12.9.2026`, `11–12 September 2026`."""
    if first == last:
        return day(last, language)
    if first.year != last.year:
        return f"{day(first, language)}{_dash(language)}{day(last, language)}"
    return f"{_start(first, last, language)}{day(last, language)}"


def days_without_year(first: date, last: date, language: Language) -> str:
    """The same where the year stands elsewhere: `9.–15.3.`, `9–15 March`."""
    if first.year != last.year:
        return days(first, last, language)
    end = f"{last.day}.{last.month}." if language != Language.EN else format_date(last, "d MMMM", locale="en_GB")
    return end if first == last else f"{_start(first, last, language)}{end}"


def _start(first: date, last: date, language: Language) -> str:
    same_month = first.month == last.month
    if language == Language.EN:
        written = str(first.day) if same_month else format_date(first, "d MMMM", locale="en_GB")
        return f"{written}{EN_DASH if same_month else _dash(language)}"
    return f"{first.day}.{EN_DASH}" if same_month else f"{first.day}.{first.month}.{EN_DASH}"


def _dash(language: Language) -> str:
    return f" {EN_DASH} " if language == Language.EN else EN_DASH


def week(value: date, language: Language) -> str:
    """The ISO week a day lies in: `vko 17`, `vecka 17`, `week 17`."""
    return f"{_WEEK[language]}{NBSP}{value.isocalendar().week}"


def in_week(value: date, language: Language) -> str:
    """The week as an answer to when: `viikolla 17`, `vecka 17`, `week 17`."""
    return f"{_IN_WEEK[language]}{NBSP}{value.isocalendar().week}"


def is_whole_week(first: date, last: date) -> bool:
    """Whether the two days are the Monday and the Sunday of one week, or its Monday and Friday."""
    return first.isoweekday() == 1 and (last - first).days in {_TO_SUNDAY, _TO_FRIDAY}


def business_id(value: str) -> str:
    """A Business ID as it may be printed; ValueError for anything but `NNNNNNN-N`."""
    if not _BUSINESS_ID.fullmatch(value):
        raise ValueError(f"{value!r} is not written as a Business ID.")
    return value


def phone(value: str) -> str:
    """A telephone number in groups: `+358 40 123 4567`, `040 123 4567`; what is not recognised stays as typed."""
    digits = re.sub(r"[\s\-()]", "", value)
    if match := re.fullmatch(r"(\+358|0)([1-9][0-9])([0-9]{5,9})", digits):
        prefix, area, rest = match.groups()
        head = f"{prefix}{area}" if prefix == "0" else f"{prefix}{NBSP}{area}"
        return f"{head}{NBSP}{_phone_groups(rest)}"
    return " ".join(value.split()).replace(" ", NBSP)


def phone_link(value: str) -> str:
    """The number as a tel: address holds it, or an empty string when it is none."""
    digits = re.sub(r"[\s\-()]", "", value)
    return digits if re.fullmatch(r"\+?[0-9]{3,15}", digits) else ""


def _phone_groups(rest: str) -> str:
    groups, at = [], 0
    for size in _PHONE_GROUPS[len(rest)]:
        groups.append(rest[at : at + size])
        at += size
    return NBSP.join(groups)


def in_euros(written: str, language: Language) -> str:
    """An amount written without its currency, with it."""
    if language != Language.EN:
        return f"{written}{NBSP}€"
    return f"{MINUS}€{written[1:]}" if written.startswith(MINUS) else f"€{written}"
