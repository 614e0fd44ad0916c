"""Runs a command with throw-away services in its environment: python -m launcher.with_services [--name N] -- CMD."""

import argparse
import os
import sys

from launcher import services
from launcher.processes import run_to_its_end, stoppable
from launcher.telling import CannotGoOn, Teller


def main() -> int:
    """The command's own exit status, or 1 with a sentence when the services do not start."""
    parser = argparse.ArgumentParser(prog="python -m launcher.with_services", description=__doc__)
    parser.add_argument("--name", default="dev", help="what the instance is called, to tell several apart")
    parser.add_argument("--quiet", action="store_true", help="say nothing while the services start")
    parser.add_argument("command", nargs="+", metavar="CMD", help="the command and its arguments, after --")
    asked = parser.parse_args()
    teller = Teller(out=sys.stderr, quiet=asked.quiet)
    try:
        with stoppable(), services.running(name=asked.name, teller=teller) as env:
            return run_to_its_end(asked.command, env={**os.environ, **env})
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except FileNotFoundError as missing:
        print(f"{missing.filename}: no such command", file=sys.stderr)
        return 127


if __name__ == "__main__":
    sys.exit(main())
