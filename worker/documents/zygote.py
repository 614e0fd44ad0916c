"""The process that has everything for drawing in memory already, and splits off one fenced child for each document.

Started by `worker.documents.process` with a clean environment, it talks with its starter over one socket: a message
begins a document or ends one. Its starter's death closes that socket, so that it ends too, and the kernel then ends
its children.
"""

import contextlib
import ctypes
import email.policy
import gc
import json
import math
import os
import pickle
import resource
import select
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import pyphen
from PIL import Image

from worker.documents.guard import Guard
from worker.documents.job import (
    JOB_FILE,
    NOISE_FILE,
    RESULT_FILE,
    Limits,
    PictureJob,
    Progress,
    Reason,
    RenderFailed,
    RenderJob,
)
from worker.documents.painter import paint
from worker.documents.renderer import draw

_LONGEST_MESSAGE: Final = 4096
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NO_NEW_PRIVS: Final = 38
_OPEN_FILES: Final = 64
_LANGUAGES: Final = ("fi", "sv", "en")
_PICTURES: Final = ("PNG", "JPEG", "WEBP")
_LARGEST_FILE: Final = 64 * 1024 * 1024
_GARBAGE_THRESHOLD: Final = 100_000
_SHOWN_DETAIL: Final = 2000

_LIBC: Final = ctypes.CDLL(None, use_errno=True)


@dataclass
class _Child:
    key: str
    report: int


class Zygote:
    """Splits off, watches and buries children until its starter lets go of the socket."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, _Child] = {}
        self._wake, self._waker = os.pipe()

    def run(self) -> None:
        """Serve until the starter is gone."""
        for end in (self._wake, self._waker):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        self._control.send(b"ready")
        while True:
            ready, _, _ = select.select([self._control.fileno(), self._wake], [], [])
            if self._wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(self._wake, _LONGEST_MESSAGE)
                self._bury()
            if self._control.fileno() in ready and not self._obey():
                return

    def _obey(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self._control, _LONGEST_MESSAGE, 1)
        if not message:
            return False
        order = json.loads(message)
        if order["order"] == "draw":
            self._split_off(order["key"], order["folder"], Limits(**order["limits"]), fds[0])
        else:
            for pid in [pid for pid, child in self._children.items() if child.key == order["key"]]:
                _kill_group(pid)
        return True

    def _split_off(self, key: str, folder: str, limits: Limits, report: int) -> None:
        own_pid = os.getpid()
        pid = os.fork()
        if pid == 0:
            try:
                _become_child(own_pid, folder, limits, report)
            except BaseException:  # noqa: BLE001 - a child never returns into its parent's code
                traceback.print_exc()
            finally:
                os._exit(1)
        self._children[pid] = _Child(key, report)

    def _bury(self) -> None:
        """Report how each ended child ended, and end what it may have left in its group."""
        for pid, child in list(self._children.items()):
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _kill_group(pid)
            _, status, used = os.wait4(pid, 0)
            del self._children[pid]
            ended = {
                "status": os.waitstatus_to_exitcode(status),
                "cpu_seconds": used.ru_utime + used.ru_stime,
                "peak_bytes": used.ru_maxrss * 1024,
            }
            _report(child.report, "ended", ended)
            os.close(child.report)


def _kill_group(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _become_child(zygote: int, folder: str, limits: Limits, report: int) -> NoReturn:
    """Fence this process in, draw the one document, and end."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != zygote:
        os._exit(1)
    os.umask(0o077)
    os.chdir(folder)
    tempfile.tempdir = folder
    _keep_only(report)
    job = _load(folder)
    _limit(limits)
    guard = Guard(folder)
    guard.set()
    outcome, details = _attempt(job, guard, lambda progress: _report(report, "progress", asdict(progress)))
    _report(report, outcome, details)
    os._exit(0)


