"""Find the row of a stored file, make it, or let it go."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import ProtectedError

from bids.models import Asset
from kernel.files import forget, store
from members.models import Firm


def asset_of(data: bytes, media_type: str, *, firm: Firm | None, now: datetime) -> Asset:
    """The firm's asset of exactly these bytes, stored if they were not yet; firms never share a row."""
    return asset_row(store(data), size=len(data), media_type=media_type, firm=firm, now=now)


def asset_row(sha256: str, *, size: int, media_type: str, firm: Firm | None, now: datetime) -> Asset:
    """The firm's row for bytes that already lie in storage under this hash."""
    asset, _is_new = Asset.objects.get_or_create(
        firm=firm, sha256=sha256, media_type=media_type, defaults={"size": size, "created_at": now}
    )
    return asset


def let_go(asset: Asset) -> None:
    """The row goes, unless something speaks of it, and its bytes after the commit, unless another row has the same.

    Should the program die in between, the bytes are cleared as abandoned.
    """
    try:
        asset.delete()
    except ProtectedError:
        return
    transaction.on_commit(partial(_forget_bytes, asset.sha256))


def _forget_bytes(sha256: str) -> None:
    if not Asset.objects.filter(sha256=sha256).exists():
        forget(sha256)
