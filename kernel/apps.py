"""The shared kernel as Django knows it."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from kernel.checks import history_is_safe_from_us


class KernelConfig(AppConfig):
    """What every room stands on: the audit trail and the outbox."""

    name = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        """Let `check --deploy` look at the database's role too."""
        register(history_is_safe_from_us, Tags.database, deploy=True)
