"""What machines ask: does it run, can it work, where may robots go, whom to tell about a hole."""

import socket
from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from kernel.migrations_sql import APP_ROLE


def test_the_process_answers_without_asking_anything(nobody: Client, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert nobody.get("/healthz").content == b"ok\n"


def test_everything_that_is_needed_is_there(nobody: Client) -> None:
    answer = nobody.get("/readyz")

    told = answer.json()
    assert answer.status_code == 200
    assert told["ready"] is True
    assert (told["database"], told["migrations"], told["cache"], told["broker"]) == ("ok", "ok", "ok", "ok")


def test_running_as_the_owner_of_the_tables_is_told(nobody: Client) -> None:
    assert nobody.get("/readyz").json()["role"] == "running as owner"

    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")
        try:
            assert nobody.get("/readyz").json()["role"] == "ok"
        finally:
            cursor.execute("RESET ROLE")


def test_pages_work_while_cache_and_broker_are_away(nobody: Client, settings: Settings) -> None:
    nowhere = "redis://127.0.0.1:1/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}
    settings.CELERY_BROKER_URL = nowhere

    told = nobody.get("/readyz")

    assert told.status_code == 200
    assert told.json()["cache"].startswith("away")
    assert told.json()["broker"].startswith("away")
    assert nobody.get("/").status_code == 200
    assert nobody.get("/account/login/code/").status_code == 200


def test_a_broker_that_takes_calls_and_says_nothing_is_called_once(nobody: Client, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"

        told = nobody.get("/readyz")

        mute.settimeout(0)
        calls = list(_calls(mute))

    assert told.status_code == 200
    assert told.json()["broker"].startswith("away")
    assert len(calls) == 1


def _calls(server: socket.socket) -> Iterator[socket.socket]:
    """Everybody who has called and was not answered."""
    with suppress(BlockingIOError):
        while True:
            caller, _address = server.accept()
            with caller:
                yield caller


def test_a_migration_that_is_missing_makes_it_unready(nobody: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'bids'")

    answer = nobody.get("/readyz")

    assert answer.status_code == 503
    assert "not applied" in answer.json()["migrations"]


def test_robots_see_the_front_page_and_nothing_else(nobody: Client) -> None:
    text = nobody.get("/robots.txt").content.decode()

    assert "Disallow: /\n" in text
    assert "Allow: /$" in text
    assert 'name="robots" content="noindex"' not in nobody.get("/").content.decode()
    assert 'name="robots" content="noindex"' in nobody.get("/account/login/code/").content.decode()


def test_who_finds_a_hole_is_told_whom_to_write_to(nobody: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = "mailto:turva@example.invalid"

    text = nobody.get("/.well-known/security.txt").content.decode()

    assert "Contact: mailto:turva@example.invalid\n" in text
    assert "\nExpires: 20" in text


def test_without_a_contact_there_is_no_such_file(nobody: Client, settings: Settings) -> None:
    settings.SECURITY_CONTACT = ""

    assert nobody.get("/.well-known/security.txt").status_code == 404


@pytest.mark.parametrize("where", ["/healthz", "/readyz"])
def test_health_is_never_kept_by_a_cache(where: str, nobody: Client) -> None:
    assert "no-store" in nobody.get(where).headers["Cache-Control"]
