"""What a worker does first."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest

from kernel.models import OutboxMessage
from worker import starting
from worker.celery import app
from worker.documents.draw import RENDERER

MakePromise = Callable[..., OutboxMessage]


@pytest.mark.django_db(transaction=True)
def test_it_rings_for_what_was_forgotten_while_it_was_away(a_promise: MakePromise, now: datetime) -> None:
    message = a_promise()

    starting.look_for_forgotten()

    message.refresh_from_db()
    assert message.woken_at is not None
    assert message.woken_at > now


@pytest.mark.requires_pdf
@pytest.mark.parametrize(("queues", "warm"), [({"mail": None}, False), ({"pdf": None}, True)])
def test_only_a_worker_for_documents_loads_what_draws_them(queues: dict[str, None], warm: bool) -> None:  # noqa: FBT001
    RENDERER.close()
    consuming = SimpleNamespace(amqp=SimpleNamespace(queues=SimpleNamespace(consume_from=queues)))

    starting.warm_the_renderer(sender=SimpleNamespace(app=consuming))

    assert (RENDERER._nursery is not None) == warm


def test_celery_finds_its_program_by_the_rooms_name() -> None:
    assert app.main == "punos"
    assert set(app.conf.include) == {"worker.tasks", "worker.starting"}
