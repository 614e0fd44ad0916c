"""The shared kernel as Django knows it."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """What every room stands on: the audit trail and the outbox."""

    name = "kernel"
    verbose_name = "Kernel"
