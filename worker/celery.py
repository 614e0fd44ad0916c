"""The Celery application: the doorbell of the outbox, never its memory."""

import os

from celery import Celery

from worker.schedules import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("punos", include=["worker.tasks", "worker.starting"])
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
