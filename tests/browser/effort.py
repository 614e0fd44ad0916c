"""Counts what a task asks of a person: screens on which something is done, fields typed or chosen, taps, ticks."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Locator, Page

from tests.browser.conftest import Visitor

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The most a task may ask; None where the task says nothing."""

    screens: int | None = None
    inputs: int | None = None
    taps: int | None = None
    ticks: int | None = None


@dataclass
class Effort:
    """One task at one browser.

    A page one comes back to is the same screen; one that somebody merely lands on is looked at, but no work is done
    on it.
    """

    visitor: Visitor
    inputs: int = 0
    taps: int = 0
    ticks: int = 0
    done_on: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    _arrivals: int = 0
    _looked_at: int = -1

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._arrived)

    @property
    def page(self) -> Page:
        return self.visitor.page

    @property
    def screens(self) -> int:
        return len(self.done_on)

    def go(self, path: str) -> None:
        """Come to a page by an address one holds: a letter's link, or one's own start page."""
        self.visitor.go(path)
        self.look()

    def type(self, selector: str, words: str) -> None:
        """Type into a field of the page."""
        self._work()
        self._the(selector).fill(words)
        self.inputs += 1

    def choose(self, selector: str, value: str) -> None:
        """Choose from a list of the page."""
        self._work()
        self._the(selector).select_option(value)
        self.inputs += 1

    def tick(self, selector: str) -> None:
        """Set a tick of the page."""
        self._work()
        self._the(selector).check()
        self.ticks += 1

    def tap(self, selector: str, *, leads_on: bool = False) -> None:
        """Press something; with `leads_on` another page comes of it."""
        self._work()
        before = self._arrivals
        self._the(selector).click()
        self.taps += 1
        if leads_on:
            self._until(lambda: self._arrivals > before)
            self.page.wait_for_load_state("load")
        self.page.wait_for_load_state("networkidle")
        self.look()

    def look(self) -> None:
        """Nothing for axe to find, nothing sticking out; every page is looked at once."""
        if self._looked_at == self._arrivals:
            return
        self._looked_at = self._arrivals
        if self.visitor.sticks_out > 0:
            self.faults.append(f"{self.page.url}: {self.visitor.sticks_out} px stick out")
        found = Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]}).response["violations"]
        self.faults += [
            f"{self.page.url}: {one['id']} {[node['target'] for node in one['nodes'][:3]]}" for one in found
        ]

    def is_within(self, budget: Budget) -> None:
        """Fails when the task has asked for more than it may, or a screen of it had a fault."""
        spent = {"screens": self.screens, "inputs": self.inputs, "taps": self.taps, "ticks": self.ticks}
        over = {
            name: f"{spent[name]} instead of at most {most}"
            for name, most in vars(budget).items()
            if most is not None and spent[name] > most
        }
        assert not over, f"the task asks for more than it may: {over}; spent {spent}"
        assert self.faults == []

    def _the(self, selector: str) -> Locator:
        found = self.page.locator(selector).locator("visible=true").first
        found.wait_for()
        return found

    def _work(self) -> None:
        self.done_on.add(urlsplit(self.page.url).path)

    def _arrived(self, frame: Frame) -> None:
        if frame == self.page.main_frame:
            self._arrivals += 1

    def _until(self, holds: object) -> None:
        assert callable(holds)
        for _each in range(300):
            if holds():
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{self.page.url}: no other page came")
