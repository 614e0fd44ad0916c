"""Free ports on the loopback, and the end of a log."""

import contextlib
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"


def free_port(*preferred: int | None) -> int:
    """The first preferred port that is free, else any free one; somebody may take it before it is used."""
    for port in preferred:
        with contextlib.suppress(OSError), socket.socket() as door:
            if port and not _somebody_answers(port):
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                door.bind((LOOPBACK, port))
                return port
    with socket.socket() as door:
        door.bind((LOOPBACK, 0))
        return int(door.getsockname()[1])


def _somebody_answers(port: int) -> bool:
    """Whether `localhost` with this port would lead a browser to somebody's server on the other loopback address."""
    with contextlib.suppress(OSError), socket.create_connection(("::1", port), timeout=0.5):
        return True
    return False


def tail(log: Path, lines: int = 20) -> str:
    """The last lines of a log, empty when there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""
