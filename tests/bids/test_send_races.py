"""Sending beside editing, taking back an OK and sending once more: both orders forced, and each defence taken away."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from bids.actions import begin_sending as begin
from bids.actions.begin_sending import begin_sending
from bids.actions.cancel_sending import cancel_sending
from bids.actions.finish_sending import finish_sending
from bids.models import Approval, Bid, LineItem, Part, Revision, RevisionPart, RevisionStanding
from bids.queries.oks import promised_by
from bids.queries.send_checks import SendChecks
from bids.steps import freezing, request_quota
from bids.steps.freezing import CannotBeSent, DoesNotAddUp
from bids.steps.oks import revoke_oks
from bids.steps.settling import BeingSent, lock_bid, settle
from bids.vocabulary import RevisionState
from kernel.action import action
from kernel.actor import Actor
from kernel.conflicts import again_after_conflict
from tests.bids.cases import daycare
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.bids.sendings import SYSTEM, bid_state, drawn
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE_SECONDS = 2.5
FREE_ROUNDS = 50
SOAKING = 1000
Deed = Callable[[], Any]


@action
def repriced(*, world_bid: Bid, price: Decimal, by: Actor, now: datetime) -> None:
    """A partner's price is changed the way every action changes something."""
    bid = lock_bid(world_bid)
    LineItem.objects.filter(bid=bid, code="A4").update(unit_price=price)
    settle(bid, by=by, now=now)


@action
def taken_back(*, part: Part, by: Actor, now: datetime) -> None:
    """A firm takes its OK back, also while the offer is being sent."""
    lock_bid(part.bid, even_sending=True)
    revoke_oks(part, by=by, now=now)


def edit(world: OkWorld) -> Deed:
    return lambda: repriced(world_bid=world.bid, price=Decimal(40), by=world.lead, now=NOON)


def revoke(world: OkWorld) -> Deed:
    return lambda: taken_back(part=world.part("SEL"), by=world.asked("SEL"), now=NOON)


def press_send(world: OkWorld) -> Deed:
    return lambda: begin_sending(bid=world.bid, by=world.lead, now=NOON)


def finish(revision: Revision) -> Deed:
    return lambda: finish_sending(revision=revision, by=SYSTEM, now=NOON + timedelta(minutes=1))


@pytest.fixture
def world() -> OkWorld:
    return an_ok_world(daycare())


def is_waiting() -> bool:
    """Whether another connection stands before a lock, as the server itself says."""
    with connection.cursor() as cursor:
        # Within a transaction the server keeps showing what it showed first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def beside(deed: Deed, pool: ThreadPoolExecutor) -> Future[Any]:
    def doing() -> Any:
        try:
            return deed()
        finally:
            connections.close_all()

    return pool.submit(doing)


