"""What a killed worker left behind is cleared away, and nothing else."""

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bids.queries.assets import asset_of
from kernel import files
from worker.documents.files import KEPT_FOR, clear_abandoned

pytestmark = pytest.mark.django_db


def lain_since(path: Path, instant: datetime) -> Path:
    os.utime(path, (instant.timestamp(), instant.timestamp()))
    return path


def test_only_what_no_row_speaks_of_and_lay_for_a_day_goes(now: datetime) -> None:
    long_ago, lately = now - KEPT_FOR - timedelta(seconds=1), now - KEPT_FOR + timedelta(seconds=1)
    kept = asset_of(b"kept", "application/pdf", firm=None, now=now)
    old_and_kept = lain_since(files.path_of(kept.sha256), long_ago)
    old_orphan = lain_since(files.path_of(files.store(b"orphan")), long_ago)
    new_orphan = lain_since(files.path_of(files.store(b"not handed over yet")), lately)
    old_draft = old_and_kept.with_name("draft.tmp")
    old_draft.write_bytes(b"half")
    lain_since(old_draft, long_ago)
    new_draft = old_and_kept.with_name("being-written.tmp")
    new_draft.write_bytes(b"half")
    lain_since(new_draft, lately)

    assert clear_abandoned(now=now) == 2

    assert [path.exists() for path in (old_and_kept, new_orphan, new_draft)] == [True, True, True]
    assert [path.exists() for path in (old_orphan, old_draft)] == [False, False]


def test_what_was_abandoned_and_is_stored_once_more_stays_until_its_row_is_there(now: datetime) -> None:
    path = lain_since(files.path_of(files.store(b"drawn again")), now - KEPT_FOR - timedelta(days=1))

    files.store(b"drawn again")
    clear_abandoned(now=now)

    assert path.exists()


def test_where_nothing_was_stored_yet_nothing_is_cleared(now: datetime) -> None:
    assert clear_abandoned(now=now) == 0
