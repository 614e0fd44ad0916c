"""Two people change the same row at once: in both orders one wins and the other is told, never overwritten."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier
from typing import Any

import pytest
from django.db.models import F

from bids.actions import change_line as change_line_module
from bids.actions.change_line import change_line
from bids.models import Bid, LineItem
from bids.steps import editing
from bids.steps.proposed_lines import read_line_change
from kernel.actor import Actor
from kernel.errors import Stale
from kernel.models import AuditEvent
from kernel.public_id import VersionedQuerySet
from tests.bids.editors import lead_of, line_of, the_offer
from tests.bids.test_ok_races import beside, while_the_first_is_not_committed

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, ROUNDS_OF_A_SOAK = 50, 1000


@pytest.fixture
def bid(now: datetime) -> Bid:
    return the_offer(now)


@pytest.fixture
def lead(bid: Bid) -> Actor:
    return lead_of(bid)


def writes(bid: Bid, text: str, lead: Actor, now: datetime, *, seen: int = 1) -> Callable[[], Any]:
    line = line_of(bid, "A1")
    return lambda: change_line(line=line, changes=read_line_change({"text": text}), seen=seen, by=lead, now=now)


def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "lock_bid", lambda bid: Bid.objects.get(pk=bid.pk))


def unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(change_line_module, "as_seen", lambda rows, _seen: rows.get())


def uncompared(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(self: Any, *, seen: int, **changes: Any) -> int:
        self.update(version=F("version") + 1, **changes)
        return seen + 1

    monkeypatch.setattr(VersionedQuerySet, "update_version", blind)


@pytest.mark.parametrize("order", [("ensin", "sitten"), ("sitten", "ensin")])
def test_the_second_waits_and_is_told(order: tuple[str, str], bid: Bid, lead: Actor, now: datetime) -> None:
    first, second = (writes(bid, text, lead, now) for text in order)

    _answer, late = while_the_first_is_not_committed(first, second)

    with pytest.raises(Stale):
        late.result()
    assert line_of(bid, "A1").text == order[0]
    assert AuditEvent.objects.about(bid.public_id).filter(type="line.changed").count() == 1


def test_without_the_lock_the_version_still_tells(
    bid: Bid, lead: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked(monkeypatch)
    _answer, late = while_the_first_is_not_committed(writes(bid, "ensin", lead, now), writes(bid, "sitten", lead, now))
    with pytest.raises(Stale):
        late.result()
    assert line_of(bid, "A1").text == "ensin"


def test_with_every_defence_taken_out_the_first_words_are_lost(
    bid: Bid, lead: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlocked(monkeypatch)
    unseen(monkeypatch)
    uncompared(monkeypatch)
    _answer, late = while_the_first_is_not_committed(writes(bid, "ensin", lead, now), writes(bid, "sitten", lead, now))
    late.result()
    assert line_of(bid, "A1").text == "sitten"


def raced(bid: Bid, lead: Actor, now: datetime, *, rounds: int) -> None:
    """Two write the same row at once, from the same version of it."""
    for number in range(rounds):
        seen = line_of(bid, "A1").version
        start = Barrier(2)

        def at_once(text: str, seen: int = seen, start: Barrier = start) -> Any:
            change = writes(bid, text, lead, now, seen=seen)
            start.wait()
            return change()

        with ThreadPoolExecutor(2) as pool:
            texts = [f"a{number}", f"b{number}"]
            asked = [beside(lambda text=text: at_once(text), pool) for text in texts]
            faults = [each.exception() for each in asked]
        (loser,) = (fault for fault in faults if fault is not None)
        assert isinstance(loser, Stale)
        assert line_of(bid, "A1").text == texts[faults.index(None)]
        assert line_of(bid, "A1").version == seen + 1
    assert LineItem.objects.filter(bid=bid, code="A1").count() == 1


@pytest.mark.slow
def test_in_free_rounds_exactly_one_of_two_is_taken(bid: Bid, lead: Actor, now: datetime) -> None:
    raced(bid, lead, now, rounds=ROUNDS)


@pytest.mark.soak
def test_over_a_thousand_rounds_exactly_one_of_two_is_taken(bid: Bid, lead: Actor, now: datetime) -> None:
    raced(bid, lead, now, rounds=ROUNDS_OF_A_SOAK)
