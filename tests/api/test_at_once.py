"""Two requests at the same moment with one key make one offer."""

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from bids.api import examples
from bids.models import Bid
from tests.api.asker import Asker, said
from tests.api.example_world import somebody_of_the_examples
from tests.world import a_person

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE_SECONDS = 2.5
KEY = "Idempotency-Key"


def side_by_side(ask: Callable[[], Any], key: str) -> list[Any]:
    """The answers to two requests, both of which are seen waiting for the key before either goes on."""
    answers: list[Any] = []

    def asking() -> None:
        try:
            answers.append(ask())
        finally:
            connection.close()

    threads = [threading.Thread(target=asking) for _ in range(2)]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT kernel_lock_chain(%s)", [key])
        for thread in threads:
            thread.start()
        assert wait_until(lambda: waiting() == len(threads)), "the requests did not wait for each other"
    for thread in threads:
        thread.join(timeout=30)
    return answers


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        count: int = cursor.fetchone()[0]
    return count


def wait_until(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.01)
    return False


def test_of_two_at_once_one_makes_the_offer_and_the_other_finds_it() -> None:
    asker, key = somebody_of_the_examples(), str(uuid.uuid4())

    answers = side_by_side(lambda: _ask(asker, key), key)

    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert said(answers[0]) == said(answers[1])
    assert Bid.objects.count() == 1


def test_also_when_it_is_the_first_offer_of_a_firm_nobody_knows() -> None:
    person, key = a_person(), str(uuid.uuid4())

    answers = side_by_side(lambda: _ask(Asker(person=person), key), key)

    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert Bid.objects.count() == 1


def _ask(asker: Asker, key: str) -> Any:
    return asker.post("bids/", examples.PACKAGE, headers={KEY: key})
