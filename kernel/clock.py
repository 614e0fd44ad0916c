"""The one clock: the database's. An edge reads it once and hands the instant on."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

HELSINKI = ZoneInfo("Europe/Helsinki")
_BEFORE_A_SECOND = 999_999


class NoSuchMoment(ValueError):
    """A time of day that the clocks in Helsinki skip on that day."""


def database_now() -> datetime:
    """The instant the database has now, also in the middle of a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        instant: datetime = cursor.fetchone()[0]
    return instant


def helsinki_day(instant: datetime) -> date:
    """The day the calendar in Helsinki shows at an instant."""
    return instant.astimezone(HELSINKI).date()


def end_of_day_in_helsinki(day: date) -> datetime:
    """The first instant, in UTC, that is no longer part of the day in Helsinki.

    What is valid through a day is valid while `now < end_of_day_in_helsinki(day)`, on days of 23 and 25 hours too.
    """
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=HELSINKI).astimezone(UTC)


def helsinki_instant(day: date, at: time) -> datetime:
    """The instant, in UTC, at which the clocks in Helsinki show this; NoSuchMoment for a time they skip that day.

    A time they show twice, in the night summer time ends, is the later of the two.
    """
    shown = datetime.combine(day, at, tzinfo=HELSINKI).replace(fold=1)
    instant = shown.astimezone(UTC)
    if instant.astimezone(HELSINKI).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise NoSuchMoment(f"{day} {at}")
    return instant


def in_the_course_of(day: date, *, now: datetime) -> datetime:
    """The instant kept for what is known to be of a day in Helsinki and of no time of it.

    As late as can be: at the end of the day, or now on the very day; one microsecond before a whole second, by which
    `is_day_alone` tells it from a time of day.
    """
    begins = datetime.combine(day, time.min, tzinfo=HELSINKI)
    latest = min(end_of_day_in_helsinki(day), max(now.replace(microsecond=0), begins + timedelta(seconds=1)))
    return latest - timedelta(microseconds=1)


def is_day_alone(instant: datetime) -> bool:
    """Whether an instant stands for its day in Helsinki, and its time of day says nothing."""
    return instant.microsecond == _BEFORE_A_SECOND


def is_shown_twice(instant: datetime) -> bool:
    """Whether the clocks in Helsinki show this time of day twice on its day."""
    shown = instant.astimezone(HELSINKI)
    return shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()
