"""A day and an hour as people type them: `huomenna 18.00`, `ma klo 16`, `12.3. 18.30`, in Helsinki's time."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from bids import formats, typed
from bids.typed import NotReadable
from bids.vocabulary import Language
from kernel.clock import HELSINKI, NoSuchMoment, helsinki_day, helsinki_instant, is_shown_twice

USUAL: Final = time(18, 0)

_HOUR = re.compile(
    r"(?:^|[\s,]+)(?:klo|kello|kl|at)?\.?\s*(?:(?P<h>[0-9]{1,2})[.:](?P<m>[0-9]{2})(?::[0-9]{2})?|(?P<bare>[0-9]{1,2}))$",
    re.IGNORECASE,
)
_ISO_TIME = re.compile(r"^([0-9]{4}-[0-9]{1,2}-[0-9]{1,2})[T ]([0-9]{1,2}:[0-9]{2})(?::[0-9]{2})?$")
_AT: Final = re.compile(r"\b(klo|kello|kl|at)\b\.?", re.IGNORECASE)

_TODAY: Final = frozenset({"tänään", "tanaan", "idag", "i dag", "today"})
_TOMORROW: Final = frozenset({"huomenna", "huomen", "imorgon", "i morgon", "tomorrow"})
_AFTER: Final = frozenset({"ylihuomenna", "i övermorgon", "övermorgon", "day after tomorrow"})
_DAYS: Final = (
    ("ma", "maanantai", "maanantaina", "mån", "måndag", "mon", "monday"),
    ("ti", "tiistai", "tiistaina", "tis", "tisdag", "tue", "tuesday"),
    ("ke", "keskiviikko", "keskiviikkona", "ons", "onsdag", "wed", "wednesday"),
    ("to", "torstai", "torstaina", "tors", "torsdag", "thu", "thursday"),
    ("pe", "perjantai", "perjantaina", "fre", "fredag", "fri", "friday"),
    ("la", "lauantai", "lauantaina", "lör", "lördag", "sat", "saturday"),
    ("su", "sunnuntai", "sunnuntaina", "sön", "söndag", "sun", "sunday"),
)
_WEEKDAYS: Final = {name: number for number, names in enumerate(_DAYS) for name in names}

SENTENCES: Final[Mapping[str, Promise]] = {
    "empty": _("When does it leave? Write a day and an hour, like “tomorrow 18.00”."),
    "not_a_day": _("This is not understood. Write a day and an hour, like “tomorrow 18.00” or “12.3. 18.00”."),
    "no_such_day": _("There is no such day. Look at the calendar."),
    "two_readings": _("Is this a day or an hour? Write both, like “tomorrow 18.00” or “12.3. 18.00”."),
    "no_such_hour": _("There is no such hour. Write it like 18.00."),
    "skipped": _("The clocks are put forward then: that hour does not exist. Choose another."),
    "past": _("That moment has passed already. Choose a later one."),
    "too_far": _("That is more than a year away. Choose an earlier day."),
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """An instant in UTC, and whether the clocks in Helsinki show its time twice, so that the later was taken."""

    at: datetime
    is_shown_twice: bool = False


def moment(text: str, *, now: datetime) -> Moment:
    """The moment typed, which lies ahead. An hour alone is the next time it strikes, a day alone its six o'clock.

    Raises NotReadable with one of the codes of `SENTENCES`.
    """
    bare = " ".join(text.replace("\u00a0", " ").split()).strip(" .,")
    if not bare:
        raise NotReadable("empty")
    day, hour = _parted(bare, today=helsinki_day(now))
    if day is None:
        day = helsinki_day(now)
        if _instant(day, hour or USUAL).at <= now:
            day += timedelta(days=1)
    found = _instant(day, hour or USUAL)
    if found.at <= now:
        raise NotReadable("past")
    return found


def as_typed(at: datetime, *, now: datetime, language: Language) -> str:
    """How one would type this moment: today and tomorrow by name, any other day by its date."""
    shown = at.astimezone(HELSINKI)
    ahead = (shown.date() - helsinki_day(now)).days
    named = {0: pgettext("before an hour", "today"), 1: pgettext("before an hour", "tomorrow")}
    if ahead in named:
        day = named[ahead]
    elif language is Language.EN:
        day = shown.date().isoformat()
    else:
        day = formats.day(shown.date(), language)
    return f"{day} {shown.hour}{':' if language is Language.EN else '.'}{shown.minute:02d}"


def _parted(bare: str, *, today: date) -> tuple[date | None, time | None]:
    if match := _ISO_TIME.fullmatch(bare):
        return _day(match[1], today=today), _hour(*match[2].split(":"))
    match = _HOUR.search(bare)
    before = _AT.sub("", bare[: match.start()]).strip(" ,") if match else ""
    if match and before and (day := _day_or_none(before, today=today)) is not None:
        return day, _hour(match["h"] or match["bare"], match["m"] or "0")
    day = _day_or_none(bare, today=today)
    if match and match.start() == 0:
        if day is not None:
            raise NotReadable("two_readings")
        return None, _hour(match["h"] or match["bare"], match["m"] or "0")
    if day is None:
        raise NotReadable("not_a_day")
    return day, None


def _named(word: str, today: date) -> date | None:
    word = word.strip(" .")
    if word in _TODAY:
        return today
    if word in _TOMORROW:
        return today + timedelta(days=1)
    if word in _AFTER:
        return today + timedelta(days=2)
    if word in _WEEKDAYS:
        return today + timedelta(days=(_WEEKDAYS[word] - today.weekday()) % 7)
    return None


def _day_or_none(text: str, *, today: date) -> date | None:
    if (named := _named(text.casefold(), today)) is not None:
        return named
    try:
        return _day(text, today=today)
    except NotReadable as refused:
        # "18.00" is an hour as well as no day.
        if refused.code == "not_a_day" or (refused.code == "no_such_day" and _HOUR.fullmatch(text)):
            return None
        raise


def _day(text: str, *, today: date) -> date:
    """The day typed; of a week, its Friday."""
    return typed.days(text, today=today).ends_on


def _hour(hours: str, minutes: str) -> time:
    try:
        return time(int(hours), int(minutes))
    except ValueError:
        raise NotReadable("no_such_hour") from None


def _instant(day: date, hour: time) -> Moment:
    try:
        at = helsinki_instant(day, hour)
    except NoSuchMoment:
        raise NotReadable("skipped") from None
    return Moment(at=at, is_shown_twice=is_shown_twice(at))
