"""The room of joint offers."""

from django.apps import AppConfig


class BidsConfig(AppConfig):
    """From need to decision."""

    name = "bids"
    verbose_name = "Joint offers"
