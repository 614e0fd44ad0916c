"""Throws the demo's data away, so that the next demo starts from nothing."""

import sys

from launcher.instances import AlreadyRunning, start_over
from launcher.telling import CannotGoOn


def main() -> int:
    """0 when no demo data are left, 1 while the demo runs or when they are not ours."""
    try:
        was_there = start_over("demo")
    except AlreadyRunning:
        print("The demo is running: stop it first (Ctrl-C where it runs).", file=sys.stderr)
        return 1
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    print("The demo's data are gone; `make demo` starts from nothing." if was_there else "There were no demo data.")
    return 0
