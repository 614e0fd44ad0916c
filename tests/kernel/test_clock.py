"""Time is the database's, and a day ends in Helsinki."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from kernel.clock import database_now, end_of_day_in_helsinki, helsinki_day


@pytest.mark.parametrize(
    ("last_day", "ends_at"),
    [
        (date(2026, 10, 24), datetime(2026, 10, 24, 21, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, tzinfo=UTC)),
        (date(2027, 3, 27), datetime(2027, 3, 27, 22, tzinfo=UTC)),
        (date(2027, 3, 28), datetime(2027, 3, 28, 21, tzinfo=UTC)),
        (date(2026, 12, 31), datetime(2026, 12, 31, 22, tzinfo=UTC)),
    ],
)
def test_what_is_valid_through_a_day_ends_with_it(last_day: date, ends_at: datetime) -> None:
    assert end_of_day_in_helsinki(last_day) == ends_at
    assert helsinki_day(ends_at - timedelta(microseconds=1)) == last_day
    assert helsinki_day(ends_at) == last_day + timedelta(days=1)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2027, 3, 28), 23), (date(2026, 6, 1), 24)])
def test_days_have_the_hours_the_calendar_gives_them(day: date, hours: int) -> None:
    assert end_of_day_in_helsinki(day) - end_of_day_in_helsinki(day - timedelta(days=1)) == timedelta(hours=hours)


@pytest.mark.django_db
def test_the_clock_goes_on_inside_a_transaction() -> None:
    with transaction.atomic():
        first = database_now()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.002)")
        second = database_now()

    assert second > first
    assert first.utcoffset() == timedelta(0)
