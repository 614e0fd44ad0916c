"""Worlds made once for all tests of a file that ask for them: each gets a copy, and what it does is undone.

    @kept
    def world() -> World:
        return an_expensive_world()

is a fixture of a test like any other. The world stands in a transaction around those of the tests; a test that asks
for another or for none finds the rows of no world, and where tests commit each builds its own.
"""

import shutil
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as in_force
from django.db import connection, transaction
from django.test import override_settings
from django.utils import translation
from pytest_django import Settings

Build = Callable[[], Any]
COMMITTING = {"live_server", "transactional_db", "django_db_reset_sequences"}


def kept(build: Build) -> Any:
    """A fixture of what the function makes, once for neighbouring tests; the function asks for no fixture."""

    def world(ground: Ground, settings: Settings) -> Any:
        # Its ids are those of other tests too: what they used up of a limit is not missing here.
        settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}
        return ground.world(build)

    BUILDS[world] = build
    return pytest.fixture(name=build.__name__)(world)


BUILDS: dict[Callable[..., Any], Build] = {}


class Ground:
    """The database below the tests of one process: empty, or with the one world that stands there."""

    def __init__(self, files: Callable[[], Path]) -> None:
        self._new_folder = files
        self._stands: Build | None = None
        self._made: Any = None
        self._files = Path()
        self._around = transaction.atomic()

    def prepare(self, build: Build | None) -> None:
        """Between tests: let this world stand and no other."""
        if build is self._stands:
            return
        self.clear()
        if build is None:
            return
        self._files = self._new_folder() / "private"
        self._around = transaction.atomic()
        self._around.__enter__()
        self._stands = build
        translation.deactivate()
        try:
            with override_settings(PRIVATE_FILES_DIR=self._files):
                self._made = build()
        except BaseException:
            self.clear()
            raise
        # Nothing of the making is left for a test to set off.
        connection.check_constraints()
        connection.run_on_commit = []

    def clear(self) -> None:
        """Between tests: no rows of any world."""
        if self._stands:
            self._stands = self._made = None
            transaction.set_rollback(True)
            self._around.__exit__(None, None, None)

    def world(self, build: Build) -> Any:
        """The world of one test, asked for within its transaction."""
        if build is not self._stands:
            return build()
        if self._files.exists():
            shutil.copytree(self._files, in_force.PRIVATE_FILES_DIR, dirs_exist_ok=True)
        return deepcopy(self._made)


def wanted(item: pytest.Item) -> Build | None:
    """What is to stand when this test begins."""
    marker = item.get_closest_marker("django_db")
    asked = getattr(item, "fixturenames", [])
    if (marker and marker.kwargs.get("transaction")) or COMMITTING & set(asked):
        return None
    known = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    found = (BUILDS.get(known[name][-1].func) for name in asked if name in known)
    return next((build for build in found if build), None)
