"""Promising, inside a transaction, what must happen after it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from kernel.models import OutboxMessage
from kernel.public_id import Published

Waker = Callable[[UUID, str], None]


def post(topic: str, *, due: datetime, key: str, **ids: UUID | str | int) -> OutboxMessage:
    """Promise what must still happen; asking twice with one key promises it once.

    The promise commits or falls with the transaction it is made in, and outside of one it is refused. What it carries
    are ids, never contents and never secrets.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{topic} was promised outside a transaction")
    payload: dict[str, Any] = {name: value if isinstance(value, int) else str(value) for name, value in ids.items()}
    message, is_new = OutboxMessage.objects.get_or_create(
        effect_key=key, defaults={"topic": topic, "payload": payload, "due_at": due}
    )
    if is_new:
        wake: Waker = import_string(settings.OUTBOX_WAKER)
        transaction.on_commit(partial(wake, message.pk, topic), robust=True)
    return message


def effect_key(topic: str, thing: Published, *more: str) -> str:
    """The name of one effect: the topic, the thing and its version, and for letters the channel and the recipient."""
    return ":".join([topic, str(thing.public_id), str(getattr(thing, "version", 1)), *more])
