"""An installation is told when it runs with more power than it needs."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from kernel.checks import history_is_safe_from_us

pytestmark = pytest.mark.django_db


def test_running_as_the_owner_is_said() -> None:
    assert [each.id for each in history_is_safe_from_us(databases=["default"])] == ["kernel.W001"]


def test_the_applications_role_is_fine(as_app_role: Callable[[], AbstractContextManager[None]]) -> None:
    with as_app_role():
        assert history_is_safe_from_us(databases=["default"]) == []


def test_a_database_without_tables_has_no_history_yet() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_auditevent RENAME TO elsewhere")

    assert history_is_safe_from_us(databases=["default"]) == []


def test_only_the_check_for_deployment_asks_the_database() -> None:
    call_command("check", databases=["default"])

    with pytest.raises(SystemCheckError, match=r"kernel\.W001"):
        call_command("check", deploy=True, databases=["default"], fail_level="WARNING")