def _keep_only(report: int) -> None:
    """Close every file but the report, and send what libraries print to a file of this document."""
    noise = os.open(NOISE_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (noise, 1), (noise, 2)):
        os.dup2(source, target)
    for entry in list(Path("/proc/self/fd").iterdir()):
        if int(entry.name) > 2 and int(entry.name) != report:  # noqa: PLR2004 - above standard error
            with contextlib.suppress(OSError):
                os.close(int(entry.name))


def _load(folder: str) -> RenderJob | PictureJob:
    job = pickle.loads(Path(folder, JOB_FILE).read_bytes())  # noqa: S301 - our own starter wrote it, for us alone
    if not isinstance(job, RenderJob | PictureJob):
        raise TypeError(job)
    return job


def _limit(limits: Limits) -> None:
    cpu = max(1, math.ceil(limits.cpu_seconds))
    wanted = {
        resource.RLIMIT_AS: limits.memory_bytes,
        resource.RLIMIT_CPU: cpu,
        resource.RLIMIT_FSIZE: _LARGEST_FILE,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for limit, amount in wanted.items():
        _, allowed = resource.getrlimit(limit)
        most = amount if allowed == resource.RLIM_INFINITY else min(amount, allowed)
        resource.setrlimit(limit, (most, most + 1 if limit == resource.RLIMIT_CPU and most != allowed else most))


def _attempt(
    job: RenderJob | PictureJob, guard: Guard, progress: Callable[[Progress], None]
) -> tuple[str, dict[str, Any]]:
    """What came of the job, in a word and its details; never raises."""
    try:
        done = _done(job, progress)
    except BaseException as error:  # noqa: BLE001 - whatever it was, it is told and the process ends
        failure = error
    else:
        if not guard.refused:
            return "drawn", done
        failure = RenderFailed(Reason.BLOCKED_ADDRESS)
    # Asked first: writing out a traceback opens source files that the guard refuses too.
    if guard.refused:
        return _failed(Reason.BLOCKED_ADDRESS, "; ".join(guard.refused))
    if isinstance(failure, RenderFailed):
        return _failed(failure.reason, failure.detail)
    if isinstance(failure, MemoryError):
        return _failed(Reason.OUT_OF_MEMORY)
    return _failed(Reason.CRASHED, "".join(traceback.format_exception(failure)))


def _done(job: RenderJob | PictureJob, progress: Callable[[Progress], None]) -> dict[str, Any]:
    if isinstance(job, PictureJob):
        picture = paint(job)
        Path(RESULT_FILE).write_bytes(picture.content)
        return {"media_type": picture.media_type, "width": picture.width, "height": picture.height}
    rendered = draw(job, progress)
    Path(RESULT_FILE).write_bytes(rendered.pdf)
    return {"pages": rendered.pages, "complaints": rendered.complaints}


def _failed(reason: Reason, detail: str = "") -> tuple[str, dict[str, Any]]:
    return "failed", {"reason": reason, "detail": detail[-_SHOWN_DETAIL:]}


def _report(pipe: int, kind: str, details: dict[str, Any]) -> None:
    """Write one line. It begins a line of its own: a child that was killed may have left half a one."""
    with contextlib.suppress(BrokenPipeError):
        os.write(pipe, b"\n" + json.dumps({"kind": kind, **details}).encode() + b"\n")


def _learn() -> None:
    """Load now what every document would otherwise load for itself, and keep only the picture formats we accept."""
    Image.init()
    Image.ID[:] = [name for name in Image.ID if name in _PICTURES]
    email.policy.default.header_factory("Content-Type", "text/css; charset=utf-8")
    for language in _LANGUAGES:
        with contextlib.suppress(KeyError):
            pyphen.Pyphen(lang=language)


def main() -> None:
    """Serve on the socket whose number is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    _learn()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_GARBAGE_THRESHOLD, 20, 100)
    Zygote(socket.socket(fileno=int(sys.argv[1]))).run()


if __name__ == "__main__":
    main()
