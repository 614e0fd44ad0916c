"""What people typed, as a letter may carry it: clean, plain, and never an address of somebody else's."""

import re
from typing import Final

from kernel.text import clean_line, clean_text

_SCHEME: Final = re.compile(r"(?i)\b[a-z][a-z0-9+.-]{0,12}:/{2,}(?=\S)|(?<![^\s\"'(<])/{2,}(?=\S)")
_BODILESS: Final = re.compile(r"(?i)\b(?:javascript|data|vbscript|file):(?=\S)")


def line(text: object) -> str:
    """One line; what would be an address loses its scheme, so that only our own addresses are links."""
    return clean_line(_unlinked(str(text or "")))


def lines(text: object) -> tuple[str, ...]:
    """Each line of a longer text, empty ones between paragraphs kept, none at either end."""
    found = [clean_line(each) for each in clean_text(_unlinked(str(text or ""))).strip().split("\n")]
    return tuple(found) if any(found) else ()


def cut(text: str, length: int) -> str:
    """The text, or its beginning and an ellipsis where it is longer."""
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _unlinked(text: str) -> str:
    return _BODILESS.sub("", _SCHEME.sub("", text))
