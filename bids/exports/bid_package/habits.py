"""Numbers and days as letters and spreadsheets have them, recognised so that a fault can say what to write instead."""

import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

Diagnosis = tuple[str, Mapping[str, str | int]]

PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_SPACES = re.compile(r"[\s'’\u2009\u200a\u202f\u00a0]")
_EXPONENT = re.compile(r"[-+]?[0-9]+([.,][0-9]+)?[eE][-+]?[0-9]+")
_EURO_BEFORE = re.compile(r"(?:€|EUR|eur)\s*(.*)")
_EURO_AFTER = re.compile(r"(.*?)\s*(?:€|EUR|eur|euroa?|e)")
_WITH_UNIT = re.compile(r"([-+]?[0-9][0-9\s.,’'\u00a0\u202f]*)([^\W\d_%].{0,29})", re.DOTALL)
_THOUSANDS_BY_COMMA = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")

_DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})\.\s?([0-9]{1,2})\.\s?([0-9]{4}|[0-9]{2})")
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ].*)?")
_SLASHED = re.compile(r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}")
_DAY_COUNT = re.compile(r"[34567][0-9]{4}(\.0+)?")
_SPREADSHEET_DAY_ZERO = date(1899, 12, 30)
_MONTHS = 12
_CENTURY = 2000
_YEAR_IN_TWO_DIGITS = 100


def what_number_was_meant(text: str) -> Diagnosis:
    """Which habit a text follows that is no plain number, with what to write in its place where that is sure."""
    typed = text.strip().replace("\u2212", "-")
    if _EXPONENT.fullmatch(typed):
        return "number_exponent", {"value": text}
    if any(letter.isdecimal() and not letter.isascii() for letter in typed):
        return "number_other_digits", {"value": text}
    if _THOUSANDS_BY_COMMA.fullmatch(typed):
        return "number_ambiguous", {
            "value": text,
            "thousands": typed.replace(",", ""),
            "decimals": typed.replace(",", "."),
        }
    return _with_something_after(typed, text) or _mended("number_format", text, typed)


def what_day_was_meant(text: str) -> Diagnosis:
    """Which habit a text follows that is no day in ISO form, with what to write in its place where that is sure."""
    typed = text.strip()
    if match := _DAY_MONTH_YEAR.fullmatch(typed):
        day, month, year = int(match[1]), int(match[2]), int(match[3])
    elif match := _YEAR_MONTH_DAY.fullmatch(typed):
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    elif _SLASHED.fullmatch(typed):
        return "day_ambiguous", {"value": text}
    elif _DAY_COUNT.fullmatch(typed):
        meant = _SPREADSHEET_DAY_ZERO + timedelta(days=int(float(typed)))
        return "day_counted", {"value": text, "day": meant.isoformat()}
    else:
        return "day_format", {"value": text}
    return _existing_day(text, year + _CENTURY if year < _YEAR_IN_TWO_DIGITS else year, month, day)


def _with_something_after(typed: str, text: str) -> Diagnosis | None:
    if typed.endswith("%"):
        return _mended("number_with_percent", text, typed[:-1])
    if match := _EURO_BEFORE.fullmatch(typed) or _EURO_AFTER.fullmatch(typed):
        return _mended("number_with_euro", text, match[1])
    if match := _WITH_UNIT.fullmatch(typed):
        code, params = _mended("number_with_unit", text, match[1])
        return code, {**params, "unit": match[2].strip()}
    return None


def _existing_day(text: str, year: int, month: int, day: int) -> Diagnosis:
    if not 1 <= month <= _MONTHS or not 1 <= year <= date.max.year:
        return "day_no_such_month", {"value": text}
    last = monthrange(year, month)[1]
    if 1 <= day <= last:
        return "day_order", {"value": text, "day": date(year, month, day).isoformat()}
    return "day_beyond_month", {
        "value": text,
        "month": month,
        "year": year,
        "last": last,
        "day": date(year, month, last).isoformat(),
    }


def _mended(code: str, text: str, number: str) -> Diagnosis:
    plain = _plain(number)
    return (code, {"value": text, "number": plain}) if plain else ("not_a_number", {"value": text})


def _plain(number: str) -> str:
    """The plain form of a number with grouping and a decimal comma or point, or an empty text when it is not sure."""
    digits = _SPACES.sub("", number).removeprefix("+")
    last_comma, last_point = digits.rfind(","), digits.rfind(".")
    if last_comma > last_point:
        whole, _, decimals = digits.rpartition(",")
        mended = f"{whole.replace('.', '')}.{decimals}" if "," not in whole else digits.replace(",", "")
    elif last_comma >= 0 or digits.count(".") > 1:
        whole, _, decimals = digits.rpartition(".")
        mended = f"{whole.replace(',', '')}.{decimals}" if "." not in whole else digits.replace(".", "")
    else:
        mended = digits
    if mended.startswith("."):
        mended = "0" + mended
    mended = mended.removesuffix(".")
    return mended if PLAIN_NUMBER.fullmatch(mended) else ""
