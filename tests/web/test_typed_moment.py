"""A day and an hour as people type them, on every night of the year."""

from datetime import UTC, datetime, timedelta

import pytest

from bids.typed import NotReadable
from bids.vocabulary import Language
from bids.web.typed_moment import SENTENCES, as_typed, moment
from kernel.clock import HELSINKI

MONDAY_NOON = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("huomenna 18.00", "2026-03-03 18:00"),
        ("Huomenna klo 9", "2026-03-03 09:00"),
        ("huomenna", "2026-03-03 18:00"),
        ("tomorrow at 18:00", "2026-03-03 18:00"),
        ("i morgon kl 18", "2026-03-03 18:00"),
        ("tänään 16.30", "2026-03-02 16:30"),
        ("18.00", "2026-03-02 18:00"),
        ("9.30", "2026-03-03 09:30"),
        ("klo 18", "2026-03-02 18:00"),
        ("ma 16", "2026-03-02 16:00"),
        ("tiistaina klo 16.30", "2026-03-03 16:30"),
        ("su", "2026-03-08 18:00"),
        ("12.3. 18.00", "2026-03-12 18:00"),
        ("12.3.", "2026-03-12 18:00"),
        ("12.3.2026 klo 8.05", "2026-03-12 08:05"),
        ("12.3.26 18", "2026-03-12 18:00"),
        ("2026-03-12T18:00", "2026-03-12 18:00"),
        ("2026-03-12 18:00:00", "2026-03-12 18:00"),
        ("1.3. 18.00", "2027-03-01 18:00"),
        ("viikko 17", "2026-04-24 18:00"),
        ("  huomenna,\u00a018.00 ", "2026-03-03 18:00"),
    ],
)
def test_what_people_type_is_understood(text: str, shown: str) -> None:
    found = moment(text, now=MONDAY_NOON)
    assert found.at.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M") == shown
    assert not found.is_shown_twice


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("joskus", "not_a_day"),
        ("46093", "not_a_day"),
        ("10.12", "two_readings"),
        ("30.2. 18.00", "no_such_day"),
        ("12.3. 25.00", "no_such_hour"),
        ("12.3. 18.75", "no_such_hour"),
        ("1.3.2026 18.00", "past"),
        ("tänään 12.00", "past"),
        ("28.3.2027 3.30", "skipped"),
        ("29.3. 03:59", "skipped"),
        ("1.1.2999 18", "too_far"),
    ],
)
def test_what_has_no_reading_or_two_is_refused(text: str, code: str) -> None:
    with pytest.raises(NotReadable) as refused:
        moment(text, now=MONDAY_NOON)
    assert refused.value.code == code
    assert code in SENTENCES


def test_an_hour_shown_twice_is_the_later_one_and_says_so() -> None:
    found = moment("25.10. 3.30", now=MONDAY_NOON)
    assert (found.at, found.is_shown_twice) == (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), True)


def test_the_hours_around_a_change_of_clocks_are_themselves() -> None:
    assert moment("29.3. 2.59", now=MONDAY_NOON).at == datetime(2026, 3, 29, 0, 59, tzinfo=UTC)
    assert moment("29.3. 4.00", now=MONDAY_NOON).at == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert moment("25.10. 4.00", now=MONDAY_NOON).at == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("days", [0, 1, 2, 40, 300])
def test_what_the_page_writes_it_also_reads(language: Language, days: int) -> None:
    at = MONDAY_NOON + timedelta(days=days, hours=5)
    assert moment(as_typed(at, now=MONDAY_NOON, language=language), now=MONDAY_NOON).at == at
