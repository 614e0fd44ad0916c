"""What people read, collected for translation and compiled; or, with --check, whether anything is untranslated.

Usage: python -m launcher.messages [--check]. Needs gettext, which nobody needs to run Punos: compiled files are kept.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher.instances import CHECKOUT

LANGUAGES = ("fi", "sv")
COLLECT = (
    "makemessages",
    "-l",
    "fi",
    "-l",
    "sv",
    "--no-location",
    "--no-wrap",
    "--ignore",
    ".venv",
    "--ignore",
    ".local",
)
OFFLINE = {
    "SECRET_KEY": "unused",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1",
}


def main() -> int:
    """0 when every sentence has its translations."""
    parser = argparse.ArgumentParser(prog="make messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, only tell")
    if not shutil.which("msgattrib"):
        print("Collecting messages needs gettext: apt-get install gettext, dnf install gettext, brew install gettext")
        return 1
    if not parser.parse_args().check:
        _manage(CHECKOUT, *COLLECT)
        _manage(CHECKOUT, "compilemessages", "--ignore", ".venv")
        return 1 if _untranslated(CHECKOUT) else 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        _copy_of_checkout(copy)
        _manage(copy, *COLLECT)
        return 1 if _untranslated(copy) else 0


def _copy_of_checkout(copy: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (CHECKOUT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(CHECKOUT / name, copy / name)


def _manage(folder: Path, *arguments: str) -> None:
    env = {**os.environ, **OFFLINE}
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=folder, env=env, check=True, stdout=subprocess.DEVNULL
    )


def _untranslated(folder: Path) -> bool:
    """Whether a sentence lacks a translation or has only a guessed one; each is printed."""
    is_lacking = False
    for language in LANGUAGES:
        for wanted, what in (("--untranslated", "not translated"), ("--only-fuzzy", "only guessed")):
            file = folder / "locale" / language / "LC_MESSAGES" / "django.po"
            command = ["msgattrib", wanted, "--no-obsolete", "--no-wrap", str(file)]
            found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            sentences = [line for line in found.splitlines() if line.startswith("msgid ") and line != 'msgid ""']
            for sentence in sentences:
                print(f"{language}, {what}: {sentence.removeprefix('msgid ')}")
            is_lacking = is_lacking or bool(sentences)
    return is_lacking


if __name__ == "__main__":
    sys.exit(main())
