"""The kinds of value a bid package holds: how each is read, written and described in the schema."""

import base64
import binascii
import difflib
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any, Final

from bids.exports.bid_package.document import JsonNumber
from bids.exports.bid_package.faults import Findings, item_path
from bids.exports.bid_package.habits import ISO_DAY, PLAIN_NUMBER, what_day_was_meant, what_number_was_meant
from kernel.business_id import BusinessIdNotValid, is_business_id, is_finnish_vat_number, normalised
from kernel.text import clean_line, clean_text

Schema = dict[str, Any]


class _Bad(Enum):
    BAD = "bad"


BAD: Final = _Bad.BAD
"""Stands in the tree where a value was refused, so that the rules about it keep silent."""

FIRST_DAY = date(2013, 1, 1)
LAST_DAY = date(2099, 12, 31)

_MOST_DIGITS = 15
_LONGEST_NUMBER = 40
_SUGGESTION_CUTOFF = 0.6


class Kind(ABC):
    """One kind of value."""

    @abstractmethod
    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The value, or `BAD` after noting why."""

    @abstractmethod
    def write(self, value: Any) -> Any:
        """The value as JSON."""

    @abstractmethod
    def schema(self) -> Schema:
        """The value in JSON Schema; it may take more than `read` does, never less."""

    def build(self, value: Any) -> Any:
        """The value as the offer holds it, once nothing was found wrong with the package."""
        return value


def bad(findings: Findings, path: str, code: str, params: Mapping[str, str | int] | None = None) -> _Bad:
    """Note a fault and give the mark that stands for a refused value."""
    findings.add(path, code, **(params or {}))
    return BAD


def nearest(word: str, words: list[str]) -> str:
    """The word most likely meant, or an empty text; a whole part of a longer word counts before a likeness."""
    for known in words:
        if word.lower() in known.split("_"):
            return known
    matches = difflib.get_close_matches(word[:_LONGEST_NUMBER].lower(), words, n=1, cutoff=_SUGGESTION_CUTOFF)
    return matches[0] if matches else ""


class Worded(Kind):
    """A kind whose values are texts of the file."""

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The value a text stands for."""
        if isinstance(raw, JsonNumber):
            return bad(findings, path, "text_unquoted", {"value": raw.text})
        if not isinstance(raw, str):
            return bad(findings, path, "not_a_text")
        return self.read_text(raw, path, findings)

    @abstractmethod
    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The value, or `BAD` after noting why."""

    def write(self, value: Any) -> Any:
        """The text itself."""
        return str(value)


@dataclass(frozen=True)
class Text(Worded):
    """A text, cleaned as every typed text is; `one_line` for names and titles, `least` 1 where it may not be empty."""

    most: int = 20_000
    one_line: bool = False
    least: int = 0

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The text, cleaned."""
        if len(text) > self.most:
            return bad(findings, path, "text_too_long", {"length": len(text), "most": self.most})
        text = clean_line(text) if self.one_line else clean_text(text)
        if self.least and not text.strip():
            return bad(findings, path, "text_empty")
        if len(text) > self.most:
            # A few rare letters are composed into more characters than they were typed with.
            return bad(findings, path, "text_too_long", {"length": len(text), "most": self.most})
        return text

    def schema(self) -> Schema:
        """A text of that length."""
        least = {"minLength": self.least} if self.least else {}
        return {"type": "string", **least, "maxLength": self.most}


