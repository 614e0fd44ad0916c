"""What Celery can be asked for: each task takes ids, fetches, and delegates."""

from uuid import UUID

from bids.actions.forget_held_answers import forget_held_answers
from kernel.actor import Actor
from kernel.circuit import Circuit
from kernel.clock import database_now
from worker import relay
from worker.celery import app
from worker.documents.files import clear_abandoned
from worker.queues import queue_of

_broker = Circuit("the broker", rest_seconds=5.0)

RING_SECONDS = 120
"""How long a ring is worth answering: the sweep rings again, and rings must not pile up while no worker listens."""


@app.task(ignore_result=True)
def deliver(message_id: str) -> None:
    """Keep one promise of the outbox."""
    relay.handle(UUID(message_id))


@app.task(ignore_result=True)
def sweep() -> None:
    """Ring again for promises that were forgotten."""
    relay.sweep(wake, now=database_now())


@app.task(ignore_result=True)
def clear_abandoned_files() -> None:
    """Remove files that a worker wrote and never got to hand over."""
    clear_abandoned(now=database_now())


@app.task(ignore_result=True)
def forget_held() -> None:
    """Delete what clients told on a first page and did not confirm in time."""
    forget_held_answers(by=Actor.system("worker"), now=database_now())


def wake(message_id: UUID, topic: str) -> None:
    """Ring a worker for a message. Never raises: a ring that is lost is made up for by the sweep."""
    if _broker.is_open:
        return
    try:
        deliver.apply_async(
            args=(str(message_id),), queue=queue_of(topic), expires=RING_SECONDS, retry=False, ignore_result=True
        )
    except Exception as error:  # noqa: BLE001 - whatever is wrong with the doorbell, the row is safe
        _broker.failed(error)
    else:
        _broker.answered()
