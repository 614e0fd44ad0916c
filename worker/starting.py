"""What a worker does first: it looks for what was forgotten while it was away, and gets ready to draw."""

import logging
from typing import Any

from celery.signals import worker_ready
from django.db import close_old_connections, connections

from kernel.clock import database_now
from worker import relay
from worker.documents.draw import RENDERER
from worker.queues import DOCUMENTS
from worker.tasks import wake

logger = logging.getLogger(__name__)


@worker_ready.connect
def look_for_forgotten(**_: Any) -> None:
    """Ring for what is due. Where the database is away too, the next sweep will do it."""
    try:
        close_old_connections()
        relay.sweep(wake, now=database_now())
    except Exception:
        logger.exception("the first sweep failed")
    finally:
        connections.close_all()


@worker_ready.connect
def warm_the_renderer(sender: Any, **_: Any) -> None:
    """Load what draws documents, in workers that are asked for documents."""
    if DOCUMENTS not in sender.app.amqp.queues.consume_from:
        return
    try:
        RENDERER.warm()
    except Exception:
        logger.exception("the renderer did not start; the first document will try again")
