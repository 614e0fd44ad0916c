"""Whole days as a calendar file (RFC 5545), exact to the byte: the same days always make the same file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

LONGEST_LINE: Final = 75
"""Octets in a line, its end not counted; what is longer goes on in the next line behind a space."""

_MAKER: Final = "-//Punos//After the yes//EN"


@dataclass(frozen=True, kw_only=True)
class DayEvent:
    """Something on one or more whole days, the last one included; `name` tells it apart from others of the thing."""

    name: str
    title: str
    starts_on: date
    ends_on: date
    description: str = ""


def calendar_file(events: Iterable[DayEvent], *, about: UUID, title: str, as_of: datetime, sequence: int = 0) -> bytes:
    """The events as a file: UTF-8, lines ended by CRLF and folded at 75 octets.

    Days have no zone: they are the days of whoever reads them, in Helsinki those of Helsinki. The end is the day after
    the last one, as the format wants it. An event keeps its UID as long as `about` and its name do, and `sequence` says
    which state of it this is, so that a calendar that knows it takes the later one.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_MAKER}", "CALSCALE:GREGORIAN", f"X-WR-CALNAME:{_text(title)}"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{uuid5(about, event.name)}",
            f"DTSTAMP:{as_of.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{sequence}",
            f"DTSTART;VALUE=DATE:{event.starts_on:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.ends_on + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(event.title)}",
        ]
        if event.description:
            lines.append(f"DESCRIPTION:{_text(event.description)}")
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _text(value: str) -> str:
    """A text as a property holds it: control characters gone, and what parts values escaped."""
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(sign for sign in plain if sign == "\n" or (sign >= " " and sign != "\x7f"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> Iterable[str]:
    """The line in pieces of 75 octets at most, no character split; every piece but the first begins with a space."""
    piece, room = "", LONGEST_LINE
    for sign in line:
        size = len(sign.encode())
        if size > room:
            yield piece
            piece, room = " ", LONGEST_LINE - 1
        piece += sign
        room -= size
    yield piece
