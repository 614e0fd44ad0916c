"""Rows as no code of ours could write them, for tests of what is read from them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def nobody_decided() -> Iterator[None]:
    """Within it a version may be accepted or declined without a decision; only the owner of the tables can do that."""
    with connection.cursor() as cursor:
        # What waits to be checked at the end keeps a table from being altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE bids_revisionstanding DISABLE TRIGGER bids_revisionstanding_was_decided")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
            cursor.execute("ALTER TABLE bids_revisionstanding ENABLE TRIGGER bids_revisionstanding_was_decided")
