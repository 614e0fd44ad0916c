"""What happens again and again."""

from typing import Any

from celery.schedules import crontab

from worker.queues import DOCUMENTS, LETTERS

SWEEP_SECONDS = 15
TEN_MINUTES = 10 * 60
DAY_SECONDS = 24 * 60 * 60

SCHEDULE: dict[str, dict[str, Any]] = {
    # A sweep that nobody took in time is dropped: otherwise they pile up behind a worker that is away.
    "sweep the outbox": {
        "task": "worker.tasks.sweep",
        "schedule": SWEEP_SECONDS,
        "options": {"queue": LETTERS, "expires": SWEEP_SECONDS},
    },
    "forget held answers": {
        "task": "worker.tasks.forget_held",
        "schedule": TEN_MINUTES,
        "options": {"queue": LETTERS, "expires": TEN_MINUTES},
    },
    "clear abandoned files": {
        "task": "worker.tasks.clear_abandoned_files",
        "schedule": crontab(hour=3, minute=30),
        "options": {"queue": DOCUMENTS, "expires": DAY_SECONDS},
    },
}
