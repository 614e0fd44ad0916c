"""Asking once more when the database could not serve two changes beside each other."""

from collections.abc import Callable
from typing import Final, TypeVar

from django.db import OperationalError, transaction

R = TypeVar("R")

TRIES: Final = 3
SERIALIZATION_FAILURE: Final = "40001"
DEADLOCK: Final = "40P01"


def again_after_conflict(ask: Callable[[], R]) -> R:
    """The answer of an action, asked up to three times as long as PostgreSQL takes it back to let another one through.

    To be called outside a transaction: what was taken back is the whole of it.
    """
    for _try in range(TRIES - 1):
        try:
            return ask()
        except OperationalError as error:
            if not _is_conflict(error) or transaction.get_connection().in_atomic_block:
                raise
    return ask()


def _is_conflict(error: OperationalError) -> bool:
    return getattr(error.__cause__, "sqlstate", None) in {SERIALIZATION_FAILURE, DEADLOCK}
