"""The product's settings, with leases and a patience with the broker short enough to be waited for."""

from config.settings import *  # noqa: F403
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS as ASKED_OF_THE_BROKER

OUTBOX_LEASE_SECONDS = 8
CELERY_BROKER_TRANSPORT_OPTIONS = ASKED_OF_THE_BROKER | {"socket_timeout": 0.5}
