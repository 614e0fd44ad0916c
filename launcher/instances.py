"""One set of services on this machine: its folder, its secrets, and the processes of its last run.

A durable instance (the demo) keeps its folder; there is one of each name. A throw-away instance (a test run) gets a
folder of its own each time, so that any number may run at once. Whoever runs an instance holds a lock that the kernel
lets go when the process dies: an instance without a holder is stale, and whatever it left running is ended before
anything new starts.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from launcher.processes import Born, command_of, end, marked
from launcher.telling import CannotGoOn

CHECKOUT = Path(__file__).resolve().parents[1]
SHARED_GROUND = Path("/var/tmp")  # noqa: S108  (every folder made there is checked to be ours)
TOKEN_BYTES = 4
OURS_ONLY = 0o700
GLANCE, LEAVING_TAKES = 1.0, 60.0  # seconds
OTHERS_MAY_WRITE = stat.S_IWGRP | stat.S_IWOTH


class AlreadyRunning(CannotGoOn):
    """Another process of this checkout holds the instance."""

    def __init__(self, name: str, state: dict[str, Any]) -> None:
        super().__init__(f"{name} of this checkout is already running")
        self.state = state


@dataclass(frozen=True)
class ServerUser:
    """Who the servers run as: PostgreSQL refuses root, so root hands them to nobody."""

    uid: int
    gid: int

    @classmethod
    def here(cls) -> "ServerUser | None":
        """None when we are an ordinary user, who runs them himself."""
        if os.geteuid() != 0:
            return None
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)


def as_user(user: ServerUser | None) -> dict[str, Any]:
    """What makes subprocess start a process as this user and in no other group; nothing for ourselves."""
    return {} if user is None else {"user": user.uid, "group": user.gid, "extra_groups": []}


@dataclass
class Instance:
    """A claimed instance; nobody else has it until it is released."""

    name: str
    durable: bool
    folder: Path
    run: str
    server_user: ServerUser | None
    state: dict[str, Any] = field(repr=False)

    @property
    def ground(self) -> Path:
        """Where the servers keep their data: a folder they can reach, which for nobody is never below a home."""
        return ground_of(self.folder, self.server_user)

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.folder / "logs"

    def secret(self, name: str) -> str:
        """A random word of this instance, the same each time it is asked for."""
        known: dict[str, str] = self.state.setdefault("secrets", {})
        if name not in known:
            known[name] = secrets.token_urlsafe(48)
            self.save()
        return known[name]

    def port(self, name: str) -> int | None:
        """The port a server of that name had last."""
        ports: dict[str, int] = self.state.setdefault("ports", {})
        return ports.get(name)

    def keep_port(self, name: str, port: int) -> None:
        """Remember a server's port."""
        self.state.setdefault("ports", {})[name] = port
        self.save()

    def record(self, what: str, pid: int) -> None:
        """Remember a process we started, so that a later run can end it should this one be killed."""
        born = Born.of(pid)
        if born:
            self.state.setdefault("processes", []).append({"what": what, "pid": pid, "started": born.started})
            self.save()

    def leaving(self) -> None:
        """Whoever wants the instance next may wait for it."""
        self.state["is_leaving"] = True
        self.save()

    def save(self) -> None:
        """The state file holds secrets: readable by its owner only, and never half written."""
        unfinished = self.folder / "state.json.new"
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self.state, file, indent=1)
        unfinished.replace(self.folder / "state.json")


@contextmanager
def claimed(name: str, *, durable: bool, checkout: Path = CHECKOUT) -> Iterator[Instance]:
    """An instance nobody else has, with everything ended that a killed run left behind; raises AlreadyRunning."""
    local = _local_folder(checkout)
    server_user = ServerUser.here()
    run = f"{name}-{secrets.token_hex(TOKEN_BYTES)}"
    folder = local / (name if durable else run)
    with _held(folder, server_user):
        state = read_state(folder)
        end_leftovers(folder, server_user)
        state.setdefault("data", secrets.token_hex(2 * TOKEN_BYTES))
        _leave_no_strangers_data(ground_of(folder, server_user), state["data"], server_user)
        state |= {"run": run, "durable": durable, "processes": [], "is_leaving": False}
        instance = Instance(name, durable, folder, run, server_user, state)
        instance.logs.mkdir(exist_ok=True)
        instance.save()
        try:
            yield instance
        finally:
            instance.state["processes"] = []
            if instance.durable:
                instance.save()
            else:
                with _locked(local / "lock"):
                    remove(folder, server_user)


@contextmanager
def _held(folder: Path, server_user: ServerUser | None) -> Iterator[None]:
    """The instance's folder, held by nobody else; one that is just being left is waited for."""
    begun = time.monotonic()
    while True:
        with contextlib.ExitStack() as opened:
            with _locked(folder.parent / "lock"):
                _sweep_throwaways(folder.parent, server_user)
                folder.mkdir(mode=OURS_ONLY, exist_ok=True)
                lock = opened.enter_context((folder / "lock").open("a"))
                if is_ours := _lock_at_once(lock.fileno()):
                    _prepare_ground(ground_of(folder, server_user), server_user)
            if is_ours:
                yield
                return
        state = read_state(folder)
        if time.monotonic() - begun > (LEAVING_TAKES if state.get("is_leaving") else GLANCE):
            raise AlreadyRunning(folder.name, state)
        time.sleep(0.1)