@dataclass(frozen=True)
class Pattern(Worded):
    """A text of one shape; `mended` gives what was probably meant, to be suggested, never taken."""

    pattern: str
    code: str
    most: int = 254
    mended: Callable[[str], str] = lambda text: text.strip()
    empty: bool = False

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The text, cleaned, when it has the shape as it was typed and as it is kept."""
        kept = clean_text(text)
        if (self.empty and not text) or (self._fits(text) and self._fits(kept)):
            return kept
        meant = self.mended(text) if len(text) <= self.most else ""
        if meant and meant != text and re.fullmatch(self.pattern, meant):
            return bad(findings, path, f"{self.code}_mended", {"value": text, "meant": meant})
        return bad(findings, path, self.code, {"value": text})

    def _fits(self, text: str) -> bool:
        return len(text) <= self.most and re.fullmatch(self.pattern, text) is not None

    def schema(self) -> Schema:
        """A text of that shape."""
        pattern = f"^({self.pattern})?$" if self.empty else f"^{self.pattern}$"
        return {"type": "string", "pattern": pattern, "maxLength": self.most}


# Letters of any alphabet, digits, hyphen and underscore, written as what is left out: a class that reads the same in
# every dialect of regular expressions.
_WORD_CHARACTER = (
    r"[^\x00-,./:-@\[-^`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf"
    r"\u2000-\u2bff\u3000-\u303f\ud800-\uf8ff\ufe00-\ufe6f\uff00-\uffff]"
)


def name_of(most: int, code: str = "name_shape") -> Pattern:
    """A short name others refer to: letters, digits, hyphen and underscore."""
    return Pattern(pattern=_WORD_CHARACTER + f"{{1,{most}}}", code=code, most=most)


def _three_digits(text: str) -> str:
    return text.strip().zfill(3)


def _six_hex_digits(text: str) -> str:
    digits = text.strip().lstrip("#")
    return "#" + ("".join(letter * 2 for letter in digits) if len(digits) == 3 else digits)  # noqa: PLR2004 - #rgb


EMAIL = Pattern(
    pattern=r"[^\s@<>(),;:\"\\\[\]\x00-\x20\x7f]+@[^\s@<>(),;:\"\\\[\]\x00-\x20\x7f]+\.[^\s@<>(),;:\"\\\[\]\x00-\x20\x7f.]+",
    code="email_shape",
    empty=True,
)
MUNICIPALITY = Pattern(pattern="[0-9]{3}", code="municipality_shape", most=3, mended=_three_digits, empty=True)
COLOUR = Pattern(pattern="#[0-9a-fA-F]{6}", code="colour_shape", most=7, mended=_six_hex_digits, empty=True)
FILE_NAME = Pattern(pattern=r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}", code="file_name_shape", most=60)


@dataclass(frozen=True)
class Number(Kind):
    """A decimal number in quotes: decimal point, no grouping, no exponent. `shown` decimals are always written."""

    decimals: int
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10) ** 9
    above_least: bool = False
    shown: int = 0

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The number."""
        if isinstance(raw, JsonNumber):
            if PLAIN_NUMBER.fullmatch(raw.text) and len(raw.text) <= _LONGEST_NUMBER:
                return bad(findings, path, "number_unquoted", {"value": raw.text})
            return bad(findings, path, "not_a_number", {"value": raw.text})
        if not isinstance(raw, str):
            return bad(findings, path, "not_a_number_in_quotes")
        if PLAIN_NUMBER.fullmatch(raw) and len(raw) <= _LONGEST_NUMBER:
            return self._within_bounds(raw, path, findings)
        if not raw.strip():
            return bad(findings, path, "text_empty")
        diagnosis = what_number_was_meant(raw) if len(raw) <= _LONGEST_NUMBER else ("not_a_number", {"value": raw})
        return bad(findings, path, *diagnosis)

    def _within_bounds(self, text: str, path: str, findings: Findings) -> Any:
        whole, _, decimals = text.partition(".")
        value = Decimal(text)
        if len(decimals) > self.decimals:
            return bad(findings, path, "number_decimals", {"value": text, "most": self.decimals})
        if len(whole) > _MOST_DIGITS or value > self.most:
            return bad(findings, path, "number_too_large", {"value": text, "most": f"{self.most:f}"})
        if self.above_least and value <= self.least:
            return bad(findings, path, "number_not_above", {"value": text, "least": f"{self.least:f}"})
        if value < self.least:
            return bad(findings, path, "number_too_small", {"value": text, "least": f"{self.least:f}"})
        return value

    def write(self, value: Any) -> Any:
        """Plain digits; decimals that say nothing are left out."""
        plain = f"{value:f}"
        whole, _, decimals = plain.partition(".")
        decimals = decimals.rstrip("0").ljust(self.shown, "0")
        return f"{whole}.{decimals}" if decimals else whole

    def schema(self) -> Schema:
        """A text of digits with a decimal point; the bounds are checked by `read` alone."""
        decimals = rf"(\.[0-9]{{1,{self.decimals}}})?" if self.decimals else ""
        return {"type": "string", "pattern": f"^[0-9]{{1,{_MOST_DIGITS}}}{decimals}$"}


PERCENT = Number(decimals=3, most=Decimal(100))


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number, as a JSON number without quotes."""

    least: int
    most: int

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The number."""
        if isinstance(raw, str) and re.fullmatch(r"[0-9]{1,9}", raw.strip()):
            return bad(findings, path, "whole_quoted", {"value": raw.strip()})
        if not isinstance(raw, JsonNumber) or not re.fullmatch(r"-?[0-9]+", raw.text):
            return bad(findings, path, "not_a_whole_number")
        if len(raw.text) > _MOST_DIGITS or not self.least <= int(raw.text) <= self.most:
            return bad(findings, path, "whole_bounds", {"value": raw.text, "least": self.least, "most": self.most})
        return int(raw.text)

    def write(self, value: Any) -> Any:
        """The number itself."""
        return value

    def schema(self) -> Schema:
        """An integer within the bounds."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Flag(Kind):
    """true or false."""

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The truth."""
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str):
            return bad(findings, path, "flag_quoted", {"value": raw})
        return bad(findings, path, "not_a_flag")

    def write(self, value: Any) -> Any:
        """The truth itself."""
        return value

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Word(Worded):
    """One word of a closed list."""

    words: type[StrEnum]
    empty: bool = False

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The member of the list."""
        known = [str(word) for word in self.words]
        if text in known:
            return self.words(text)
        if self.empty and not text:
            return ""
        if meant := nearest(text.strip(), known):
            return bad(findings, path, "word_meant", {"value": text, "meant": meant, "known": ", ".join(known)})
        return bad(findings, path, "word_unknown", {"value": text, "known": ", ".join(known)})

    def schema(self) -> Schema:
        """One of the words."""
        return {"enum": [str(word) for word in self.words] + ([""] if self.empty else [])}


@dataclass(frozen=True)
class Constant(Worded):
    """The one text that must stand here."""

    text: str

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The text."""
        return text if text == self.text else bad(findings, path, "format_unknown", {"value": text, "known": self.text})

    def schema(self) -> Schema:
        """That text alone."""
        return {"const": self.text}


