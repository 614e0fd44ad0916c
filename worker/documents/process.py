"""Documents drawn in fenced processes: one for each, ended when it takes too much, gone when we are gone."""

import contextlib
import fcntl
import json
import os
import pickle
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from signal import Signals
from typing import Any, BinaryIO, Final, Self

from kernel.pictures import Picture
from worker.documents.job import (
    JOB_FILE,
    NOISE_FILE,
    RESULT_FILE,
    PictureJob,
    Progress,
    Reason,
    Rendered,
    RenderFailed,
    RenderJob,
    Step,
)

_PREFIX: Final = "punos-documents-"
_LOCK: Final = "alive"
_READY_SECONDS: Final = 60
_FAREWELL_SECONDS: Final = 5
_CHUNK: Final = 65536
_LONGEST_REPORT: Final = 4 * 1024 * 1024
_SHOWN_NOISE: Final = 1000
_KEPT_VARIABLES: Final = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "XDG_CACHE_HOME")
_KEPT_FAMILIES: Final = ("FONTCONFIG_",)
_OUT_OF_MEMORY_SIGNS: Final = (
    "failed to allocate",
    "Cannot allocate memory",
    "MemoryError",
    "bad_alloc",
    "out of memory",
)


class Renderer:
    """Draws documents in child processes. Safe to share between threads; each call of `draw` waits for its own child.

    The process that splits off the children is started by the first call, or by `warm`, and ends with `close` or with
    us, however we end. It is started anew if it was lost, and by each process that was forked from ours.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._nursery: _Nursery | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def warm(self) -> None:
        """Have everything loaded, so that the first document does not wait for it. Asking twice loads it once."""
        self._living()

    def draw(self, job: RenderJob, progress: Callable[[Progress], None] = lambda _: None) -> Rendered:
        """The document, drawn within its limits; `progress` is called in this thread at each step.

        Raises RenderFailed, and whatever `progress` raises: then the child is ended at once.
        """
        done = self._attempt(job, progress)
        return Rendered(
            pdf=done.content,
            pages=int(done.told["pages"]),
            complaints=tuple(map(str, done.told["complaints"])),
            cpu_seconds=done.cpu_seconds,
            peak_bytes=done.peak_bytes,
        )

    def paint(self, job: PictureJob) -> Picture:
        """The picture as clean pixels, made under the same fence. Raises RenderFailed."""
        done = self._attempt(job, lambda _: None)
        return Picture(
            media_type=str(done.told["media_type"]),
            content=done.content,
            width=int(done.told["width"]),
            height=int(done.told["height"]),
        )

    def close(self) -> None:
        """End the children and what splits them off. A later call of `draw` begins again."""
        with self._lock:
            nursery, self._nursery = self._nursery, None
        if nursery is not None:
            nursery.close()

    def _attempt(self, job: RenderJob | PictureJob, progress: Callable[[Progress], None]) -> "_Done":
        nursery = self._living()
        with nursery.folder_for(job) as folder:
            return _Attempt(nursery, job, folder, progress).result()

    def _living(self) -> "_Nursery":
        with self._lock:
            if self._nursery is None or not self._nursery.is_ours_and_alive():
                if self._nursery is not None:
                    self._nursery.close()
                self._nursery = _Nursery()
            return self._nursery


class _Nursery:
    """The starter's end of one `worker.documents.zygote`, and the folder its documents are drawn in."""

    def __init__(self) -> None:
        _sweep()
        self._owner = os.getpid()
        self.is_closed = False
        self.root, self._alive = _locked_folder()
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._sending = threading.Lock()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "worker.documents.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                env=_clean_environment(),
                start_new_session=True,
            )
        self._control.settimeout(_READY_SECONDS)
        try:
            is_ready = self._control.recv(_CHUNK) == b"ready"
        except TimeoutError:
            is_ready = False
        if not is_ready:
            self.close()
            raise RenderFailed(Reason.CRASHED, "the renderer did not start")
        self._control.settimeout(None)

    def is_ours_and_alive(self) -> bool:
        return self._owner == os.getpid() and self.process.poll() is None

    @contextlib.contextmanager
    def folder_for(self, job: RenderJob | PictureJob) -> Iterator[Path]:
        folder = self.root / uuid.uuid4().hex
        folder.mkdir(mode=0o700)
        try:
            (folder / JOB_FILE).write_bytes(pickle.dumps(job))
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def order(self, order: dict[str, Any], fds: tuple[int, ...] = ()) -> None:
        """Raises OSError when the zygote is gone."""
        with self._sending:
            socket.send_fds(self._control, [json.dumps(order).encode()], fds)

    def close(self) -> None:
        self.is_closed = True
        self._control.close()
        self._alive.close()
        if self._owner != os.getpid():
            return
        try:
            self.process.wait(_FAREWELL_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.root, ignore_errors=True)


@dataclass(frozen=True)
class _Done:
    """What a child wrote and told, and what it took."""

    content: bytes
    told: dict[str, Any]
    cpu_seconds: float
    peak_bytes: int


