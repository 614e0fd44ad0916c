"""Limits that hold: how often one origin has tried one thing, counted by one statement of the database."""

from datetime import datetime, timedelta

from django.db import connection

from kernel.models import Tally
from kernel.tokens import token_hash

KEPT = timedelta(days=1)
"""How long a count is kept that nobody adds to; no window is longer."""

_COUNT_ONE = """
INSERT INTO kernel_tally (name_hash, since_at, count) VALUES (%(name)s, %(now)s, 1)
ON CONFLICT (name_hash) DO UPDATE SET
    count = CASE WHEN kernel_tally.since_at <= %(over)s THEN 1 ELSE kernel_tally.count + 1 END,
    since_at = CASE WHEN kernel_tally.since_at <= %(over)s THEN %(now)s ELSE kernel_tally.since_at END
RETURNING count
"""


def count_one(what: str, whose: str, *, now: datetime, window: timedelta) -> int:
    """Count one more try and say the how manyeth it is since the window began, which is at its first try.

    Tries that come together are counted one after another: no two are told the same number. The origin is stored as a
    keyed hash only.
    """
    known: dict[str, bytes | datetime] = {"name": token_hash(f"tally:{what}:{whose}"), "now": now, "over": now - window}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ONE, known)
        count = int(cursor.fetchone()[0])
    if count == 1:
        Tally.objects.filter(since_at__lt=now - KEPT).delete()
    return count