class Day(Worded):
    """A day of the calendar, `2026-03-05`."""

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """The day."""
        if isinstance(raw, JsonNumber):
            return bad(findings, path, *what_day_was_meant(raw.text[:_LONGEST_NUMBER]))
        return super().read(raw, path, findings)

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The day."""
        if not text.strip():
            return bad(findings, path, "text_empty")
        try:
            day = date.fromisoformat(text) if text.isascii() and ISO_DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            return bad(findings, path, *what_day_was_meant(text[:_LONGEST_NUMBER]))
        if not FIRST_DAY <= day <= LAST_DAY:
            params = {"value": text, "first": FIRST_DAY.isoformat(), "last": LAST_DAY.isoformat()}
            return bad(findings, path, "day_bounds", params)
        return day

    def write(self, value: Any) -> Any:
        """The day in ISO form."""
        return value.isoformat()

    def schema(self) -> Schema:
        """A date in ISO form."""
        return {"type": "string", "format": "date", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


class BusinessId(Worded):
    """A Finnish Business ID in its stored form."""

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The number in its stored form."""
        if is_business_id(text):
            return text
        try:
            meant = normalised(text)
        except BusinessIdNotValid as error:
            if error.reason == "vat_number" and not error.suggestion:
                return bad(findings, path, "business_id_vat_number_wrong", {"value": text})
            return bad(findings, path, f"business_id_{error.reason}", {"value": text, "meant": error.suggestion})
        return bad(findings, path, "business_id_mended", {"value": text, "meant": meant})

    def schema(self) -> Schema:
        """Seven digits, a hyphen and one."""
        return {"type": "string", "pattern": "^[0-9]{7}-[0-9]$"}


class VatNumber(Worded):
    """A VAT number of any EU state; the check digit of a Finnish one is checked."""

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The number."""
        if not re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,13}", text):
            return bad(findings, path, "vat_number_shape", {"value": text})
        if text.startswith("FI") and not is_finnish_vat_number(text):
            return bad(findings, path, "vat_number_finnish", {"value": text})
        return text

    def schema(self) -> Schema:
        """The country's letters and up to thirteen characters."""
        return {"type": "string", "pattern": "^[A-Z]{2}[0-9A-Z+*]{2,13}$"}


@dataclass(frozen=True)
class ListOf(Kind):
    """A list of values of one kind."""

    item: Kind
    most: int
    least: int = 0

    def read(self, raw: Any, path: str, findings: Findings) -> Any:
        """A list in which refused items stand as `BAD`."""
        if not isinstance(raw, list):
            return bad(findings, path, "not_a_list")
        if len(raw) > self.most:
            findings.add(path, "list_too_long", length=len(raw), most=self.most)
        if len(raw) < self.least:
            return bad(findings, path, "list_empty")
        return [self.item.read(each, item_path(path, index), findings) for index, each in enumerate(raw[: self.most])]

    def build(self, value: Any) -> Any:
        """A tuple."""
        return tuple(self.item.build(each) for each in value)

    def write(self, value: Any) -> Any:
        """A list."""
        return [self.item.write(each) for each in value]

    def schema(self) -> Schema:
        """An array."""
        least = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema(), **least, "maxItems": self.most}


@dataclass(frozen=True)
class Base64(Worded):
    """The bytes of a file of at most `most` bytes."""

    most: int

    def read_text(self, text: str, path: str, findings: Findings) -> Any:
        """The bytes."""
        letters = "".join(text.split())
        if len(letters) > self.most * 4 // 3 + 4:
            return bad(findings, path, "file_over_size", {"kilobytes": self.most // 1000})
        try:
            data = base64.b64decode(letters, validate=True)
        except (binascii.Error, ValueError):
            return bad(findings, path, "file_not_base64")
        if not data:
            return bad(findings, path, "text_empty")
        if len(data) > self.most:
            return bad(findings, path, "file_over_size", {"kilobytes": self.most // 1000})
        return data

    def write(self, value: Any) -> Any:
        """The bytes in Base64."""
        return base64.b64encode(value).decode("ascii")

    def schema(self) -> Schema:
        """A text in Base64."""
        return {"type": "string", "contentEncoding": "base64"}
