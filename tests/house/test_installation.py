"""What an operator checks before opening the doors."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]


def test_the_deployment_check_is_silent_under_production_settings(tmp_path: Path) -> None:
    production = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "0",
        "DEMO": "0",
        "SECRET_KEY": "a-long-and-varied-secret-key-of-an-installation-0123456789",
        "ALLOWED_HOSTS": "offers.example.invalid",
        "PUBLIC_BASE_URL": "https://offers.example.invalid",
        "SECURE_SSL": "1",
        "DATABASE_ROLE": "punos_app",
        "EMAIL_URL": "smtp://mail.example.invalid:25",
        "PRIVATE_FILES_DIR": str(tmp_path),
        "SECURITY_CONTACT": "mailto:security@example.invalid",
        "TRUSTED_PROXY_COUNT": "1",
    }
    # The browser tests set it for their own process.
    production.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=production,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL"])
def test_starting_without_a_needed_setting_names_it(missing: str) -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "SECRET_KEY": "only-for-this-test"}
    del environment[missing]
    started = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert started.returncode != 0
    assert missing in started.stderr


def test_a_demo_does_not_start_in_production() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings", "DEMO": "1", "SECURE_SSL": "1"}
    booted = subprocess.run(
        [sys.executable, "-c", "import config.wsgi"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert booted.returncode != 0
    assert "DEMO=1" in booted.stderr


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_app_has_one_last_migration() -> None:
    loader = MigrationLoader(None)
    ours = {app.label for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT / app.label)}

    assert {label: len(loader.graph.leaf_nodes(label)) for label in ours & loader.migrated_apps} == dict.fromkeys(
        ours & loader.migrated_apps, 1
    )
