"""The virtual environment and the system libraries a command needs, made when they are missing or out of date.

Runs under the system's own Python with nothing installed.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from launcher import clean_demo, native_libraries, system_packages
from launcher.ports import tail
from launcher.telling import CannotGoOn, Teller

CHECKOUT = Path(__file__).resolve().parents[1]
LOCAL, DEV = "requirements-local.txt", "requirements-dev.txt"
COUNT_EVERY = 20


@dataclass(frozen=True)
class Command:
    """What a command needs before it can run, and the module it then becomes."""

    module: str
    requirements: str
    needs_pdf: bool


COMMANDS = {
    "demo": Command("launcher.demo", LOCAL, needs_pdf=True),
    "offer": Command("launcher.offer", LOCAL, needs_pdf=True),
    "test": Command("launcher.tests", DEV, needs_pdf=False),
}


def main(arguments: list[str]) -> int:
    """Becomes the command; an exit status only when that is impossible."""
    name, *rest = arguments or ["demo"]
    os.chdir(CHECKOUT)
    teller = Teller(out=sys.stderr)
    try:
        if name == "clean-demo":
            return clean_demo.main()
        if name == "environment":
            prepared(Command("", DEV, needs_pdf=False), teller)
            return 0
        command = COMMANDS[name]
        python = prepared(command, teller)
        return os.execv(python, [str(python), "-m", command.module, *rest])  # noqa: S606  (nothing is to be expanded)
    except CannotGoOn as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except KeyError:
        print(
            f"{name}: no such command; there are {', '.join([*COMMANDS, 'clean-demo', 'environment'])}", file=sys.stderr
        )
        return 2


def prepared(command: Command, teller: Teller, *, checkout: Path = CHECKOUT) -> Path:
    """The Python of an environment that has what the command needs; raises CannotGoOn with a cure."""
    environment = Environment(checkout)
    with environment.alone():
        environment.make(command.requirements, teller)
        environment.check_libraries(teller, needs_pdf=command.needs_pdf)
    return environment.python


class Environment:
    """The checkout's .venv, with a stamp of what was put into it."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.folder = checkout / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp_file = self.folder / "punos-stamp.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Two commands that start at once do not install at once."""
        local = self.checkout / ".local"
        try:
            local.mkdir(exist_ok=True)
            door = (local / "environment.lock").open("a")
        except PermissionError:
            raise CannotGoOn(f"{local} does not belong to you. Run as its owner, or remove it.") from None
        with door:
            fcntl.flock(door, fcntl.LOCK_EX)
            yield

    def make(self, requirements: str, teller: Teller) -> None:
        """Everything the requirement file names is installed; nothing happens when the stamp says it already is."""
        stamp = self.stamp()
        works = self._works()
        if works and any(stamp.get(file) == self._hash(file) for file in {requirements, DEV}):
            return
        if not os.access(self.folder if works else self.checkout, os.W_OK):
            raise CannotGoOn(f"{self.folder} does not belong to you. Run as its owner, or remove it.")
        uv = shutil.which("uv")
        if not works:
            self._make_folder(uv, teller)
            stamp = {}
        self._install(requirements, uv, teller)
        self._write_stamp({**stamp, requirements: self._hash(requirements)})

    def check_libraries(self, teller: Teller, *, needs_pdf: bool) -> None:
        """WeasyPrint's system libraries are there, installed if we may; a note or CannotGoOn says what is missing."""
        stamp = self.stamp()
        if stamp.get("weasyprint_starts") and native_libraries.load_here():
            return
        missing = native_libraries.missing(self.python)
        if missing:
            try:
                system_packages.install("pdf", teller, why=missing.reason)
            except CannotGoOn as refusal:
                if missing.is_vital and needs_pdf:
                    raise
                teller.note(f"  {refusal}")
            else:
                missing = native_libraries.missing(self.python)
        if missing and missing.is_vital and needs_pdf:
            raise CannotGoOn(missing.reason)
        self._write_stamp({**stamp, "weasyprint_starts": not missing})

    def stamp(self) -> dict[str, Any]:
        """What was put into the environment: requirement files by the hash they had, and the libraries seen."""
        try:
            return dict(json.loads(self.stamp_file.read_text()))
        except (OSError, ValueError):
            return {}

    def _write_stamp(self, stamp: dict[str, Any]) -> None:
        with contextlib.suppress(PermissionError):
            self.stamp_file.write_text(json.dumps(stamp, indent=1))

    def _works(self) -> bool:
        try:
            answer = subprocess.run(
                [self.python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True, check=False
            )
        except OSError:
            return False
        return answer.returncode == 0 and Path(answer.stdout.strip()).resolve() == self.folder.resolve()

    def _hash(self, requirements: str) -> str:
        return hashlib.sha256((self.checkout / requirements).read_bytes()).hexdigest()

    def _make_folder(self, uv: str | None, teller: Teller) -> None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        if not uv and not (find_spec("venv") and find_spec("ensurepip")):
            system_packages.install("venv", teller, why=f"This Python {version} cannot make virtual environments")
        with teller.step(f"Virtual environment with Python {version}"):
            if uv:
                self._run([uv, "venv", "--no-project", "--clear", "--python", sys.executable, str(self.folder)])
            else:
                self._run([sys.executable, "-m", "venv", "--clear", str(self.folder)])

    def _install(self, requirements: str, uv: str | None, teller: Teller) -> None:
        file = self.checkout / requirements
        count = sum(line[:1].isalnum() for line in file.read_text().splitlines())
        asked = ["install", "--require-hashes", "-r", str(file)]
        if uv:
            try:
                with teller.step(f"{count} packages of {requirements} (uv)"):
                    self._run([uv, "pip", *asked, "--python", str(self.python)])
            except CannotGoOn as refusal:
                teller.note(f"  uv could not install them, so pip tries: {str(refusal).splitlines()[-1].strip()}")
            else:
                return
        with teller.step(f"{count} packages of {requirements}") as mark:
            if subprocess.run([self.python, "-c", "import pip"], capture_output=True, check=False).returncode:
                self._run([str(self.python), "-m", "ensurepip"])
            self._run([str(self.python), "-m", "pip", *asked, "--no-input"], mark=mark)

    def _run(self, command: list[str], *, mark: Callable[[str], None] | None = None) -> None:
        """What the command says goes to a log; its end is shown only when it fails."""
        log = self.checkout / ".local" / "environment.log"
        collected = 0
        with (
            log.open("w") as output,
            subprocess.Popen(
                command, env=_plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
            ) as process,
        ):
            for line in process.stdout or ():
                output.write(line)
                if mark and line.startswith("Collecting "):
                    collected += 1
                    if collected % COUNT_EVERY == 0:
                        mark(str(collected))
                elif mark and line.startswith("Installing collected packages"):
                    mark("fetched, unpacking")
        if process.returncode:
            raise CannotGoOn(f"{' '.join(command[:4])} … failed. The end of {log}:\n{tail(log)}")


def _plain_environment() -> dict[str, str]:
    """The person's own settings for pip, without those that would install elsewhere than in the environment."""
    elsewhere = {"PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIREMENT", "PYTHONHOME", "__PYVENV_LAUNCHER__"}
    kept = {name: value for name, value in os.environ.items() if name not in elsewhere}
    return {**kept, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_COLOR": "1"}
