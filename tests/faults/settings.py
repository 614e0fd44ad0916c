"""The product's settings, with leases short enough to be waited for."""

from config.settings import *  # noqa: F403

OUTBOX_LEASE_SECONDS = 8
