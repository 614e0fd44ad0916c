"""A rest for a service that did not answer, so that it costs one wait and not one for every caller."""

import logging
import time

logger = logging.getLogger(__name__)


class Circuit:
    """Remembers for some seconds that a service is away. Says so once when it leaves and once when it is back."""

    def __init__(self, service: str, *, rest_seconds: float) -> None:
        self._service = service
        self._rest_seconds = rest_seconds
        self._asked_again_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether the service is being left alone for now."""
        return self._asked_again_at is not None and time.monotonic() < self._asked_again_at

    def failed(self, error: Exception) -> None:
        """Leave the service alone for a while."""
        if self._asked_again_at is None:
            logger.warning("%s is away, going on without it: %s", self._service, error)
        self._asked_again_at = time.monotonic() + self._rest_seconds

    def answered(self) -> None:
        """Trust the service again."""
        if self._asked_again_at is not None:
            logger.info("%s is back", self._service)
        self._asked_again_at = None
