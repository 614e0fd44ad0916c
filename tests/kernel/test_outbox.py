"""What must still happen is promised once, together with the change that calls for it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from kernel.models import MessageState, OutboxMessage
from kernel.outbox import effect_key, post
from members.models import Firm
from tests.kernel import bells

FIRM = UUID("22222222-2222-4222-8222-222222222222")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bell(settings: Any) -> None:
    bells.rung.clear()
    settings.OUTBOX_WAKER = "tests.kernel.bells.remembering"


def test_asking_twice_promises_once_and_rings_once(
    now: datetime, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = post("firm.invited", due=now, key="firm.invited:a:1", firm=FIRM)
        second = post("firm.invited", due=now + timedelta(days=1), key="firm.invited:a:1", firm=FIRM)

    assert first == second
    assert second.due_at == now
    assert bells.rung == [(first.pk, "firm.invited")]


def test_the_bell_rings_only_after_the_commit(django_capture_on_commit_callbacks: Any, now: datetime) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        post("firm.invited", due=now, key="a")
        assert bells.rung == []

    assert len(bells.rung) == 1


@pytest.mark.django_db(transaction=True)
def test_a_promise_falls_with_its_transaction(now: datetime) -> None:
    with transaction.atomic():
        post("firm.invited", due=now, key="a")
        transaction.set_rollback(True)

    assert OutboxMessage.objects.count() == 0
    assert bells.rung == []


@pytest.mark.django_db(transaction=True)
def test_a_promise_outside_a_transaction_is_refused(now: datetime) -> None:
    with pytest.raises(transaction.TransactionManagementError, match="outside a transaction"):
        post("firm.invited", due=now, key="a")


def test_a_promise_carries_ids_and_waits(now: datetime) -> None:
    message = post("firm.invited", due=now, key="a", firm=FIRM, place=3)

    message.refresh_from_db()
    assert message.payload == {"firm": str(FIRM), "place": 3}
    assert (message.state, message.attempts, message.claim, message.lease_until) == (
        MessageState.WAITING,
        0,
        None,
        None,
    )


def test_a_later_version_is_another_effect() -> None:
    firm = Firm(public_id=FIRM, name="Kuvaamo", version=3)

    assert effect_key("firm.invited", firm) == f"firm.invited:{FIRM}:3"
    assert effect_key("firm.invited", firm, "mail", "a@b.example") == f"firm.invited:{FIRM}:3:mail:a@b.example"


def test_a_promise_not_kept_is_not_deleted(now: datetime) -> None:
    message = post("firm.invited", due=now, key="a")
    with pytest.raises(DatabaseError, match="DELETE on kernel_outboxmessage is refused"), transaction.atomic():
        message.delete()

    OutboxMessage.objects.update(state=MessageState.DONE)
    message.delete()

    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    "change",
    [
        "state = 'running'",
        "state = 'waiting', claim = gen_random_uuid()",
        "state = 'done', lease_until = now()",
        "state = 'lost'",
        "attempts = -1",
    ],
)
def test_the_database_holds_what_a_promise_can_be(change: str, now: datetime) -> None:
    post("firm.invited", due=now, key="a")

    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE kernel_outboxmessage SET {change}")  # noqa: S608 - a literal of this test


def test_looking_for_what_is_due_uses_the_partial_index(now: datetime) -> None:
    OutboxMessage.objects.bulk_create(
        OutboxMessage(topic="a", effect_key=str(number), due_at=now, state=MessageState.DONE) for number in range(500)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kernel_outboxmessage")
        cursor.execute("SET LOCAL enable_seqscan = off")

    plan = OutboxMessage.objects.claimable(now=now).explain()

    assert "outbox_waiting_by_due_at" in plan
    assert "outbox_running_by_lease" in plan
