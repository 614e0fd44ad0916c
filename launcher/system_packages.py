"""Packages of the operating system, installed when we may, else the line to type."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

from launcher.telling import CannotGoOn, Teller

WITHIN = 900


@dataclass(frozen=True)
class Manager:
    """A package manager: how it installs without asking, and how it learns what there is."""

    program: str
    install: tuple[str, ...]
    refresh: tuple[str, ...] | None = None


MANAGERS = (
    Manager(
        "apt-get",
        ("-o", "DPkg::Lock::Timeout=120", "install", "-y", "-q", "--no-install-recommends"),
        ("-o", "DPkg::Lock::Timeout=120", "update", "-q"),
    ),
    Manager("dnf", ("install", "-y", "-q")),
    Manager("apk", ("add", "--no-progress")),
)
PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "pdf": {
        "apt-get": ("libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig"),
        "dnf": ("pango", "harfbuzz", "fontconfig"),
        "apk": ("pango", "harfbuzz-subset", "fontconfig"),
    },
    "venv": {
        "apt-get": (f"python{sys.version_info[0]}.{sys.version_info[1]}-venv",),
        "dnf": ("python3",),
        "apk": ("python3", "py3-pip"),
    },
}
ELSEWHERE = {
    "pdf": "Debian, Ubuntu: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig; "
    "Fedora: dnf install pango; macOS: brew install pango",
    "venv": "Install Python's venv module, or uv",
}


def install(purpose: str, teller: Teller, *, why: str) -> None:
    """The packages for a purpose are installed; raises CannotGoOn with what to type when that is not ours to do."""
    manager = next((manager for manager in MANAGERS if shutil.which(manager.program)), None)
    if manager is None:
        raise CannotGoOn(f"{why}. {ELSEWHERE[purpose]}")
    packages = PACKAGES[purpose][manager.program]
    typed = f"{manager.program} {'add' if manager.program == 'apk' else 'install'} {' '.join(packages)}"
    prefix = _privilege()
    if prefix is None:
        raise CannotGoOn(f"{why}. Type this, then try again: sudo {typed}")
    teller.note(f"  {why}: installing {' '.join(packages)}")
    with teller.step(f"System packages ({manager.program})"):
        said = _installed(manager, packages, prefix)
    if said is not None:
        raise CannotGoOn(f"{why}, and `{typed}` failed:\n{said}")


def _installed(manager: Manager, packages: tuple[str, ...], prefix: list[str]) -> str | None:
    """None when done, else what the manager said; its lists are refreshed before a second try."""
    said = _run([*prefix, manager.program, *manager.install, *packages])
    if said is not None and manager.refresh:
        _run([*prefix, manager.program, *manager.refresh])
        said = _run([*prefix, manager.program, *manager.install, *packages])
    return said


def _privilege() -> list[str] | None:
    """The words before a command that make it run as root; None when we may not."""
    silent = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return silent
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]) is None:
        return ["sudo", "-n", *silent]
    return None


def _run(command: list[str]) -> str | None:
    try:
        answer = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=WITHIN,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return "\n".join(answer.stdout.strip().splitlines()[-8:]) if answer.returncode else None
