"""An OK and a change at the same moment: the OK is to what was shown, or it is none; in both orders, and in none."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, connections, transaction

from bids.actions import say_ok as say_ok_module
from bids.actions.leave_out_part import leave_out_part
from bids.actions.say_ok import NotAnswered, say_ok
from bids.actions.take_back_ok import take_back_ok
from bids.actions.take_over_part import take_over_part
from bids.models import Approval, Bid, LineItem, Part
from bids.queries.oks import promised_by
from bids.steps import oks as oks_module
from bids.steps.leaving import NotAsThingsStand
from bids.steps.oks import OkOfSomethingElse
from bids.vocabulary import OkKind, OkMethod, PartState
from kernel.errors import Refusal
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world, changed
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 5.0
ROUNDS = 50
ROUNDS_OF_A_SOAK = 1000


def is_waited_for() -> bool:
    """Whether some session waits for a lock that another one holds, as `pg_stat_activity` shows it."""
    with connection.cursor() as cursor:
        # What was seen once stays as it was seen until the transaction ends, unless it is forgotten.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock' AND pid <> pg_backend_pid())"
        )
        return bool(cursor.fetchone()[0])


def beside(ask: Callable[[], Any], pool: ThreadPoolExecutor) -> Future[Any]:
    """The answer of another connection, asked for from now on."""

    def asking() -> Any:
        try:
            return ask()
        finally:
            connections.close_all()

    return pool.submit(asking)


def while_the_first_is_not_committed(first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Any, Future[Any]]:
    """What the first answered, and the answer of the second, which was seen waiting for the first to commit."""
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        answer = first()
        late = beside(second, pool)
        until = time.monotonic() + PATIENCE_SECONDS
        while not is_waited_for():
            assert time.monotonic() < until, "the second did not wait for the first"
            assert not late.done(), f"the second did not wait for the first: {late.exception()}"
            threading.Event().wait(0.01)
    return answer, late


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The hashes on the screen of the firm that is asked."""

    part_hash: str
    frame_hash: str

    @property
    def both(self) -> set[str]:
        return {self.part_hash, self.frame_hash}


@pytest.fixture
def world() -> OkWorld:
    """PAI is asked again: the time to pay has become longer."""
    world = an_ok_world(daycare())
    pay_in(world, 21)
    return world


def shown_to(world: OkWorld, key: str) -> Shown:
    ok = world.board()[key]
    return Shown(part_hash=ok.part_hash, frame_hash=ok.frame_hash)


def pays_later(world: OkWorld, days: int) -> Callable[[], Any]:
    return lambda: pay_in(world, days)


def pay_in(world: OkWorld, days: int) -> Any:
    return changed(
        change=lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=days),
        bid=world.bid,
        by=world.lead,
        now=NOON,
    )


def says_ok(world: OkWorld, key: str, shown: Shown) -> Callable[[], Any]:
    part, actor = world.part(key), world.asked(key)
    return lambda: say_ok(
        part=part, seen_part_hash=shown.part_hash, seen_frame_hash=shown.frame_hash, by=actor, now=NOON
    )


def faults(world: OkWorld, shown: set[str]) -> list[str]:
    """What no race may leave behind: a hash that is not the rows', or a tick to something nobody was shown."""
    found = []
    promised = promised_by(world.bid)
    for part in Part.objects.filter(bid=world.bid):
        current = promised[part.pk]
        if (bytes(part.content_hash or b""), bytes(part.frame_hash or b"")) != (
            current.part_hash,
            current.frame_hash,
        ):
            found.append(f"{part.key}: the stored hash is not that of the rows")
    for ok in world.board().values():
        found += [
            f"{ok.part.key}: an OK counts that is not to what stands"
            for tick in ok.ticks
            if tick.counts and bytes(tick.approval.hash) != promised[ok.part.pk].hash_of(tick.kind)
        ]
    tapped = Approval.objects.filter(method=OkMethod.TAPPED.value).select_related("part")
    return found + [
        f"{each.part.key}: an OK to what was not shown" for each in tapped if bytes(each.hash).hex() not in shown
    ]


def test_an_ok_that_waited_for_a_change_is_refused(world: OkWorld) -> None:
    shown = shown_to(world, "PAI")

    _, late = while_the_first_is_not_committed(pays_later(world, 30), says_ok(world, "PAI", shown))

    assert isinstance(late.exception(), OkOfSomethingElse)
    assert faults(world, shown.both) == []
    assert not world.board()["PAI"].frame_ok


def test_a_change_that_waited_for_an_ok_makes_it_stale(world: OkWorld) -> None:
    shown = shown_to(world, "PAI")

    ok, late = while_the_first_is_not_committed(says_ok(world, "PAI", shown), pays_later(world, 30))

    assert ok.is_ok
    assert {part.key for part in late.result().asked} == {"PAI", "SEL"}
    assert faults(world, shown.both) == []
    assert not world.board()["PAI"].frame_ok


def without_the_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(say_ok_module, "lock_bid", lambda bid: Bid.objects.get(pk=bid.pk))


