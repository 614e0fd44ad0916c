"""Real Celery processes on the tests' database, each in a group of its own that can be killed whole."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from kernel.migrations_sql import APP_ROLE

ROOT = Path(__file__).resolve().parents[2]

DOCUMENTS = ("worker", "-Q", "pdf", "--pool", "threads", "-c", "2")
LETTERS = ("worker", "-Q", "mail", "--pool", "prefork", "-c", "1")
BEAT = ("beat",)


class Celery:
    """The processes of one test; none of them outlives it."""

    def __init__(self, *, database: str, files: Path, logs: Path) -> None:
        self._env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}").geturl(),
            "DATABASE_ROLE": APP_ROLE,
            "PRIVATE_FILES_DIR": str(files),
        }
        self._logs = logs
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._running:
            self.kill(process)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        name = f"{arguments[0]}-{len(self._running)}"
        extra: tuple[Any, ...] = ("-s", str(self._logs / "schedule")) if arguments == BEAT else ("-n", f"{name}@test")
        with (self._logs / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "worker", *arguments, *extra],
                env=self._env,
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    @staticmethod
    def kill(process: subprocess.Popen[bytes]) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
