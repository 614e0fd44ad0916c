"""The product's own processes on this machine: their commands, their settings, and keeping an eye on them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from launcher.instances import CHECKOUT, Instance
from launcher.ports import LOOPBACK, tail
from launcher.processes import end, end_group, marked, undisturbed
from launcher.telling import CannotGoOn

PYTHON = sys.executable
MANAGE = (PYTHON, "manage.py")
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "INFO")
CELERY = (PYTHON, "-m", "celery", "-A", "worker")
# The renderer is a child of its worker, which Celery's forked pool does not allow: that worker runs threads.
DOCUMENTS = (*CELERY, "worker", "-Q", "pdf", "--pool", "threads", "-c", "2", "-n", "documents@%h", *ALONE)
MAIL = (*CELERY, "worker", "-Q", "mail,celery", "-c", "1", "-n", "mail@%h", *ALONE)
PATIENCE = 10.0


def beat(instance: Instance) -> tuple[str, ...]:
    """The clock that rings the sweeper; its notebook lies in the instance's folder."""
    return (*CELERY, "beat", "--schedule", str(instance.folder / "beat"), "--pidfile=", "--loglevel", "INFO")


def web(port: int) -> tuple[str, ...]:
    """The site on a loopback port; without gunicorn's control socket, whose path a deep checkout makes too long."""
    return (
        *(PYTHON, "-m", "gunicorn", "config.wsgi", "--bind", f"{LOOPBACK}:{port}", "--no-control-socket"),
        *(
            "--worker-class",
            "gthread",
            "--limit-request-line",
            "8190",
            "--workers",
            "1",
            "--threads",
            "4",
            "--graceful-timeout",
            "5",
        ),
    )


def settings_for(instance: Instance, services: Mapping[str, str], *, port: int, is_demo: bool) -> dict[str, str]:
    """The whole environment of the product's processes: every choice made here, so that `.env` makes none of them."""
    return {
        **os.environ,
        **services,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "0",
        "DEMO": "1" if is_demo else "0",
        "PUBLIC_BASE_URL": f"http://localhost:{port}",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": f"http://localhost:{port}",
        "SECURE_SSL": "0",
        "TRUSTED_PROXY_COUNT": "0",
        "ADMIN_PATH": "hallinta",
        # Four slashes: three end the empty host, the fourth begins the path.
        "EMAIL_URL": "filemail:///" + quote(str(instance.folder / "mail")),
        "DEFAULT_FROM_EMAIL": "Punos <letters@localhost>",
        "PRIVATE_FILES_DIR": str(instance.folder / "files"),
        "LOG_LEVEL": "INFO",
        "LOG_FORMAT": "plain",
        "PYTHONUNBUFFERED": "1",
    }


def as_owner(env: Mapping[str, str]) -> dict[str, str]:
    """The same environment with the rights of the database's owner, which migrating needs."""
    return {**env, "DATABASE_ROLE": ""}


@dataclass
class Child:
    """A process of the product that is meant to run until it is stopped."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path


@dataclass
class Children:
    """Everything of the product that runs for an instance."""

    instance: Instance
    env: Mapping[str, str]
    running: list[Child] = field(default_factory=list)

    def start(self, name: str, command: tuple[str, ...]) -> None:
        """The process runs in a session of its own, so that Ctrl-C reaches it only through the launcher."""
        log = self.instance.logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.instance.record(name, process.pid)
        self.running.append(Child(name, process, log))

    def check(self) -> None:
        """All still run; raises CannotGoOn with the end of the log of one that does not."""
        for child in self.running:
            status = child.process.poll()
            if status is not None:
                raise CannotGoOn(f"{child.name} ended by itself ({status}). The end of {child.log}:\n{tail(child.log)}")

    def stop(self) -> None:
        """None of them runs any more, nor anything they started."""
        for child in reversed(self.running):
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in self.running:
            end_group(child.process, patience=max(0.0, deadline - time.monotonic()))
        end(marked(self.instance.run), patience=1)
        self.running.clear()

    def run(self, command: tuple[str, ...], *, quiet: bool = False) -> int:
        """The exit status of a command in the foreground; raises CannotGoOn when a child falls meanwhile.

        A quiet command shows only what it complains about.
        """
        output = subprocess.DEVNULL if quiet else None
        with subprocess.Popen(command, cwd=CHECKOUT, env=dict(self.env), stdout=output) as process:
            try:
                while process.poll() is None:
                    self.check()
                    time.sleep(0.1)
            finally:
                process.terminate()
        return process.returncode


@contextmanager
def children_of(instance: Instance, env: Mapping[str, str]) -> Iterator[Children]:
    """Children that are stopped however the block ends."""
    children = Children(instance, env)
    try:
        yield children
    finally:
        with undisturbed():
            children.stop()


def manage(command: tuple[str, ...], *, env: Mapping[str, str], log: Path) -> str:
    """What a Django command printed; raises CannotGoOn with what it complained about when it fails."""
    answer = subprocess.run(
        [*MANAGE, *command], cwd=CHECKOUT, env=dict(env), capture_output=True, text=True, check=False
    )
    log.write_text(answer.stdout + answer.stderr)
    if answer.returncode:
        raise CannotGoOn(f"manage.py {' '.join(command)} failed. The end of {log}:\n{tail(log)}")
    return answer.stdout