class _Attempt:
    """One document or drawing on its way: what its child has reported so far, and what that amounts to."""

    def __init__(
        self, nursery: _Nursery, job: RenderJob | PictureJob, folder: Path, progress: Callable[[Progress], None]
    ) -> None:
        self._nursery = nursery
        self._job = job
        self._folder = folder
        self._progress = progress
        self._key = folder.name
        self._outcome: dict[str, Any] = {}
        self._ended: dict[str, Any] = {}
        self._is_late = False

    def result(self) -> _Done:
        """What was drawn; the child has ended when this returns or raises."""
        ours, theirs = os.pipe()
        try:
            try:
                order = {"order": "draw", "key": self._key, "folder": str(self._folder)}
                self._nursery.order({**order, "limits": asdict(self._job.limits)}, (theirs,))
            except OSError as error:
                raise RenderFailed(Reason.CRASHED, "the renderer is gone") from error
            finally:
                os.close(theirs)
            try:
                self._follow(ours)
            except BaseException:
                self._stop()
                self._drain(ours)
                raise
        finally:
            os.close(ours)
        return self._judge()

    def _follow(self, pipe: int) -> None:
        for line in self._lines(pipe, self._job.limits.wall_seconds):
            if line is None:
                self._is_late = True
                self._stop()
                self._drain(pipe)
                return
            self._note(line, self._progress)

    def _drain(self, pipe: int) -> None:
        """Read on until the child has ended; if even its end does not come, end all children."""
        for line in self._lines(pipe, _FAREWELL_SECONDS):
            if line is None:
                self._nursery.process.kill()
                return
            self._note(line, lambda _: None)

    def _lines(self, pipe: int, seconds: float) -> Iterator[bytes | None]:
        """The child's report line by line until it ends, or None when the seconds are over."""
        deadline = time.monotonic() + seconds
        total, rest = 0, b""
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while total < _LONGEST_REPORT:
                if not selector.select(max(0.0, deadline - time.monotonic())) or time.monotonic() > deadline:
                    yield None
                    return
                chunk = os.read(pipe, _CHUNK)
                if not chunk:
                    return
                total += len(chunk)
                *lines, rest = (rest + chunk).split(b"\n")
                yield from filter(None, lines)
        raise RenderFailed(Reason.CRASHED, "the renderer reports without end")

    def _note(self, line: bytes, progress: Callable[[Progress], None]) -> None:
        try:
            report = json.loads(line)
            kind = report.pop("kind")
        except (ValueError, KeyError, AttributeError, TypeError):
            return
        if kind == "progress":
            progress(Progress(step=Step(report["step"]), page=report["page"], pages=report["pages"]))
        elif kind == "ended":
            self._ended = report
        else:
            self._outcome = {"kind": kind, **report}

    def _stop(self) -> None:
        with contextlib.suppress(OSError):
            self._nursery.order({"order": "stop", "key": self._key})

    def _judge(self) -> _Done:
        if not self._ended:
            raise RenderFailed(Reason.STOPPED if self._nursery.is_closed else Reason.CRASHED, "the renderer is gone")
        if self._outcome.get("kind") == "drawn" and self._ended["status"] == 0:
            return self._read()
        if self._outcome.get("kind") == "failed":
            raise RenderFailed(Reason(self._outcome["reason"]), self._outcome["detail"])
        raise self._failure_by_status()

    def _read(self) -> _Done:
        content = (self._folder / RESULT_FILE).read_bytes()
        return _Done(content, self._outcome, self._ended["cpu_seconds"], self._ended["peak_bytes"])

    def _failure_by_status(self) -> RenderFailed:
        if self._is_late:
            return RenderFailed(Reason.TOO_LONG_WALL, f"{self._job.limits.wall_seconds} s")
        status, noise = self._ended["status"], self._noise()
        used = f"status {status}, {self._ended['cpu_seconds']:.1f} CPU s, {self._ended['peak_bytes']} bytes"
        if status == -Signals.SIGXCPU or self._ended["cpu_seconds"] >= self._job.limits.cpu_seconds + 1:
            return RenderFailed(Reason.TOO_LONG_CPU, used)
        if status == -Signals.SIGKILL or any(sign in noise for sign in _OUT_OF_MEMORY_SIGNS):
            return RenderFailed(Reason.OUT_OF_MEMORY, f"{used} {noise}")
        return RenderFailed(Reason.CRASHED, f"{used} {noise}")

    def _noise(self) -> str:
        with contextlib.suppress(OSError):
            return (self._folder / NOISE_FILE).read_bytes()[-_SHOWN_NOISE:].decode(errors="replace")
        return ""


def _clean_environment() -> dict[str, str]:
    """What the libraries need and nothing that could be a secret of ours."""
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT_VARIABLES or name.startswith(_KEPT_FAMILIES)
    }
    project = str(Path(__file__).resolve().parents[2])
    return kept | {"PYTHONPATH": project, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "2"}


def _locked_folder() -> tuple[Path, BinaryIO]:
    """A new folder whose lock we hold before it gets the name that `_sweep` looks for."""
    made = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}"))
    lock = (made / _LOCK).open("wb")
    fcntl.flock(lock, fcntl.LOCK_EX)
    return made.rename(made.with_name(made.name.removeprefix("."))), lock


def _sweep() -> None:
    """Remove the folders of renderers that were killed: nobody holds their lock any more."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), (folder / _LOCK).open("rb") as lock:
            if folder.stat().st_uid == os.getuid():
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
