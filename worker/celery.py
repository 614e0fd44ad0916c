"""The Celery application: the doorbell of the outbox, never its memory."""

import logging
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging

from worker.schedules import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("punos", include=["worker.tasks", "worker.starting"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE


@setup_logging.connect
def keep_the_settings_of_logs(**_: Any) -> None:
    """Write logs like every other process, secrets taken out; Celery would replace all that with its own.

    Each ring of the doorbell is no news: what was done stands in the outbox, and what failed is still said.
    """
    for chatty in ("celery.worker.strategy", "celery.app.trace", "celery.beat"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
