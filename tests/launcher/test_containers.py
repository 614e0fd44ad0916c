"""The container files say what the settings read, and what the measurements asked for. No container is run here."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
import yaml

from launcher import postgres
from launcher.instances import claimed
from launcher.postgres import OWNER, SUPERUSER
from launcher.programs import postgres_programs
from launcher.system_packages import PACKAGES
from launcher.telling import Teller
from worker.queues import DOCUMENTS, LETTERS

ROOT = Path(__file__).resolve().parents[2]
ONLY_FOR_COMPOSE = {"DATABASE_PASSWORD"}
OURS = ("web", "worker-documents", "worker-mail", "beat", "release")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
ROLES: LiteralString = (
    "SELECT rolname, rolsuper, rolcanlogin, rolcreaterole FROM pg_roles WHERE rolname ~ 'punos(_app)?$' ORDER BY 1"
)
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def settings_variables() -> set[str]:
    return set(re.findall(r"\benv(?:\.\w+)?\(\s*\"([A-Z_]+)\"", (ROOT / "config" / "settings.py").read_text()))


def example_lines() -> list[str]:
    return (ROOT / ".env.example").read_text().splitlines()


def example_variables() -> list[str]:
    return [found[1] for line in example_lines() if (found := re.match(r"#?([A-Z_]+)=", line))]


def test_the_settings_are_read_from_what_the_example_names_and_nothing_else() -> None:
    named = example_variables()

    assert settings_variables()
    assert len(named) == len(set(named))
    assert set(named) - ONLY_FOR_COMPOSE == settings_variables()


def test_every_variable_of_the_example_stands_under_an_explanation() -> None:
    explained = False
    for line in example_lines():
        if re.match(r"#?[A-Z_]+=", line):
            assert explained, line
        else:
            explained = bool(line) and (explained or (line.startswith("# ") and not line.startswith("# ---")))


def test_the_containers_set_only_what_the_settings_read() -> None:
    for name in OURS:
        assert set(COMPOSE["services"][name]["environment"]) <= settings_variables()
    asked_for = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert asked_for == ONLY_FOR_COMPOSE


def test_tables_are_brought_up_to_date_by_their_owner_and_used_by_the_other_role() -> None:
    roles = {name: COMPOSE["services"][name]["environment"]["DATABASE_ROLE"] for name in OURS}

    assert roles.pop("release") == ""
    assert set(roles.values()) == {"punos_app"}
    assert COMPOSE["services"]["release"]["command"] == ["python", "manage.py", "migrate", "--no-input"]
    assert COMPOSE["services"]["web"]["depends_on"]["release"] == {"condition": "service_completed_successfully"}


@pytest.mark.parametrize("name", OURS)
def test_a_process_is_reached_by_its_signal_and_given_time(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["init"] is True
    assert service["stop_grace_period"] == "120s"
    assert isinstance(service.get("command", []), list)
    assert "healthcheck" in service


def test_every_queue_has_its_worker_and_the_slow_one_runs_threads() -> None:
    documents, mail = (COMPOSE["services"][name]["command"] for name in ("worker-documents", "worker-mail"))

    assert documents[documents.index("-Q") + 1] == DOCUMENTS
    assert documents[documents.index("--pool") + 1] == "threads"
    assert LETTERS in mail[mail.index("-Q") + 1].split(",")


def test_the_engines_are_new_enough_and_the_broker_forgets_nothing() -> None:
    versions = {
        name: int(re.match(r"\w+:(\d+)", COMPOSE["services"][name]["image"])[1])  # type: ignore[index]
        for name in ("database", "redis")
    }

    assert versions["database"] >= 16
    assert versions["redis"] >= 7
    assert " ".join(COMPOSE["services"]["redis"]["command"]).startswith(
        "redis-server --appendonly yes --appendfsync everysec --maxmemory-policy noeviction"
    )


def test_nothing_but_the_site_is_reachable_and_that_only_from_the_machine() -> None:
    doors = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}

    assert doors == {"web": ["127.0.0.1:8000:8000"]}


def test_the_image_has_what_drawing_needs_and_runs_as_nobody_special() -> None:
    assert " ".join(PACKAGES["pdf"]["apt-get"]) in DOCKERFILE
    assert "pip install --require-hashes -r requirements.txt" in DOCKERFILE
    assert DOCKERFILE.index("\nUSER punos\n") < DOCKERFILE.index("\nCMD [")
    assert re.search(r"^FROM python:3\.1[12]-slim", DOCKERFILE)


def test_no_secret_of_a_machine_gets_into_the_image() -> None:
    assert {".env", ".git", ".local"} <= set((ROOT / ".dockerignore").read_text().splitlines())


@pytest.mark.slow
def test_the_roles_that_the_database_container_makes_are_those_of_the_launcher(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    with claimed("roles", durable=False, checkout=tmp_path) as instance, postgres.running(instance, Teller(quiet=True)):
        door = f"host=127.0.0.1 port={instance.port('postgres')}"
        as_superuser = f"{door} user={SUPERUSER} password={instance.secret(SUPERUSER)} dbname=postgres"
        with psycopg.connect(as_superuser, autocommit=True) as superuser:
            by_launcher = superuser.execute(ROLES).fetchall()
            superuser.execute("DROP DATABASE punos")
            superuser.execute("DROP ROLE punos_app, punos")

            psql = postgres_programs(None).usable[0].path.with_name("psql")
            subprocess.run(
                [psql, as_superuser, "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--quiet"],
                input=COMPOSE["configs"]["roles"]["content"],
                env={**os.environ, "DATABASE_PASSWORD": "it's a \\ secret"},
                text=True,
                check=True,
            )

            by_container = superuser.execute(ROLES).fetchall()
        assert by_container == by_launcher
        with psycopg.connect(f"{door} user={OWNER} dbname=punos", password="it's a \\ secret") as owner:
            owner.execute("CREATE TABLE allowed ()")
            owner.execute("SET ROLE punos_app")