def start_over(name: str, *, checkout: Path = CHECKOUT) -> bool:
    """Whether a durable instance was there to be thrown away; raises AlreadyRunning while somebody has it."""
    folder = _local_folder(checkout) / name
    if not folder.exists():
        return False
    try:
        read_state(folder)
    except CannotGoOn:
        (folder / "state.json").unlink()
    with claimed(name, durable=True, checkout=checkout) as instance:
        instance.durable = False
    return True


def read_state(folder: Path) -> dict[str, Any]:
    """What an instance remembers; empty when it remembers nothing."""
    try:
        remembered = json.loads((folder / "state.json").read_text())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        message = f"{folder / 'state.json'} cannot be read ({error}). `make clean-demo` starts over."
        raise CannotGoOn(message) from None
    return dict(remembered)


def end_leftovers(folder: Path, server_user: ServerUser | None) -> None:
    """Nothing that an earlier run of this instance started runs any more; nothing else is touched.

    A process is ours when its number and birth are the recorded ones, when it carries the run's mark, or, for a
    PostgreSQL that was killed off before it was recorded, when its command line names our data folder.
    """
    state = read_state(folder)
    recorded = [(entry["what"], Born(entry["pid"], entry["started"])) for entry in state.get("processes", [])]
    workers = [born for what, born in recorded if what not in {"postgres", "redis"}]
    if run := state.get("run"):
        workers += marked(run)
    end(workers, patience=3)
    end([born for what, born in recorded if what == "redis"])
    databases = [born for what, born in recorded if what == "postgres"]
    if unrecorded := postmaster(ground_of(folder, server_user) / "postgres"):
        databases.append(unrecorded)
    end(databases, ask_with=signal.SIGINT, patience=15)


def postmaster(data: Path) -> Born | None:
    """The PostgreSQL that runs on this data folder, by its own pid file and its command line."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    return Born.of(pid) if str(data) in command_of(pid) else None


def remove(folder: Path, server_user: ServerUser | None) -> None:
    """An instance's folder and its data are gone."""
    ground = ground_of(folder, server_user)
    shutil.rmtree(ground, ignore_errors=True)
    _label_of(ground).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    if server_user:
        with contextlib.suppress(OSError):  # other instances of the checkout have their data there
            ground.parent.rmdir()


def ground_of(folder: Path, server_user: ServerUser | None) -> Path:
    """Where the data of an instance lie."""
    if server_user is None:
        return folder / "data"
    checkout = hashlib.sha256(os.fsencode(folder.parent)).hexdigest()[:12]
    return SHARED_GROUND / f"punos-{checkout}" / folder.name


def own_folder(path: Path, *, mode: int) -> None:
    """A folder that we made ourselves and nobody else can write to; raises CannotGoOn for anything else."""
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=OURS_ONLY)
        path.chmod(mode)
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & OTHERS_MAY_WRITE:
        raise CannotGoOn(f"{path} was made by somebody else, so it is not used. Remove it or have it removed.")


def _prepare_ground(ground: Path, server_user: ServerUser | None) -> None:
    if server_user is None:
        ground.mkdir(mode=OURS_ONLY, exist_ok=True)
        return
    own_folder(ground.parent, mode=0o755)
    ground.mkdir(mode=OURS_ONLY, exist_ok=True)
    found = ground.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {0, server_user.uid}:
        raise CannotGoOn(f"{ground} was made by somebody else, so it is not used. Remove it or have it removed.")
    os.chown(ground, server_user.uid, server_user.gid, follow_symlinks=False)


def _leave_no_strangers_data(ground: Path, token: str, server_user: ServerUser | None) -> None:
    """What lies on the ground is this instance's: the data of a checkout that was deleted cannot be opened any more.

    The token lies beside the ground, in a folder that only we can write to.
    """
    label = _label_of(ground)
    if not label.exists() or label.read_text() != token:
        shutil.rmtree(ground, ignore_errors=True)
        _prepare_ground(ground, server_user)
        label.write_text(token)


def _label_of(ground: Path) -> Path:
    return ground.with_name(f"{ground.name}.label")


def _local_folder(checkout: Path) -> Path:
    local = checkout / ".local"
    try:
        local.mkdir(exist_ok=True)
        with (local / "lock").open("a"):
            pass
    except PermissionError:
        owner = local.stat().st_uid if local.exists() else checkout.stat().st_uid
        message = f"{local} belongs to user {owner}, not to you (user {os.geteuid()}). Run as that user, or remove it."
        raise CannotGoOn(message) from None
    return local


def _sweep_throwaways(local: Path, server_user: ServerUser | None) -> None:
    for folder in local.iterdir():
        if not folder.is_dir() or folder.stat().st_uid != os.geteuid():
            continue
        with contextlib.suppress(OSError, CannotGoOn), (folder / "lock").open("a") as lock:
            if _lock_at_once(lock.fileno()) and read_state(folder).get("durable") is not True and _is_throwaway(folder):
                end_leftovers(folder, server_user)
                remove(folder, server_user)


def _is_throwaway(folder: Path) -> bool:
    name, _, token = folder.name.rpartition("-")
    return bool(name) and len(token) == 2 * TOKEN_BYTES and not token.strip("0123456789abcdef")


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock_at_once(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
