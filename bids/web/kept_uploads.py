"""What was uploaded and is not taken in yet, a package looked at or a picture chosen: files for a day, and no rows."""

import hashlib
import logging
import re
import secrets
import time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core import signing

logger = logging.getLogger(__name__)

ONE_DAY: Final = 24 * 60 * 60
KEPT_AT_MOST: Final = 500
_SALT = "bids.web.kept_uploads"
_NAME = re.compile(r"[0-9a-f]{64}")


def keep(data: bytes, *, holder: str) -> str:
    """A ticket with which this holder, and nobody else, gets the bytes back within a day."""
    folder = _folder()
    _drop_old(folder)
    name = hashlib.sha256(data).hexdigest()
    draft = folder / f"{name}.{secrets.token_hex(8)}.tmp"
    draft.write_bytes(data)
    draft.replace(folder / name)
    return signing.dumps([name, holder], salt=_SALT)


def kept(ticket: str, *, holder: str) -> bytes | None:
    """The bytes of a ticket; None when it is not this holder's, too old, or its file is gone or changed."""
    try:
        name, whose = signing.loads(ticket, salt=_SALT, max_age=ONE_DAY)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if whose != holder or not _NAME.fullmatch(str(name)):
        return None
    try:
        data = (_folder() / name).read_bytes()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == name else None


def _folder() -> Path:
    folder = Path(settings.PRIVATE_FILES_DIR) / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _drop_old(folder: Path) -> None:
    """Leave at most a day's worth, and never more than so many files."""
    files = sorted(((_age(file), file) for file in folder.iterdir()), reverse=True)
    excess = max(0, len(files) - KEPT_AT_MOST)
    for number, (age, file) in enumerate(files):
        if age > ONE_DAY or number < excess:
            file.unlink(missing_ok=True)


def _age(file: Path) -> float:
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0
