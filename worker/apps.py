"""The room of what happens after the commit."""

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """What keeps the promises of the outbox."""

    name = "worker"
    verbose_name = "Worker"
