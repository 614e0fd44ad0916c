"""Prepares the environment of a command and becomes it: python3 -m launcher.bootstrap COMMAND [ARGUMENT ...].

This file is read by whatever `python3` is, however old, so it keeps to words every Python 3 knows and hands over to
launcher.environment at once.
"""

import os
import shutil
import subprocess
import sys

OLDEST = (3, 11)
NEWEST_TRIED = 20
AGAIN = "PUNOS_PYTHON_WAS_CHOSEN"
TOO_OLD = (
    "Punos needs Python %d.%d or newer; %s is %d.%d and no newer one is on PATH. "
    "Install one, or name it: make %s PYTHON=/path/to/python3.11"
)


def newer_python() -> "str | None":
    """Path of a Python on PATH that is new enough and starts, or None."""
    for minor in range(NEWEST_TRIED, OLDEST[1] - 1, -1):
        path = shutil.which("python3.%d" % minor)  # noqa: UP031  (every Python 3 knows it)
        if path and subprocess.call([path, "-c", ""], stderr=subprocess.DEVNULL) == 0:
            return path
    return None


def main() -> int:
    """The exit status when the command could not be started."""
    if sys.version_info[:2] < OLDEST:
        path = None if os.environ.get(AGAIN) else newer_python()
        if path:
            os.environ[AGAIN] = "yes"
            os.execv(path, [path, "-m", "launcher.bootstrap", *sys.argv[1:]])  # noqa: S606  (nothing is to be expanded)
        command = sys.argv[1] if len(sys.argv) > 1 else "demo"
        sys.stderr.write(TOO_OLD % (*OLDEST, sys.executable, *sys.version_info[:2], command) + "\n")
        return 1
    from launcher import environment  # noqa: PLC0415  (an older Python could not read it)

    return environment.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
