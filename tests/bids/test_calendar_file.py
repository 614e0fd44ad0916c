"""A calendar file says what was put in, however long or odd its words, and stays the same from one day to the next."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from bids.calendar_file import LONGEST_LINE, DayEvent, calendar_file

ABOUT = UUID("11111111-1111-4111-8111-111111111111")
AS_OF = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)


def read(file: bytes) -> list[dict[str, str]]:
    """The events of a file, read by the rules of RFC 5545 and by nothing of the writer's."""
    assert file.endswith(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    for raw in file.split(b"\r\n"):
        assert len(raw) <= LONGEST_LINE
        assert raw.decode() or not raw
    lines = file.decode().replace("\r\n ", "").rstrip("\r\n").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "VERSION:2.0" in lines
    assert any(line.startswith("PRODID:") for line in lines)
    events: list[dict[str, str]] = []
    for line in lines:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in {"END", "BEGIN"}:
            assert name not in events[-1]
            events[-1][name] = value
    return events


def unescaped(value: str) -> str:
    found, escaped = "", False
    for sign in value:
        if escaped:
            found += "\n" if sign in "nN" else sign
            escaped = False
        elif sign == "\\":
            escaped = True
        else:
            assert sign not in ";,"
            found += sign
    assert not escaped
    return found


def an_event(**said: object) -> DayEvent:
    whole = {"name": "m1", "title": "Luonnos", "starts_on": date(2026, 3, 23), "ends_on": date(2026, 3, 29)} | said
    return DayEvent(**whole)  # type: ignore[arg-type]


def test_days_are_whole_and_the_end_is_the_day_after() -> None:
    """The week holds the 23-hour day on which summer time begins in Helsinki."""
    spring, autumn = an_event(), an_event(name="m2", starts_on=date(2026, 10, 25), ends_on=date(2026, 10, 25))
    first, second = read(calendar_file([spring, autumn], about=ABOUT, title="Työ", as_of=AS_OF, sequence=2))

    assert (first["DTSTART;VALUE=DATE"], first["DTEND;VALUE=DATE"]) == ("20260323", "20260330")
    assert (second["DTSTART;VALUE=DATE"], second["DTEND;VALUE=DATE"]) == ("20261025", "20261026")
    assert (first["DTSTAMP"], first["SEQUENCE"], first["TRANSP"]) == ("20260302T223000Z", "2", "TRANSPARENT")
    new_year = an_event(starts_on=date(2026, 12, 31), ends_on=date(2026, 12, 31))
    assert read(calendar_file([new_year], about=ABOUT, title="", as_of=AS_OF))[0]["DTEND;VALUE=DATE"] == "20270101"


def test_an_event_keeps_its_uid_while_everything_else_of_it_changes() -> None:
    before = read(calendar_file([an_event()], about=ABOUT, title="Työ", as_of=AS_OF))[0]["UID"]
    moved = an_event(title="Muu", starts_on=date(2026, 4, 1), ends_on=date(2026, 4, 2))
    again = calendar_file([moved], about=ABOUT, title="Toinen", as_of=AS_OF + timedelta(days=9), sequence=4)

    assert read(again)[0]["UID"] == before
    assert read(calendar_file([an_event(name="m2")], about=ABOUT, title="Työ", as_of=AS_OF))[0]["UID"] != before
    assert calendar_file([moved], about=ABOUT, title="Toinen", as_of=AS_OF) == calendar_file(
        [moved], about=ABOUT, title="Toinen", as_of=AS_OF
    )


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_words_come_back_as_they_were(title: str, description: str) -> None:
    try:
        title.encode()
        description.encode()
    except UnicodeEncodeError:
        return
    event = an_event(title=title, description=description)
    (found,) = read(calendar_file([event], about=ABOUT, title=title, as_of=AS_OF))

    def kept(words: str) -> str:
        lines = words.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(sign for sign in lines if sign == "\n" or (ord(sign) >= 32 and ord(sign) != 127))

    assert unescaped(found["SUMMARY"]) == kept(title)
    assert unescaped(found.get("DESCRIPTION", "")) == kept(description)


def test_a_line_of_exactly_75_octets_is_not_folded_and_no_letter_is_split() -> None:
    just = "x" * (LONGEST_LINE - len("SUMMARY:"))
    file = calendar_file([an_event(title=just)], about=ABOUT, title="", as_of=AS_OF)
    assert f"SUMMARY:{just}\r\n".encode() in file
    longer = calendar_file([an_event(title="ä" * 100)], about=ABOUT, title="", as_of=AS_OF)
    assert read(longer)[0]["SUMMARY"] == "ä" * 100