def in_order(first: Deed, second: Deed) -> Future[Any]:
    """What the second answers, which was seen waiting while the first held its lock, once the first has committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            late = beside(second, pool)
            until = time.monotonic() + PATIENCE_SECONDS
            while not is_waiting():
                assert not late.done(), f"the second did not wait: {late.exception() or late.result()}"
                assert time.monotonic() < until, "the second was not seen waiting"
                threading.Event().wait(0.005)
        late.exception(timeout=PATIENCE_SECONDS * 4)
    return late


def is_sound(bid: Bid) -> bool:
    """No version that is frozen or sent says what a firm in it has not said OK to."""
    standing = RevisionStanding.objects.filter(bid=bid, state__in=["frozen", "sent"])
    for revision in Revision.objects.filter(standing__in=standing):
        for row in RevisionPart.objects.filter(revision=revision):
            given = {
                (each.kind, bytes(each.hash))
                for each in Approval.objects.filter(part=row.part, revocation__isnull=True)
            }
            if not {("part", bytes(row.part_hash)), ("frame", bytes(row.frame_hash))} <= given:
                return False
            if bid_state(bid) == "sending" and bytes(row.part_hash) != promised_by(bid)[row.part_id].part_hash:
                return False
    return True


# Both orders of every pair


def test_an_edit_first_then_the_sending_is_refused(world: OkWorld) -> None:
    late = in_order(edit(world), press_send(world))

    assert isinstance(late.exception(), CannotBeSent)
    assert not Revision.objects.exists()


def test_a_sending_first_then_the_edit_is_refused(world: OkWorld) -> None:
    late = in_order(press_send(world), edit(world))

    assert isinstance(late.exception(), BeingSent)
    assert LineItem.objects.get(bid=world.bid, code="A4").unit_price == Decimal(48)
    assert is_sound(world.bid)


def test_an_ok_taken_back_first_then_the_sending_is_refused(world: OkWorld) -> None:
    late = in_order(revoke(world), press_send(world))

    assert isinstance(late.exception(), CannotBeSent)
    assert not Revision.objects.exists()


def test_a_sending_first_then_an_ok_taken_back_gives_the_version_up(world: OkWorld) -> None:
    late = in_order(press_send(world), revoke(world))
    assert late.exception() is None
    revision = Revision.objects.get()
    drawn(revision)

    finish(revision)()

    assert RevisionStanding.objects.get().state == RevisionState.ABANDONED.value


def test_an_ok_taken_back_while_it_goes_out_is_one_or_the_other(world: OkWorld) -> None:
    press_send(world)()
    revision = Revision.objects.get()
    drawn(revision)

    late = in_order(revoke(world), finish(revision))

    assert late.exception() is None
    assert RevisionStanding.objects.get().state == RevisionState.ABANDONED.value


def test_what_has_gone_out_is_not_undone_by_taking_an_ok_back(world: OkWorld) -> None:
    press_send(world)()
    revision = Revision.objects.get()
    drawn(revision)

    late = in_order(finish(revision), revoke(world))

    assert late.exception() is None
    assert RevisionStanding.objects.get().state == RevisionState.SENT.value


def test_of_two_sendings_one_is_refused(world: OkWorld) -> None:
    late = in_order(press_send(world), press_send(world))

    assert isinstance(late.exception(), BeingSent)
    assert [each.number for each in Revision.objects.all()] == [1]


@pytest.mark.parametrize("is_cancelled_first", [True, False])
def test_cancelling_beside_going_out_is_one_or_the_other(world: OkWorld, is_cancelled_first: bool) -> None:  # noqa: FBT001 - a table
    press_send(world)()
    revision = Revision.objects.get()
    drawn(revision)

    def cancel() -> Any:
        return cancel_sending(revision=revision, by=world.lead, now=NOON + timedelta(minutes=1))

    first, second = (cancel, finish(revision)) if is_cancelled_first else (finish(revision), cancel)
    late = in_order(first, second)

    assert late.exception() is None
    expected = RevisionState.ABANDONED if is_cancelled_first else RevisionState.SENT
    assert RevisionStanding.objects.get().state == expected.value
    assert bid_state(world.bid) == "drafting"


# Each defence taken away


@contextmanager
def without_lock(monkeypatch: pytest.MonkeyPatch, meanwhile: Deed) -> Iterator[None]:
    """Sending reads the offer and its parts without locking them, and something happens right after."""
    real_parts = freezing.lock_parts

    def unlocked(bid: Bid, *, even_sending: bool = False, even_closed: bool = False) -> Bid:  # noqa: ARG001 - the shape of the lock
        return Bid.objects.get(pk=bid.pk)

    def read_then(bid: Bid) -> dict[int, Part]:
        parts = {part.pk: part for part in Part.objects.filter(bid=bid)}
        with ThreadPoolExecutor(1) as pool:
            beside(meanwhile, pool).result(timeout=PATIENCE_SECONDS)
        monkeypatch.setattr(freezing, "lock_parts", real_parts)
        return parts

    monkeypatch.setattr(begin, "lock_bid", unlocked)
    monkeypatch.setattr(freezing, "lock_parts", read_then)
    yield


def without_hash_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing compares hashes, and nothing looks whose OK is missing."""
    monkeypatch.setattr(freezing, "refuse_other_hashes", lambda *_args: None)
    monkeypatch.setattr(freezing, "send_checks", lambda *_a, **_k: SendChecks(stops=(), notes=(), questions=()))


