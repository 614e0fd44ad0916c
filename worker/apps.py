"""The room of what happens after the commit."""

from importlib import import_module

from django.apps import AppConfig


class WorkerConfig(AppConfig):
    """What keeps the promises of the outbox."""

    name = "worker"
    verbose_name = "Worker"

    def ready(self) -> None:
        """Listen to what a mail provider tells."""
        import_module("worker.letters.provider_reports").listen()
