"""Counts that must hold."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connections

from kernel.models import Tally
from kernel.tally import KEPT, count_one

WINDOW = timedelta(minutes=10)


def counted(now: datetime, whose: str = "192.0.2.1", what: str = "miss") -> int:
    return count_one(what, whose, now=now, window=WINDOW)


@pytest.mark.django_db
def test_each_origin_and_each_thing_has_a_count_of_its_own(now: datetime) -> None:
    assert [counted(now), counted(now), counted(now, "192.0.2.2"), counted(now, what="renewal")] == [1, 2, 1, 1]


@pytest.mark.django_db
def test_a_window_begins_with_its_first_try_and_ends_after_its_length(now: datetime) -> None:
    counted(now)
    assert counted(now + WINDOW - timedelta(microseconds=1)) == 2
    assert counted(now + WINDOW) == 1


@pytest.mark.django_db
def test_the_origin_cannot_be_read_from_the_table(now: datetime) -> None:
    counted(now)
    assert b"192" not in bytes(Tally.objects.get().name_hash)


@pytest.mark.django_db
def test_what_nobody_has_added_to_for_a_day_is_forgotten(now: datetime) -> None:
    counted(now)
    counted(now + KEPT + timedelta(seconds=1), "192.0.2.2")
    assert Tally.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_two_of_many_at_once_are_told_the_same_number(now: datetime) -> None:
    def one(_number: int) -> int:
        try:
            return counted(now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        told = list(pool.map(one, range(48)))
    assert sorted(told) == list(range(1, 49))
