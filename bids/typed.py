"""Prices, quantities and days as people type them on a telephone, read without guessing.

A number has a decimal comma, spaces may group its thousands and € may stand around it; a point is taken for a comma
where it can be nothing else. What could be read in two ways is refused, never guessed.
"""

import re
from datetime import date, timedelta
from decimal import Decimal

from bids.content import Period

MOST = Decimal("99999999.99")
"""Above this a price or a quantity is a slip of the finger."""

_SPACES = re.compile("[\\s\u00a0\u202f\u2009']+")
_EURO = re.compile(r"^(?:€|eur\.?)|(?:€|euroa?|euros?|eur\.?|:-|,-)$", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_GROUPED = re.compile(r"[0-9]{1,3}([.,])[0-9]{3}(?:\1[0-9]{3})*")
_MINUSES = ("-", "\u2212", "\u2013")
_GROUP = 3

_DAY = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})(?:[./]([0-9]{4}|[0-9]{2})?)?")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_NAMED_DAY = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?([^\W\d_]{3,12}?)\.?,?([0-9]{4})?")
_WEEK = re.compile(
    r"(?:vko|vk|viikko|viikolla|viikon|v|vecka|veckan|week|wk|w)\.?([0-9]{1,2})(?:[/.-]([0-9]{4}))?|([0-9]{1,2})\.?vko",
    re.IGNORECASE,
)
_MONTHS = (
    ("tammi", "januari", "january", "jan"),
    ("helmi", "februari", "february", "feb"),
    ("maalis", "mars", "march", "mar"),
    ("huhti", "april", "apr"),
    ("touko", "maj", "may"),
    ("kesä", "juni", "june", "jun"),
    ("heinä", "juli", "july", "jul"),
    ("elo", "augusti", "august", "aug"),
    ("syys", "september", "sep", "sept"),
    ("loka", "oktober", "october", "okt", "oct"),
    ("marras", "november", "nov"),
    ("joulu", "december", "dec"),
)
_FINNISH_ENDINGS = ("", "kuu", "kuuta", "kuun")
_MONTH_OF = {name: month for month, names in enumerate(_MONTHS, 1) for name in names} | {
    names[0] + ending: month for month, names in enumerate(_MONTHS, 1) for ending in _FINNISH_ENDINGS
}
_MONDAY, _FRIDAY = 1, 5
_LAST_WEEK = 53
_YEARS_AHEAD = 5


class NotReadable(ValueError):
    """What was typed cannot be taken as it stands; `code` says why.

    Of a number: "empty", "not_a_number", "two_readings", "negative", "too_large", "too_fine". Of a day: "empty",
    "not_a_day", "no_such_day", "past", "too_far".
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def number(text: str, *, decimals: int = 2) -> Decimal:
    """The number typed, with at most so many decimals; never negative. NotReadable otherwise."""
    bare = _SPACES.sub("", text)
    bare = _EURO.sub("", _EURO.sub("", bare))
    if not bare:
        raise NotReadable("empty")
    if bare.startswith(_MINUSES) and _NUMBER.fullmatch(bare[1:]):
        raise NotReadable("negative")
    if not _NUMBER.fullmatch(bare) or not bare.isascii():
        raise NotReadable("not_a_number")
    whole, fraction = _split(bare)
    fraction = fraction.rstrip("0")
    whole = whole.lstrip("0") or "0"
    if len(whole) > len(f"{MOST:f}"):
        raise NotReadable("too_large")
    if len(fraction) > decimals:
        raise NotReadable("too_fine")
    value = Decimal(f"{whole}.{fraction}" if fraction else whole)
    if value > MOST:
        raise NotReadable("too_large")
    return value


def days(text: str, *, today: date) -> Period:
    """The day typed, or the week from Monday to Friday; a day without a year is the next one. NotReadable otherwise.

    What ended before today is refused ("past"), and so is what lies years ahead ("too_far").
    """
    bare = _SPACES.sub("", text)
    if not bare:
        raise NotReadable("empty")
    if match := _WEEK.fullmatch(bare):
        period = _week(int(match[1] or match[3]), int(match[2]) if match[2] else None, today)
    elif match := _ISO_DAY.fullmatch(bare):
        period = _one(_day(int(match[1]), int(match[2]), int(match[3])))
    elif match := _DAY.fullmatch(bare):
        period = _one(_without_year(int(match[1]), int(match[2]), match[3], today))
    elif (match := _NAMED_DAY.fullmatch(bare)) and (month := _MONTH_OF.get(match[2].casefold())):
        period = _one(_without_year(int(match[1]), month, match[3], today))
    else:
        raise NotReadable("not_a_day")
    if period.ends_on < today:
        raise NotReadable("past")
    if period.ends_on.year > today.year + _YEARS_AHEAD:
        raise NotReadable("too_far")
    return period


def _split(bare: str) -> tuple[str, str]:
    """The digits before and after the decimal sign."""
    if "," in bare and "." in bare:
        last = max(bare.rfind(","), bare.rfind("."))
        head, tail = bare[:last], bare[last + 1 :]
        other = "." if bare[last] == "," else ","
        if bare[last] in head or any(len(group) != _GROUP for group in head.split(other)[1:]):
            raise NotReadable("not_a_number")
        return head.replace(other, ""), tail
    sign = "," if "," in bare else "."
    pieces = bare.split(sign)
    if len(pieces) == 1:
        return bare, ""
    if len(pieces) > 2:  # noqa: PLR2004 - more than one sign can only group thousands
        if not _GROUPED.fullmatch(bare):
            raise NotReadable("not_a_number")
        return "".join(pieces), ""
    whole, fraction = pieces
    if sign == "." and len(fraction) == _GROUP and whole not in {"", "0"}:
        raise NotReadable("two_readings")
    return whole, fraction


def _one(day: date) -> Period:
    return Period(starts_on=day, ends_on=day)


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotReadable("no_such_day") from None


def _without_year(day: int, month: int, typed: str | None, today: date) -> date:
    if typed:
        year = int(typed) if len(typed) == 4 else 2000 + int(typed)  # noqa: PLR2004 - a year of four digits or two
        return _day(year, month, day)
    for year in range(today.year, today.year + _YEARS_AHEAD):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    raise NotReadable("no_such_day")


def _week(week: int, typed_year: int | None, today: date) -> Period:
    if not 1 <= week <= _LAST_WEEK:
        raise NotReadable("no_such_day")
    this_year = today.isocalendar().year
    for year in [typed_year] if typed_year else range(this_year, this_year + _YEARS_AHEAD):
        try:
            monday = date.fromisocalendar(year, week, _MONDAY)
        except ValueError:
            continue
        period = Period(starts_on=monday, ends_on=monday + timedelta(days=_FRIDAY - _MONDAY))
        if typed_year or period.ends_on >= today:
            return period
    raise NotReadable("no_such_day")
