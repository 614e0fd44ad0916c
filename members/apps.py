"""The room of people and firms."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Who we are."""

    name = "members"
    verbose_name = "Members"
