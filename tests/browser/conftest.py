"""A real browser before a real server, which notices every error and every rule broken."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from members.models import Person
from tests.kept import Ground
from tests.web.conftest import BACKEND

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run"]
PHONE, DESK = 360, 1280
HEIGHT = {PHONE: 740, DESK: 900}
PATIENCE_MS = 45_000
EXPECTED_STATUS = ("422", "409", "410", "404", "403", "413")


@pytest.fixture(scope="session")
def browser(ground: Ground, django_db_blocker: DjangoDbBlocker) -> Iterator[Browser]:
    # Playwright's loop runs in this thread, and Django would take every query for one inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    assert path, "no Chromium on PATH"
    # Inside it Django has other connections than outside: what was begun on one side is ended there.
    with django_db_blocker.unblock():
        ground.clear()
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=2 * PATIENCE_MS)
        yield opened
        with django_db_blocker.unblock():
            ground.clear()
            connections.close_all()
        opened.close()


@pytest.fixture(autouse=True)
def _as_in_the_open(settings: Settings) -> None:
    """No bell is rung, and what one test used up of a limit is not missing in the next."""
    settings.OUTBOX_WAKER = "tests.kernel.bells.silent"
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": uuid4().hex}}


@dataclass
class Visitor:
    """Somebody at a browser. Faults are what the console said, and requests that went to others."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)
    answers: list[tuple[str, int]] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def press(self, label: str) -> None:
        self.page.get_by_role("main").get_by_role("button", name=label, exact=True).click()

    @property
    def sticks_out(self) -> int:
        """How many pixels the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """Opens a browser of a width for a person, or for nobody; at the end nothing may have gone wrong in it."""
    opened: list[tuple[BrowserContext, Visitor]] = []

    def visiting(
        width: int = DESK,
        *,
        person: Person | None = None,
        language: str = "fi",
        look: str = "light",
        scripts: bool = True,
    ) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT[width]},
            locale=language,
            color_scheme="dark" if look == "dark" else "light",
            java_script_enabled=scripts,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_cookies([{"name": "punos_language", "value": language, "url": live_server.url}])
        if person is not None:
            context.add_cookies([{**_session_of(person), "url": live_server.url}])
        visitor = Visitor(page=context.new_page(), base=live_server.url)
        _watch(visitor)
        opened.append((context, visitor))
        return visitor

    yield visiting
    faults = [fault for _context, visitor in opened for fault in visitor.faults]
    for context, _visitor in opened:
        context.close()
    assert faults == []


def _session_of(person: Person) -> Any:
    client = Client()
    client.force_login(person, backend=BACKEND)
    (cookie,) = client.cookies.values()
    return {"name": cookie.key, "value": cookie.value}


def _watch(visitor: Visitor) -> None:
    def said(message: ConsoleMessage) -> None:
        is_a_told_refusal = any(f"status of {status}" in message.text for status in EXPECTED_STATUS)
        if message.type in {"error", "warning"} and not is_a_told_refusal:
            visitor.faults.append(f"{visitor.page.url}: {message.text}")

    def asked(request: Request) -> None:
        if not request.url.startswith((visitor.base, "data:", "blob:")):
            visitor.faults.append(f"{visitor.page.url} asked {request.url}")

    visitor.page.on("console", said)
    visitor.page.on("pageerror", lambda error: visitor.faults.append(f"{visitor.page.url}: {error}"))
    visitor.page.on("request", asked)