def without_the_comparison(patch: pytest.MonkeyPatch) -> None:
    def unseen(part: Part, **_seen: object) -> Any:
        return promised_by(part.bid)[part.pk]

    patch.setattr(say_ok_module, "require_seen", unseen)
    patch.setattr(oks_module, "require_seen", unseen)


def test_without_the_lock_the_comparison_of_hashes_still_refuses(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = shown_to(world, "PAI")
    without_the_lock(monkeypatch)

    _, late = while_the_first_is_not_committed(pays_later(world, 30), says_ok(world, "PAI", shown))

    assert isinstance(late.exception(), OkOfSomethingElse)
    assert faults(world, shown.both) == []


def test_without_the_comparison_an_ok_is_to_what_nobody_was_shown(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the defence off, the forced order breaks what the tests above hold."""
    shown = shown_to(world, "PAI")
    without_the_comparison(monkeypatch)

    _, late = while_the_first_is_not_committed(pays_later(world, 30), says_ok(world, "PAI", shown))

    assert late.exception() is None
    assert faults(world, shown.both) == ["PAI: an OK to what was not shown"]


def test_without_the_lock_and_the_comparison_what_is_stored_is_not_what_the_rows_say(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the lock: both write, and the later one from what it had read before."""
    shown = shown_to(world, "PAI")
    without_the_lock(monkeypatch)
    without_the_comparison(monkeypatch)

    _, late = while_the_first_is_not_committed(pays_later(world, 30), says_ok(world, "PAI", shown))

    assert late.exception() is None
    assert faults(world, shown.both) != []


def test_of_taking_over_and_answering_again_the_later_one_finds_the_firm_elsewhere(world: OkWorld) -> None:
    Part.objects.filter(bid=world.bid, key="PAI").update(state=PartState.ASKED.value)
    part = world.part("PAI")

    _, late = while_the_first_is_not_committed(
        lambda: leave_out_part(part=part, by=world.lead, now=NOON),
        lambda: take_over_part(part=part, by=world.lead, now=NOON),
    )

    assert isinstance(late.exception(), NotAsThingsStand)
    assert not LineItem.objects.filter(part__key="KUV", code="A5").exists()


def test_an_ok_that_waited_until_its_firm_was_left_out_is_none(world: OkWorld) -> None:
    shown, part = shown_to(world, "PAI"), world.part("PAI")

    _, late = while_the_first_is_not_committed(
        lambda: leave_out_part(part=part, by=world.lead, now=NOON), says_ok(world, "PAI", shown)
    )

    assert isinstance(late.exception(), NotAnswered)


def test_an_ok_taken_back_at_the_moment_of_a_change_is_taken_back(world: OkWorld) -> None:
    says_ok(world, "PAI", shown_to(world, "PAI"))()
    part, actor = world.part("PAI"), world.asked("PAI")

    _, late = while_the_first_is_not_committed(
        pays_later(world, 7), lambda: take_back_ok(part=part, by=actor, now=NOON)
    )

    assert late.exception() is None
    assert not Approval.objects.filter(part=part, revocation__isnull=True).exists()
    assert not world.board()["PAI"].frame_ok


def rounds(world: OkWorld, count: int) -> None:
    """Both firms say OK to what they were shown while the lead changes the offer, whoever comes first."""
    shown_ever: set[str] = set()
    given = refused = 0
    for number in range(count):
        pay_in(world, 21 + number % 2)
        LineItem.objects.filter(bid=world.bid, code="A5").update(unit_price=Decimal("12.90"))
        pay_in(world, 21 + number % 2)
        shown = {key: shown_to(world, key) for key in ("PAI", "SEL")}
        shown_ever |= {each for one in shown.values() for each in one.both}
        together = threading.Barrier(3)

        def at_once(ask: Callable[[], Any], gate: threading.Barrier = together) -> Any:
            gate.wait()
            try:
                return ask()
            except Refusal as refusal:
                return refusal

        with ThreadPoolExecutor(3) as pool:
            asked = [
                beside(lambda ask=ask: at_once(ask), pool)
                for ask in (
                    says_ok(world, "PAI", shown["PAI"]),
                    says_ok(world, "SEL", shown["SEL"]),
                    pays_later(world, 40 + number),
                )
            ]
            answers = [each.result() for each in asked]
        given += sum(not isinstance(answer, Refusal) for answer in answers[:2])
        refused += sum(isinstance(answer, OkOfSomethingElse) for answer in answers[:2])
        assert faults(world, shown_ever) == []
        assert all(not ok.frame_ok for ok in world.board().values() if not ok.is_lead)
    assert given + refused == 2 * count
    assert Approval.objects.filter(kind=OkKind.FRAME.value).exists()


@pytest.mark.slow
def test_whoever_comes_first_nobody_says_ok_to_what_it_was_not_shown(world: OkWorld) -> None:
    rounds(world, ROUNDS)


@pytest.mark.soak
def test_over_a_thousand_rounds_nobody_says_ok_to_what_it_was_not_shown(world: OkWorld) -> None:
    rounds(world, ROUNDS_OF_A_SOAK)
