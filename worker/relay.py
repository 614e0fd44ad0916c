"""Keeping the promises of the outbox: the row is the queue, and a claim on it is a compare-and-set.

A worker claims a message for the length of a lease and prolongs it while it works. If it dies, the lease runs out and
another worker claims the message under a new token; what the first one then still wants to finish is refused. The work
itself may run again, its effect commits exactly once.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Least

from kernel.clock import database_now
from kernel.models import MessageState, OutboxMessage
from kernel.outbox import Waker
from kernel.text import clean_text
from worker.handlers import handler_of
from worker.handlers.handler import MustWait
from worker.hold import Hold, LeaseLost, beating

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=getattr(settings, "OUTBOX_LEASE_SECONDS", 120))
BEATS_IN_A_LEASE = 12
STALE = timedelta(seconds=30)
MAX_ATTEMPTS = 20
SWEPT_AT_ONCE = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
LONGEST_WAIT = timedelta(minutes=3)


def handle(message_id: UUID) -> None:
    """Keep one promise, unless it is kept already, not due yet, or in another worker's hands."""
    claimed = claim(message_id, now=database_now())
    if claimed is None:
        return
    message = OutboxMessage.objects.get(pk=message_id)
    hold = Hold(message_id, claimed)
    try:
        with beating(hold, partial(heartbeat, message_id, claimed), seconds=LEASE.total_seconds() / BEATS_IN_A_LEASE):
            effect = handler_of(message.topic).handle(message, hold=hold)
        _renew_connection()
        finish(message_id, claimed, partial(effect, database_now()))
    except LeaseLost:
        logger.warning("%s %s went to another worker", message.topic, message_id)
    except MustWait as wait:
        logger.warning("%s %s waits: %s", message.topic, message_id, wait)
        _renew_connection()
        now = database_now()
        give_back(message_id, claimed, wait, due_at=wait.until or now + wait_after(message.attempts), counted=False)
    except Exception as error:
        logger.exception("%s %s failed at attempt %s", message.topic, message_id, message.attempts)
        _renew_connection()
        give_back(message_id, claimed, error, due_at=database_now() + pause_after(message.attempts))


def claim(message_id: UUID, *, now: datetime) -> UUID | None:
    """The fencing token under which the message is now held, or None if it is not to be had."""
    token = uuid.uuid4()
    taken = OutboxMessage.objects.claimable(now=now).filter(pk=message_id, attempts__lt=MAX_ATTEMPTS)
    changed = taken.update(state=MessageState.RUNNING, claim=token, lease_until=now + LEASE, attempts=F("attempts") + 1)
    return token if changed else None


def heartbeat(message_id: UUID, claimed: UUID) -> None:
    """Prolong the lease from now; LeaseLost if it went to another worker."""
    if not OutboxMessage.objects.held(message_id, claimed).update(lease_until=database_now() + LEASE):
        raise LeaseLost(message_id)


def finish(message_id: UUID, claimed: UUID, effect: Callable[[], object]) -> None:
    """Mark the message done together with its effect, or neither; LeaseLost if it went to another worker."""
    with transaction.atomic(durable=True):
        held = OutboxMessage.objects.held(message_id, claimed)
        if not held.update(state=MessageState.DONE, claim=None, lease_until=None, error=""):
            raise LeaseLost(message_id)
        effect()


def give_back(message_id: UUID, claimed: UUID, error: Exception, *, due_at: datetime, counted: bool = True) -> None:
    """Let the message be tried again later, and keep what went wrong for those who look.

    An attempt that does not count never brings the message nearer to being given up.
    """
    said = clean_text(f"{type(error).__name__}: {error}")[:2000]
    attempts = {} if counted else {"attempts": Least(F("attempts"), Value(MAX_ATTEMPTS // 2))}
    OutboxMessage.objects.held(message_id, claimed).update(
        state=MessageState.WAITING, claim=None, lease_until=None, woken_at=None, due_at=due_at, error=said, **attempts
    )


def pause_after(attempts: int) -> timedelta:
    """How long a message rests after so many failures: twice as long each time, at most a quarter of an hour."""
    return min(FIRST_PAUSE * int(2 ** min(attempts - 1, 16)), LONGEST_PAUSE)


def wait_after(attempts: int) -> timedelta:
    """How long a message rests that waits for something that is away: nobody is kept long once it is back."""
    return min(pause_after(attempts), LONGEST_WAIT)


def sweep(wake: Waker, *, now: datetime, limit: int = SWEPT_AT_ONCE) -> None:
    """Ring again for what is due and was forgotten, and give up what failed too often.

    Two sweepers at once do not both ring for the same message.
    """
    claimable = OutboxMessage.objects.claimable(now=now)
    forgotten = claimable.filter(Q(woken_at=None) | Q(woken_at__lt=now - STALE), attempts__lt=MAX_ATTEMPTS)
    for message_id, topic in list(forgotten.order_by("due_at").values_list("pk", "topic")[:limit]):
        if forgotten.filter(pk=message_id).update(woken_at=now):
            wake(message_id, topic)
    for message in list(claimable.filter(attempts__gte=MAX_ATTEMPTS)[:limit]):
        give_up(message, now=now)


def give_up(message: OutboxMessage, *, now: datetime) -> None:
    """Leave the message to a person, and tell whatever waits for it that nothing comes.

    Even where that cannot be told, the message is left as failed.
    """
    spent = OutboxMessage.objects.claimable(now=now).filter(pk=message.pk, attempts__gte=MAX_ATTEMPTS)
    try:
        with transaction.atomic(durable=True):
            if not spent.update(state=MessageState.FAILED, claim=None, lease_until=None):
                return
            handler_of(message.topic).gave_up(message)(now)
    except Exception:
        logger.exception("what waits for %s %s could not be told", message.topic, message.pk)
        spent.update(state=MessageState.FAILED, claim=None, lease_until=None)
    logger.error("%s %s was given up after %s attempts: %s", message.topic, message.pk, message.attempts, message.error)


def try_again(message_id: UUID, *, now: datetime) -> bool:
    """Take a message that was given up back into the queue, with all its attempts; False if it was not given up."""
    given_up = OutboxMessage.objects.failed().filter(pk=message_id)
    return bool(given_up.update(state=MessageState.WAITING, attempts=0, due_at=now, woken_at=None))


def _renew_connection() -> None:
    """Replace a connection that died while it lay idle through the work."""
    if not connection.in_atomic_block:
        close_old_connections()
