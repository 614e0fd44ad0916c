"""A joint offer moved in time by whole weeks, so that every weekday stays what it was."""

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from typing import Any

from bids.content import JointOffer

# 5.3.2026 · 9.–15.3.2026 · 28.3.–2.4.2026; the year of a range stands at its end.
_WRITTEN_DAYS = re.compile(
    r"(?<![\d.,])(?:(?P<first>\d{1,2})\.(?:(?P<month>\d{1,2})\.)?(?P<dash>\s?[–-]\s?))?"
    r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d{2})(?!\d)"
)
_ISO_DAY = re.compile(r"(?<![\d-])(?:19|20)\d{2}-\d{2}-\d{2}(?![\d-])")


def moved_by_weeks(offer: JointOffer, weeks: int) -> JointOffer:
    """The same offer with every day in it, also those written in texts (5.3.2026, 9.–15.3.2026, 2026-03-05), moved.

    Numbers, codes and files stay. Rates stay too: whether they are in force on the new days is asked when it is sent.
    """
    moved: JointOffer = _moved(offer, timedelta(weeks=weeks))
    return moved


def _moved(value: Any, by: timedelta) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: _moved(getattr(value, each.name), by) for each in fields(value) if each.name != "number"}
        return replace(value, **changes)
    if isinstance(value, tuple):
        return tuple(_moved(each, by) for each in value)
    if isinstance(value, date):
        return value + by
    # Words of closed lists are texts too, but hold no days.
    return _moved_text(value, by) if type(value) is str else value


def _moved_text(text: str, by: timedelta) -> str:
    moved = _WRITTEN_DAYS.sub(lambda match: _moved_written(match, by), text)
    return _ISO_DAY.sub(lambda match: _moved_iso(match, by), moved)


def _moved_iso(match: re.Match[str], by: timedelta) -> str:
    try:
        return (date.fromisoformat(match[0]) + by).isoformat()
    except (ValueError, OverflowError):
        return match[0]


def _moved_written(match: re.Match[str], by: timedelta) -> str:
    try:
        last = date(int(match["y"]), int(match["m"]), int(match["d"]))
        if match["first"] is None:
            return _written(last + by)
        month = int(match["month"] or match["m"])
        first = date(last.year - (month > last.month), month, int(match["first"])) + by
    except (ValueError, OverflowError):
        return match[0]
    last += by
    if first.year != last.year:
        return f"{_written(first)}{match['dash']}{_written(last)}"
    if match["month"] is None and first.month == last.month:
        return f"{first.day}.{match['dash']}{_written(last)}"
    return f"{first.day}.{first.month}.{match['dash']}{_written(last)}"


def _written(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"
