"""What every test stands on: a fixed noon, the system as an actor, files of its own, and no way out of the machine."""

import gc
import ipaddress
import math
import socket
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker, Settings

from kernel.actor import Actor
from kernel.migrations_sql import APP_ROLE
from tests.kept import Ground, wanted

NOON = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
"""Twelve o'clock in Helsinki on the day the worked cases are issued."""


COSTS, CHEAP = {"soak": 60.0, "browser": 8.0, "slow": 1.5}, 0.2
"""About how many seconds a test takes, by its mark."""
BEFORE_ANY_BROWSER = "test_answers_survive.py"
"""It splits its process in two, which it can no more once a browser's loop runs in it."""


class WayOutError(AssertionError):
    """A test tried to reach something beyond this machine."""


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in {"localhost", ""}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first, so that no process ends alone with it; within a file a world's tests together."""
    seconds: dict[Path, float] = defaultdict(float)
    first: dict[tuple[Path, object], int] = {}
    for number, item in enumerate(items):
        seconds[item.path] += next((cost for mark, cost in COSTS.items() if item.get_closest_marker(mark)), CHEAP)
        first.setdefault((item.path, None), number)
        first.setdefault((item.path, wanted(item)), number)
    for path in seconds:
        if path.name == BEFORE_ANY_BROWSER:
            seconds[path] = math.inf
    items.sort(key=lambda item: (-seconds[item.path], first[item.path, None], first[item.path, wanted(item)]))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What stands until the end is not looked through again each time memory is cleared."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def no_way_out() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))
        yield


def _guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(this: socket.socket, address: Any) -> Any:
        if this.family in {socket.AF_INET, socket.AF_INET6} and not _is_here(address[0]):
            raise WayOutError(f"a test tried to reach {address[0]}")
        return connect(this, address)

    return guarded


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test printed or logged may hold halves of characters, which no report takes from process to process."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:  # noqa: ARG001
    """The database of this process; whoever a test has left connected to it does not keep it from being dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def same_language() -> Iterator[None]:
    """Each test begins in the product's own language, whatever the one before it has left behind."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def private_files(settings: Settings, tmp_path: Path) -> Path:
    settings.PRIVATE_FILES_DIR = tmp_path / "private"
    return tmp_path / "private"


@pytest.fixture(scope="session")
def ground(
    django_db_setup: None,  # noqa: ARG001 - the ground is cleared before the database goes
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Ground]:
    made = Ground(lambda: tmp_path_factory.mktemp("kept"))
    yield made
    with django_db_blocker.unblock():
        made.clear()


@pytest.fixture
def _django_db_helper(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker, ground: Ground) -> None:
    """What pytest-django does before a test that asks the database, once the ground is prepared for it."""
    with django_db_blocker.unblock():
        ground.prepare(wanted(request.node))
    request.getfixturevalue("_django_db_helper")


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def system() -> Actor:
    return Actor.system("tests")


@pytest.fixture
def as_app_role() -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def acting_as() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {APP_ROLE}")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")

    return acting_as
