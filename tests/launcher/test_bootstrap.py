"""The environment a command needs, from whatever Python and whatever machine there is."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from launcher import bootstrap, environment, native_libraries, system_packages
from launcher.environment import DEV, LOCAL, Command, Environment, prepared
from launcher.telling import CannotGoOn, Teller
from tests.launcher.elsewhere import (
    NOBODY,
    ROOT,
    bare_environment,
    copy_for_everybody,
    open_to_everybody,
    python_of_everybody,
)

QUIET = Teller(quiet=True)
TOOLS = Command("launcher.tests", DEV, needs_pdf=False)


def as_if_python_were(version: tuple[int, int, int], arguments: list[str], env: dict[str, str]) -> tuple[int, str]:
    """What bootstrap answers when this Python says it is another version."""
    question = (
        "import sys; sys.version_info = %r; sys.argv = ['bootstrap', *%r]; "  # noqa: UP031
        "from launcher import bootstrap; sys.exit(bootstrap.main())" % (version, arguments)
    )
    answer = subprocess.run(
        [sys.executable, "-c", question], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    return answer.returncode, answer.stderr


def program(folder: Path, name: str, text: str) -> Path:
    """An executable script of that name in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    folder.chmod(0o755)
    return path


def test_an_old_python_is_told_what_to_do_in_one_sentence(tmp_path: Path) -> None:
    status, said = as_if_python_were((3, 9, 2), ["test"], bare_environment(PATH=str(tmp_path)))

    assert status == 1
    assert said == (
        f"Punos needs Python 3.11 or newer; {sys.executable} is 3.9 and no newer one is on PATH. "
        "Install one, or name it: make test PYTHON=/path/to/python3.11\n"
    )


def test_an_old_python_hands_over_to_a_newer_one_on_path(tmp_path: Path) -> None:
    program(tmp_path, "python3.12", 'test "$1" = -c && exit 0; echo "newer: $*" >&2; exit 3')
    program(tmp_path, "python3.13", "exit 127")

    status, said = as_if_python_were((3, 9, 2), ["demo", "--once"], bare_environment(PATH=str(tmp_path)))

    assert (status, said) == (3, "newer: -m launcher.bootstrap demo --once\n")


def test_the_first_file_is_readable_by_the_oldest_python_3() -> None:
    compile(Path(bootstrap.__file__).read_text(), "bootstrap.py", "exec", flags=0, dont_inherit=True)
    source = Path(bootstrap.__file__).read_text()
    assert 'f"' not in source
    assert "from __future__" not in source
    assert ":=" not in source
    assert runpy.run_path(bootstrap.__file__)["OLDEST"] == (3, 11)


