"""What Django can say about an installation's database before it is used."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections


def history_is_safe_from_us(*, databases: Sequence[str] | None = None, **_: Any) -> list[checks.CheckMessage]:
    """Web and worker should take on a role that cannot rewrite history: `check --deploy --database default` says so."""
    return [_warning(alias) for alias in databases or () if _may_rewrite_history(alias)]


def _may_rewrite_history(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT to_regclass('kernel_auditevent') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("SELECT has_table_privilege('kernel_auditevent', 'UPDATE, DELETE, TRUNCATE')")
        return bool(cursor.fetchone()[0])


def _warning(alias: str) -> checks.CheckMessage:
    return checks.Warning(
        f"The database {alias} is used with a role that may rewrite history.",
        hint="Set DATABASE_ROLE=punos_app for web and worker; only migrations and backups run as the owner.",
        id="kernel.W001",
    )
