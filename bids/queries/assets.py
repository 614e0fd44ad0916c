"""Find the row of a stored file, or make it."""

from datetime import datetime

from bids.models import Asset
from kernel.files import store
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
