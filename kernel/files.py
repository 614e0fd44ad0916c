"""Private files, named by what is in them, so that a changed byte is always noticed."""

import hashlib
import os
import tempfile
from pathlib import Path

from django.conf import settings


class FileIsCorruptError(Exception):
    """The stored bytes are not those that were promised."""


def path_of(sha256: str) -> Path:
    """Where a file with this hash lies in private storage."""
    return Path(settings.PRIVATE_FILES_DIR) / "assets" / sha256[:2] / sha256[2:4] / sha256


def store(data: bytes) -> str:
    """The sha256 (hex) under which the bytes now lie, written whole or not at all and read back."""
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(sha256)
    if _is_stored_anew(path, sha256):
        return sha256
    made = _make(path.parent)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
        for folder in (path.parent, *made):
            _settle(folder)
    finally:
        Path(draft).unlink(missing_ok=True)
    if not _holds(path, sha256):
        raise FileIsCorruptError(sha256)
    return sha256


def read(sha256: str) -> bytes:
    """The bytes stored under this hash; `FileIsCorruptError` when they are missing or have changed."""
    try:
        data = path_of(sha256).read_bytes()
    except FileNotFoundError:
        raise FileIsCorruptError(sha256) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise FileIsCorruptError(sha256)
    return data


def forget(sha256: str) -> None:
    """Remove the bytes stored under this hash; nothing happens where there are none."""
    path_of(sha256).unlink(missing_ok=True)


def _make(folder: Path) -> list[Path]:
    """Make a folder and say in which folders something is new by that."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir(exist_ok=True, mode=0o700)
    return [each.parent for each in missing]


def _settle(folder: Path) -> None:
    """Have the names in a folder outlast a power cut: a file that was synced can still lose its name."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_stored_anew(path: Path, sha256: str) -> bool:
    """Whether the bytes lie there already; they then count as written now, so that nobody clears them as abandoned."""
    try:
        os.utime(path)
        return _holds(path, sha256)
    except FileNotFoundError:
        return False


def _holds(path: Path, sha256: str) -> bool:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
