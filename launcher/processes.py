"""Which processes are ours, and how to end them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

RUN_VARIABLE = "PUNOS_RUN"
PROC = Path("/proc")
PR_SET_PDEATHSIG = 1
START_TIME = 19  # counted from the state, the first field after the command's name in /proc/PID/stat


@dataclass(frozen=True)
class Born:
    """A process that cannot be mistaken for another: its number and the moment the kernel gave it."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Born | None":
        """The live process of that number; None when there is none, or only its remains."""
        started = _started(pid)
        return cls(pid, started) if started else None

    def is_alive(self) -> bool:
        """Whether this very process, not a later one of the same number, still runs."""
        return _started(self.pid) == self.started


def _started(pid: int) -> str | None:
    if PROC.joinpath("self", "stat").exists():
        try:
            fields = PROC.joinpath(str(pid), "stat").read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] in "ZX" else f"{_boot()}:{fields[START_TIME]}"
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def _boot() -> str:
    with contextlib.suppress(OSError):
        return PROC.joinpath("sys", "kernel", "random", "boot_id").read_text().strip()
    return "boot"


def command_of(pid: int) -> str:
    """The command line of a process as one string, empty when it cannot be read."""
    if PROC.joinpath("self", "stat").exists():
        try:
            return PROC.joinpath(str(pid), "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            return ""
    answer = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def marked(run: str) -> Iterator[Born]:
    """Every process that carries this run's mark in its environment, our own ancestors left out.

    Grandchildren inherit the mark, also those in process groups of their own. PostgreSQL and Valkey write over their
    environment, so they are known by their recorded birth instead; without /proc nothing is found here.
    """
    mark = f"{RUN_VARIABLE}={run}".encode()
    family = set(_ancestors())
    for entry in PROC.glob("[0-9]*"):
        pid = int(entry.name)
        try:
            carries = mark in entry.joinpath("environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if carries and pid not in family and (born := Born.of(pid)):
            yield born


def _ancestors() -> Iterator[int]:
    pid = os.getpid()
    while pid > 0:
        yield pid
        try:
            pid = int(PROC.joinpath(str(pid), "stat").read_text(errors="replace").rpartition(")")[2].split()[1])
        except OSError:
            return


def end(processes: Iterable[Born], *, ask_with: int = signal.SIGTERM, patience: float = 5.0) -> None:
    """None of these processes runs any more: asked first, killed when the patience (seconds) is over."""
    left = [process for process in processes if process.is_alive()]
    _signal(left, ask_with)
    if not gone(left, within=patience):
        _signal(left, signal.SIGKILL)
        gone(left, within=patience)


def end_group(leader: subprocess.Popen[bytes], *, ask_with: int = signal.SIGTERM, patience: float = 10.0) -> int:
    """The whole process group of a child started in its own session is over; gives the child's exit status."""
    if leader.poll() is None:
        leader.send_signal(ask_with)
    with contextlib.suppress(subprocess.TimeoutExpired):
        leader.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader.pid, signal.SIGKILL)
    return leader.wait()


def gone(processes: Sequence[Born], *, within: float) -> bool:
    """Whether all of them ended within so many seconds."""
    return holds(lambda: not any(process.is_alive() for process in processes), within=within)


def holds(truth: Callable[[], bool], *, within: float, pause: float = 0.05) -> bool:
    """Whether something became true within so many seconds."""
    deadline = time.monotonic() + within
    while not truth():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
    return True


def _signal(processes: Iterable[Born], number: int) -> None:
    for process in processes:
        if process.is_alive():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, number)


class Asked(SystemExit):
    """The launcher was asked to stop by a signal; the exit status is the shell's for that signal."""


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM and a closed terminal unwind like Ctrl-C does, so that everything started is stopped.

    So does a `make` that is killed: it is the name people know the launcher by, and nobody would look for another.
    """

    def ask(number: int, _frame: FrameType | None) -> None:
        raise Asked(128 + number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGHUP)}
    if sys.platform == "linux" and _is_make(os.getppid()):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_make(pid: int) -> bool:
    return Path(command_of(pid).partition(" ")[0]).name in {"make", "gmake"}


@contextmanager
def undisturbed() -> Iterator[None]:
    """Signals that would interrupt wait: for the few seconds in which everything is taken down."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def run_to_its_end(command: Sequence[str], *, env: dict[str, str]) -> int:
    """Runs a command in the foreground and gives its exit status; an interrupted one gets time to tidy up."""
    with subprocess.Popen(command, env=env) as child:
        try:
            return _shell_status(child.wait())
        except KeyboardInterrupt:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(30)
            return 128 + signal.SIGINT
        finally:
            if child.poll() is None:
                with undisturbed():
                    child.terminate()
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        child.wait(10)
                    child.kill()


def _shell_status(status: int) -> int:
    return 128 - status if status < 0 else status