@contextmanager
def without_trigger() -> Iterator[None]:
    name = "bids_revision_every_firm_has_said_ok"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE bids_revision DISABLE TRIGGER {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE bids_revision ENABLE TRIGGER {name}")


def test_without_the_lock_the_hashes_still_refuse(world: OkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    with without_lock(monkeypatch, edit(world)), pytest.raises(DoesNotAddUp):
        press_send(world)()
    assert not Revision.objects.exists()


def test_without_lock_and_hashes_the_database_still_refuses(world: OkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    without_hash_check(monkeypatch)
    with without_lock(monkeypatch, edit(world)), pytest.raises(DatabaseError, match="lacks the OK of SEL"):
        press_send(world)()
    assert not Revision.objects.exists()


def test_without_any_defence_the_client_would_get_what_nobody_said_ok_to(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the whole: were it to fail, the tests above would prove nothing."""
    without_hash_check(monkeypatch)
    with without_lock(monkeypatch, edit(world)), without_trigger():
        press_send(world)()

    assert Revision.objects.count() == 1
    assert not is_sound(world.bid)


def test_without_lock_and_checks_a_revoked_ok_is_refused_by_the_database(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_hash_check(monkeypatch)
    with without_lock(monkeypatch, revoke(world)), pytest.raises(DatabaseError, match="lacks the OK of SEL"):
        press_send(world)()


def test_without_the_lock_only_one_of_two_sendings_gets_the_number(
    world: OkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database itself counts versions and lets one be on its way."""

    def other() -> Any:
        return begin_sending(bid=world.bid, by=world.lead, now=NOON)

    with without_lock(monkeypatch, lambda: None):
        first = threading.Barrier(2, timeout=PATIENCE_SECONDS)
        real = freezing.promises_in_order

        def together(*args: Any, **kwargs: Any) -> Any:
            found = real(*args, **kwargs)
            first.wait()
            return found

        monkeypatch.setattr(freezing, "promises_in_order", together)
        with ThreadPoolExecutor(2) as pool:
            answers = [beside(press_send(world), pool), beside(other, pool)]
            failed = [each.exception(timeout=PATIENCE_SECONDS * 4) for each in answers]

    assert sum(each is None for each in failed) == 1
    assert isinstance(next(each for each in failed if each), DatabaseError)
    assert Revision.objects.count() == 1


# Free rounds


def raced(number: int) -> None:
    """Everything at once on one offer, in whatever order the server takes it."""
    world = an_ok_world(replace(daycare(), number=f"YT-2026-{number:04}"))
    deeds = [press_send(world), edit(world), revoke(world), press_send(world)]
    start = threading.Barrier(len(deeds))

    def at_once(deed: Deed) -> Deed:
        def doing() -> Any:
            start.wait(timeout=PATIENCE_SECONDS)
            return again_after_conflict(deed)

        return doing

    with ThreadPoolExecutor(len(deeds)) as pool:
        answers = [beside(at_once(deed), pool) for deed in deeds]
        failed = [each.exception(timeout=30) for each in answers]

    assert all(each is None or isinstance(each, CannotBeSent | BeingSent) for each in failed), failed
    for revision in Revision.objects.filter(bid=world.bid):
        drawn(revision)
        finish(revision)()
    standing = RevisionStanding.objects.filter(bid=world.bid)
    assert standing.filter(state=RevisionState.SENT.value).count() <= 1
    numbers = sorted(Revision.objects.filter(bid=world.bid).values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert is_sound(world.bid)


@pytest.mark.slow
def test_fifty_free_rounds_never_send_what_nobody_said_ok_to() -> None:
    for number in range(FREE_ROUNDS):
        raced(number)


@pytest.mark.soak
def test_a_thousand_free_rounds_never_send_what_nobody_said_ok_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_TO_CLIENTS", 10 * SOAKING)
    for number in range(SOAKING):
        raced(number)
