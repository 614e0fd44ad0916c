"""The second fence inside the renderer's process: no network, no other process, no file that is not the renderer's own.

The first fence is the fetcher. This one is for the day WeasyPrint, or a library below it, opens something by itself:
Python tells its audit hooks before it opens, connects or starts anything, and a hook once set cannot be taken away.
Code that does not go through Python is not seen here; against that stand the process's own limits.
"""

import os
import sys
from typing import Any, Final

_FORBIDDEN: Final = (
    "socket.",
    "urllib.Request",
    "http.client.",
    "ftplib.",
    "smtplib.",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.kill",
    "pty.spawn",
    "ctypes.dlopen",
)
_CHANGING: Final = frozenset(
    {
        "os.chmod",
        "os.chown",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.truncate",
        "os.utime",
        "shutil.copyfile",
        "shutil.move",
    }
)
_READABLE: Final = ("/usr/share", "/usr/lib", "/usr/local/share", "/etc/mime.types", "/dev/null", "/dev/urandom")
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_SHOWN: Final = 20


class Refused(PermissionError):
    """The renderer tried to reach something outside its fence."""


class Guard:
    """An audit hook that lets the process read Python's own files and fonts, and write in one folder only."""

    def __init__(self, folder: str) -> None:
        self._own = _tree(folder)
        self._readable = (self._own, *map(_tree, {sys.prefix, sys.base_prefix, sys.exec_prefix, *_READABLE}))
        self.refused: list[str] = []

    def set(self) -> None:
        """From here on, and for as long as the process lives, the fence stands."""
        sys.addaudithook(self)

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        """Raise Refused, and remember it, when the event leads outside."""
        if event == "open":
            self._open(args[0], args[2])
        elif event.startswith(_FORBIDDEN) or (event in _CHANGING and not self._are_own(args)):
            self._refuse(event, args)

    def _open(self, path: Any, flags: Any) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            return
        place = _tree(path)
        is_writing = bool((flags or 0) & _WRITING)
        if not place.startswith(self._own if is_writing else self._readable):
            self._refuse("open", (place.rstrip(os.sep),))

    def _are_own(self, args: tuple[Any, ...]) -> bool:
        return all(_tree(path).startswith(self._own) for path in args if isinstance(path, str | bytes))

    def _refuse(self, event: str, args: tuple[Any, ...]) -> None:
        what = f"{event} {args!r}"[:200]
        if len(self.refused) < _SHOWN:
            self.refused.append(what)
        raise Refused(what)


def _tree(path: str | bytes | os.PathLike[Any]) -> str:
    """The real path with a closing separator, so that `/a` holds `/a/b` but not `/ab`."""
    return os.path.realpath(os.fsdecode(path)).rstrip(os.sep) + os.sep