def test_an_unknown_command_is_answered_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert environment.main(["dance"]) == 2
    assert "demo, offer, test, clean-demo, environment" in capsys.readouterr().err


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose requirements are empty, with an environment made of a link to our own Python."""
    for name in (LOCAL, DEV):
        (tmp_path / name).write_text("")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / ".venv")], check=True)
    return tmp_path


def stamped(checkout: Path, **files: str) -> Environment:
    made = Environment(checkout)
    made.stamp_file.write_text(
        "{%s}" % ", ".join(f'"{name}": "{made._hash(hashed)}"' for name, hashed in files.items())  # noqa: UP031
    )
    return made


def test_nothing_is_installed_while_the_requirements_stay_the_same(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stamped(checkout, **{LOCAL: LOCAL})
    monkeypatch.setattr(made, "_install", lambda *_: pytest.fail("something was installed"))

    made.make(LOCAL, QUIET)


def test_what_development_needs_is_enough_for_the_demo(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = stamped(checkout, **{DEV: DEV})
    monkeypatch.setattr(made, "_install", lambda *_: pytest.fail("something was installed"))

    made.make(LOCAL, QUIET)


@pytest.mark.parametrize("wanted", [LOCAL, DEV])
def test_a_changed_requirement_file_is_installed_in_place(
    wanted: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stamped(checkout, **{LOCAL: LOCAL})
    (checkout / wanted).write_text("# changed\n")
    (checkout / ".venv" / "mine").touch()
    installed = []
    monkeypatch.setattr(made, "_install", lambda file, *_: installed.append(file))

    made.make(wanted, QUIET)

    assert installed == [wanted]
    assert made.stamp()[wanted] == made._hash(wanted)
    assert (checkout / ".venv" / "mine").exists()


@pytest.mark.slow
def test_an_environment_whose_python_is_gone_is_made_anew(checkout: Path) -> None:
    made = stamped(checkout, **{DEV: DEV})
    for name in ("python", "python3"):
        (checkout / ".venv" / "bin" / name).unlink()
    (checkout / ".local").mkdir()

    made.make(DEV, QUIET)

    answer = subprocess.run([made.python, "-m", "pip", "list"], capture_output=True, text=True, check=True)
    assert "pip" in answer.stdout


@pytest.mark.slow
def test_a_failed_installation_shows_the_end_of_its_log_and_is_tried_again(checkout: Path) -> None:
    (checkout / DEV).write_text("no-such-package-of-punos==1.0 --hash=sha256:" + "0" * 64 + "\n")
    (checkout / ".local").mkdir()
    made = Environment(checkout)

    with pytest.raises(CannotGoOn, match=r"The end of .*environment\.log"):
        made.make(DEV, QUIET)

    assert DEV not in made.stamp()


def test_a_packaged_library_is_installed_by_root_without_asking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = tmp_path / "said"
    program(tmp_path, "apt-get", f'echo "$DEBIAN_FRONTEND: $*" >> {said}; test -e {said}.updated || test "$3" = update')
    program(tmp_path, "sudo", 'shift; exec "$@"')
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    with pytest.raises(CannotGoOn, match=r"`apt-get install libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig` failed"):
        system_packages.install("pdf", QUIET, why="PDF needs libraries")

    lines = said.read_text().splitlines()
    assert [line.split()[3] for line in lines] == ["install", "update", "install"]
    assert all(line.startswith("noninteractive: ") for line in lines)
    assert lines[0].endswith("-y -q --no-install-recommends libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig")


def test_an_ordinary_user_is_given_the_line_to_type(tmp_path: Path) -> None:
    place = copy_for_everybody(tmp_path / "place")
    open_to_everybody(tmp_path)
    machine = tmp_path / "machine"
    program(machine, "dnf", "exit 1")
    program(machine, "sudo", "exit 1")
    question = (
        "from launcher import system_packages\nfrom launcher.telling import CannotGoOn, Teller\n"
        "try: system_packages.install('pdf', Teller(quiet=True), why='PDF needs libraries')\n"
        "except CannotGoOn as refusal: print(refusal)"
    )
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}

    answer = subprocess.run(
        [python_of_everybody(), "-c", question],
        cwd=place,
        env={"PATH": str(machine)},
        capture_output=True,
        text=True,
        check=False,
        **user,
    )

    assert answer.stdout == (
        "PDF needs libraries. Type this, then try again: sudo dnf install pango harfbuzz fontconfig\n"
    )


def test_a_machine_without_a_known_package_manager_is_told_the_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(
        CannotGoOn, match=r"^PDF needs libraries\. Debian, Ubuntu: apt-get install .* brew install pango$"
    ):
        system_packages.install("pdf", QUIET, why="PDF needs libraries")


@pytest.mark.requires_pdf
def test_the_libraries_of_this_machine_are_complete() -> None:
    assert native_libraries.missing(Path(sys.executable)) is None
    assert sys.platform != "linux" or native_libraries.load_here()


@pytest.fixture
def broken_pango(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program started from here on finds a Pango that cannot be loaded, and no package manager."""
    hidden = tmp_path / "broken"
    hidden.mkdir()
    (hidden / "libpangoft2-1.0.so.0").write_bytes(b"")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(hidden))
    monkeypatch.setenv("PATH", str(hidden))


@pytest.mark.usefixtures("broken_pango")
def test_a_library_that_does_not_load_is_found_by_loading_it() -> None:
    missing = native_libraries.missing(Path(sys.executable))

    assert missing
    assert missing.is_vital
    assert "system libraries that are missing" in missing.reason
    assert "\n" not in missing.reason


@pytest.mark.usefixtures("broken_pango")
def test_tests_go_on_without_the_libraries_and_the_demo_does_not(checkout: Path) -> None:
    made = stamped(checkout, **{DEV: DEV})
    ours, theirs = (
        next(path for path in map(Path, paths) if path.name == "site-packages")
        for paths in (sys.path, (checkout / ".venv" / "lib").glob("*/site-packages"))
    )
    (theirs / "ours.pth").write_text(f"{ours}\n")

    assert prepared(TOOLS, QUIET, checkout=checkout) == made.python
    with pytest.raises(CannotGoOn, match="Drawing a PDF needs system libraries"):
        prepared(Command("launcher.demo", LOCAL, needs_pdf=True), QUIET, checkout=checkout)
