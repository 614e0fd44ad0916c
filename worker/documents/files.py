"""Clearing private storage of what a worker wrote and never got to hand over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from bids.models import Asset

KEPT_FOR = timedelta(days=1)


def clear_abandoned(*, now: datetime) -> int:
    """Remove drafts, and files no row speaks of, that have lain untouched for a day; how many those were.

    A day is far longer than any work between writing a file and committing its row.
    """
    cleared = 0
    for path in _untouched_since(now - KEPT_FOR):
        if path.suffix == ".tmp" or not Asset.objects.filter(sha256=path.name).exists():
            path.unlink(missing_ok=True)
            cleared += 1
    return cleared


def _untouched_since(moment: datetime) -> Iterator[Path]:
    for path in (Path(settings.PRIVATE_FILES_DIR) / "assets").glob("*/*/*"):
        try:
            touched_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        except FileNotFoundError:
            continue
        if touched_at < moment:
            yield path
