"""The room of people and firms."""

from importlib import import_module

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Who we are."""

    name = "members"
    verbose_name = "Members"

    def ready(self) -> None:
        """Have the checks of this room run with all others."""
        import_module("members.checks")
