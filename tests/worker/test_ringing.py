"""The doorbell may be broken: what was promised stays promised, and nobody waits."""

import os
import pickle
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kombu.exceptions import ContentDisallowed
from kombu.serialization import loads

from worker.celery import app
from worker.schedules import SCHEDULE, SWEEP_SECONDS
from worker.tasks import clear_abandoned_files, deliver, forget_held, sweep

ROOT = Path(__file__).resolve().parents[2]

PROMISE = """
    import os, time
    import django
    django.setup()
    from datetime import UTC, datetime
    from django.db import connection, transaction
    from kernel.models import OutboxMessage
    from kernel.outbox import post
    connection.settings_dict["NAME"] = os.environ["TEST_DATABASE"]
    import worker.tasks
    started_at = time.monotonic()
    with transaction.atomic():
        for number in range(5):
            post("bell.rung", due=datetime(2026, 3, 2, tzinfo=UTC), key=f"far away {number}")
    print("seconds", time.monotonic() - started_at)
    print("committed", OutboxMessage.objects.filter(effect_key__startswith="far away").count())
"""


def promised_with(broker: str, database: str) -> dict[str, float]:
    env = os.environ | {"REDIS_URL": broker, "DJANGO_SETTINGS_MODULE": "config.settings", "TEST_DATABASE": database}
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROMISE)], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return {name: float(value) for name, value in (line.split() for line in ended.stdout.splitlines()[-2:])}


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@pytest.fixture
def deaf_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        yield deaf.getsockname()[1]


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_away_promises_are_committed_without_waiting(closed_port: int, settings: Any) -> None:
    result = promised_with(f"redis://127.0.0.1:{closed_port}/0", settings.DATABASES["default"]["NAME"])

    assert result["committed"] == 5
    assert result["seconds"] < 3


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_with_a_broker_that_does_not_answer_they_wait_for_it_once(deaf_port: int, settings: Any) -> None:
    result = promised_with(f"redis://127.0.0.1:{deaf_port}/0", settings.DATABASES["default"]["NAME"])

    assert result["committed"] == 5
    assert result["seconds"] < 15


def test_only_plain_json_is_taken_from_the_broker() -> None:
    assert app.conf.accept_content == ["json"]
    assert (app.conf.task_serializer, app.conf.result_backend, app.conf.task_ignore_result) == ("json", None, True)
    with pytest.raises(ContentDisallowed):
        loads(pickle.dumps(["x"]), "application/x-python-serialize", "binary", accept=app.conf.accept_content)  # type: ignore[no-untyped-call]


def test_the_row_is_the_truth_and_not_the_broker() -> None:
    assert app.conf.task_acks_late is False
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.task_always_eager is False


def test_sweeps_do_not_pile_up_behind_a_worker_that_is_away() -> None:
    sweep = SCHEDULE["sweep the outbox"]

    assert sweep["options"] == {"queue": "mail", "expires": SWEEP_SECONDS}
    assert app.conf.beat_schedule == SCHEDULE


def test_every_scheduled_task_exists() -> None:
    ours = {task.name for task in (deliver, sweep, clear_abandoned_files, forget_held)}

    assert {entry["task"] for entry in SCHEDULE.values()} == ours - {deliver.name}
