"""Let the letters go that waited for a mail server which is back, in the order they were due."""

import logging
from datetime import timedelta
from typing import Final

from django.db import Error, transaction

from bids.models import Letter
from kernel.clock import database_now
from kernel.models import MessageState, OutboxMessage

logger = logging.getLogger(__name__)

WAITED_FOR_MAIL: Final = "MailIsAway"
TICK: Final = timedelta(microseconds=1)


def let_the_others_go() -> int:
    """Promises that only waited for the mail server are due now, the oldest letter first; how many they were.

    Never raises: without it they go a little later by themselves.
    """
    try:
        return _made_due()
    except Error:
        logger.exception("the letters that waited go when their pause is over")
        return 0


def _made_due() -> int:
    waiting = OutboxMessage.objects.filter(
        topic="letter.written", state=MessageState.WAITING, error__startswith=WAITED_FOR_MAIL
    )
    if not waiting.exists():
        return 0
    now = database_now()
    with transaction.atomic():
        later = {
            message.payload["letter"]: message
            for message in waiting.filter(due_at__gt=now).select_for_update(skip_locked=True)
        }
        oldest_first = Letter.objects.filter(public_id__in=later).order_by("due_at", "pk")
        for place, public_id in enumerate(oldest_first.values_list("public_id", flat=True)):
            message = later[str(public_id)]
            message.due_at = now - (len(later) - place) * TICK
            message.woken_at = None
        OutboxMessage.objects.bulk_update(later.values(), ["due_at", "woken_at"])
    return len(later)
