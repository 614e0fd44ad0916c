"""From bytes to a tree of JSON values that still knows how its numbers were written and which keys stood twice."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bids.exports.bid_package.faults import Findings

LARGEST_FILE = 5_000_000
"""Bytes."""

DEEPEST = 20
"""Lists and objects within each other."""

_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_OTHER_FILES = (
    (b"PK\x03\x04", "file_is_office"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_is_office"),
    (b"%PDF-", "file_is_pdf"),
    (b"\x89PNG\r\n\x1a\n", "file_is_picture"),
    (b"\xff\xd8\xff", "file_is_picture"),
)
"""How files begin that are given in place of a package: XLSX and DOCX, XLS and DOC, PDF, PNG, JPEG."""
# Possessive, and closed by the end of the text as well: an unclosed string must not cost a second look.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)

_WHAT_JSON_MISSED = (
    ("Expecting property name", "json_key_expected"),
    ("Illegal trailing comma", "json_trailing_comma"),
    ("Expecting ',' delimiter", "json_comma_expected"),
    ("Expecting ':' delimiter", "json_colon_expected"),
    ("Expecting value", "json_value_expected"),
    ("Extra data", "json_extra_data"),
    ("Unterminated string", "json_string_unended"),
    ("Invalid control character", "json_line_break_in_text"),
    ("Invalid \\", "json_backslash"),
)


@dataclass(frozen=True)
class JsonNumber:
    """A number that stood in the file without quotes, as it was written."""

    text: str


class JsonObject(dict[str, Any]):
    """An object of the file; of a key that stood twice the last value is kept, and `repeated` names it."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.repeated = tuple(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)


def read_document(data: bytes | str, findings: Findings) -> Any:
    """The tree of JSON values in a file, or None after noting why there is none."""
    text = _decoded(data, findings)
    if text is None:
        return None
    if not text.strip():
        findings.add("", "file_empty")
        return None
    if (depth := _depth(text)) > DEEPEST:
        findings.add("", "too_deep", depth=depth, most=DEEPEST)
        return None
    try:
        return json.loads(
            text,
            object_pairs_hook=JsonObject,
            parse_int=JsonNumber,
            parse_float=JsonNumber,
            parse_constant=JsonNumber,
        )
    except json.JSONDecodeError as error:
        findings.add("", _what_json_missed(error, text), line=error.lineno, column=error.colno)
        return None


def _decoded(data: bytes | str, findings: Findings) -> str | None:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > LARGEST_FILE:
        findings.add("", "file_too_large", megabytes=LARGEST_FILE // 1_000_000)
        return None
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    if other := next((code for beginning, code in _OTHER_FILES if raw.startswith(beginning)), None):
        findings.add("", other)
        return None
    # A text of mostly Latin letters in UTF-16 has a zero byte in every pair, also when its mark is missing.
    if raw.startswith(_UTF_16_MARKS) or b"\0" in raw[:4]:
        findings.add("", "file_utf_16")
        return None
    raw = raw.removeprefix(_UTF_8_MARK)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
        findings.add("", "file_not_utf_8", line=line, column=column)
        return None


def _depth(text: str) -> int:
    deepest = depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        first = match[0][0]
        if first in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif first in "]}":
            depth -= 1
    return deepest


def _what_json_missed(error: json.JSONDecodeError, text: str) -> str:
    if error.pos >= len(text.rstrip()):
        return "json_ends_early"
    if error.msg.startswith(("Expecting property name", "Expecting value")):
        before = text[: error.pos].rstrip()
        if before.endswith(",") and text[error.pos] in "]}":
            return "json_trailing_comma"
    return next(
        code for beginning, code in (*_WHAT_JSON_MISSED, ("", "json_broken")) if error.msg.startswith(beginning)
    )
