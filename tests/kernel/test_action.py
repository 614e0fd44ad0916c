"""An action happens whole or not at all, and never inside another."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from kernel import outbox
from kernel.action import ActionInsideAction, NotAnAction, action
from kernel.actor import Actor
from kernel.models import OutboxMessage


@action
def promise(*, key: str, by: Actor, now: datetime, break_off: bool = False) -> str:  # noqa: ARG001
    outbox.post("bell.rung", due=now, key=key)
    if break_off:
        raise ZeroDivisionError
    return key


@action
def promise_twice(*, by: Actor, now: datetime) -> None:
    promise(key="inner", by=by, now=now)


@pytest.fixture(autouse=True)
def no_bell(settings: Any) -> None:
    settings.OUTBOX_WAKER = "tests.kernel.bells.silent"


@pytest.mark.django_db(transaction=True)
def test_what_an_action_did_is_committed_when_it_returns(system: Actor, now: datetime) -> None:
    assert promise(key="one", by=system, now=now) == "one"

    assert not connection.in_atomic_block
    assert OutboxMessage.objects.count() == 1


@pytest.mark.django_db
def test_an_action_that_breaks_off_leaves_nothing_behind(system: Actor, now: datetime) -> None:
    with pytest.raises(ZeroDivisionError):
        promise(key="one", by=system, now=now, break_off=True)

    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_an_action_refuses_to_run_inside_an_action_and_undoes_both(system: Actor, now: datetime) -> None:
    with pytest.raises(ActionInsideAction, match="promise was called inside promise_twice"):
        promise_twice(by=system, now=now)

    assert OutboxMessage.objects.count() == 0


@pytest.mark.django_db
def test_after_a_failure_the_next_action_is_free_to_run(system: Actor, now: datetime) -> None:
    with pytest.raises(ActionInsideAction):
        promise_twice(by=system, now=now)

    assert promise(key="later", by=system, now=now) == "later"


def without_actor(*, now: datetime) -> None: ...


def without_now(*, by: Actor) -> None: ...


def with_a_loose_argument(bid: str, *, by: Actor, now: datetime) -> None: ...


def with_an_actor_of_another_kind(*, by: str, now: datetime) -> None: ...


@pytest.mark.parametrize("function", [without_actor, without_now, with_a_loose_argument, with_an_actor_of_another_kind])
def test_what_is_not_shaped_like_an_action_is_refused_when_it_is_written(function: Callable[..., None]) -> None:
    with pytest.raises(NotAnAction):
        action(function)
