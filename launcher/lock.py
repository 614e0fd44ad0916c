"""Writes the three requirement files from pyproject.toml: names, versions and hashes, never an address.

Usage: python -m launcher.lock [--upgrade]. A version that is already locked stays unless an upgrade is asked for.
"""

import argparse
import os
import re
import subprocess
import sys

from launcher.instances import CHECKOUT
from launcher.telling import Teller

FILES = {
    "requirements.txt": (),
    "requirements-local.txt": ("--extra", "local", "-c", "requirements.txt"),
    "requirements-dev.txt": ("--extra", "local", "--extra", "dev", "-c", "requirements.txt"),
}
COMPILE = (
    *("uv", "pip", "compile", "pyproject.toml", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock"),
)
ADDRESS = re.compile(r"https?://|--index|--extra-index|--find-links|file:")


def main() -> int:
    """0 when all three files are written and hold no address."""
    parser = argparse.ArgumentParser(prog="make lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions pyproject.toml allows")
    upgrade = ("--upgrade",) if parser.parse_args().upgrade else ()
    teller = Teller()
    # A lock must not depend on the settings of the person who makes it; UV_* variables still say where packages are.
    env = {**os.environ, "UV_NO_CONFIG": "1"}
    for name, arguments in FILES.items():
        with teller.step(name):
            command = [sys.executable, "-m", *COMPILE, *arguments, *upgrade, "-o", name]
            subprocess.run(command, cwd=CHECKOUT, env=env, check=True)
        if found := ADDRESS.search((CHECKOUT / name).read_text()):
            print(f"{name} holds an address: {found[0]}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
