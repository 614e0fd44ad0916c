"""The demo and the offer command, whole: started, stopped, killed, started again."""

import http
import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launcher.instances import read_state
from launcher.processes import Born, gone, holds
from tests.launcher.elsewhere import another_checkout, bare_environment

pytestmark = [pytest.mark.slow, pytest.mark.requires_pdf]
READY_WITHIN = 180.0


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return another_checkout(tmp_path_factory.mktemp("checkout"))


class Demo:
    """A demo that runs, and what it has said so far."""

    def __init__(self, process: subprocess.Popen[bytes], said: Path, checkout: Path) -> None:
        self.process = process
        self._said = said
        self._checkout = checkout

    def says(self) -> str:
        return self._said.read_text()

    def wait_until_it_says(self, words: str) -> None:
        assert holds(lambda: words in self.says() or self.process.poll() is not None, within=READY_WITHIN), self.says()
        assert words in self.says(), self.says()

    def address(self) -> str:
        found = re.search(r"http://localhost:\d+", self.says())
        assert found
        return found[0]

    def children(self) -> dict[str, Born]:
        recorded = read_state(self._checkout / ".local" / "demo")["processes"]
        return {entry["what"]: Born(entry["pid"], entry["started"]) for entry in recorded}


@contextmanager
def demo(checkout: Path, *arguments: str) -> Iterator[Demo]:
    said = checkout / "said"
    with (
        said.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", "launcher.demo", *arguments],
            cwd=checkout,
            env=bare_environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            yield Demo(process, said, checkout)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(60)


def test_when_make_is_killed_the_demo_stops_and_the_next_one_waits_for_that(checkout: Path) -> None:
    command = ["make", "demo", f"PYTHON={sys.executable}"]
    said = checkout / "said"
    with (
        said.open("wb") as output,
        subprocess.Popen(command, cwd=checkout, env=bare_environment(), stdout=output) as make,
    ):
        running = Demo(make, said, checkout)
        running.wait_until_it_says("Ctrl-C stops everything")
        left = list(running.children().values())
        make.kill()
        make.wait()

    again = subprocess.run([*command, "ONCE=1"], cwd=checkout, env=bare_environment(), capture_output=True, check=False)
    assert again.returncode == 0
    assert gone(left, within=0)


def page(address: str) -> tuple[int, str]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor())
    with opener.open(address, timeout=30) as answer:
        return answer.status, answer.read().decode()


def test_a_demo_is_shown_stopped_and_goes_on_where_it_was(checkout: Path) -> None:
    with demo(checkout) as first:
        first.wait_until_it_says("Ctrl-C stops everything")
        assert (checkout / ".local" / "demo" / "offer.pdf").read_bytes().startswith(b"%PDF-")
        status, _ = page(first.address() + "/healthz")
        assert status == http.HTTPStatus.OK
        for who, words in (("The lead", "Kaisa Kuvanto"), ("A partner", "Opastekyltti"), ("The client", "3 484,03")):
            way = re.search(rf"{who} +(http\S+)", first.says())
            assert way
            status, found = page(way[1])
            assert status == http.HTTPStatus.OK
            assert words in found.replace("\u00a0", " ")
        children = first.children()
        assert set(children) == {"postgres", "redis", "documents", "web", "mail", "beat"}
        address = first.address()

        second = subprocess.run(
            [sys.executable, "-m", "launcher.demo"],
            cwd=checkout,
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert second.returncode == 1
        assert f"already runs: {address}" in second.stdout

        first.process.send_signal(signal.SIGINT)
        assert first.process.wait(60) == 0
        assert gone(list(children.values()), within=0)

    with demo(checkout, "--once") as again:
        assert again.process.wait(READY_WITHIN) == 0
        assert again.address() == address


def test_after_a_kill_the_next_demo_runs_and_nothing_of_the_last_one_is_left(checkout: Path) -> None:
    with demo(checkout) as killed:
        killed.wait_until_it_says("Ctrl-C stops everything")
        left = list(killed.children().values())
        killed.process.kill()
        killed.process.wait()

    with demo(checkout, "--once") as again:
        assert again.process.wait(READY_WITHIN) == 0, again.says()
    assert gone(left, within=0)


def test_a_part_that_falls_is_named_with_the_end_of_its_log(checkout: Path) -> None:
    with demo(checkout) as running:
        running.wait_until_it_says("Ctrl-C stops everything")
        children = running.children()
        os.kill(children["mail"].pid, signal.SIGKILL)

        assert running.process.wait(60) == 1
        assert "mail ended by itself (-9). The end of" in running.says()
        assert gone(list(children.values()), within=0)


def run_offer(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "launcher.offer", *arguments],
        cwd=checkout,
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_offer_is_made_from_a_package_by_one_command(checkout: Path, tmp_path: Path) -> None:
    out = tmp_path / "offer.pdf"

    made = run_offer(
        checkout, "--package", "examples/daycare.json", "--out", str(out), "--language", "sv", "--choose", "A7"
    )

    assert made.returncode == 0, made.stderr
    assert out.read_bytes().startswith(b"%PDF-")
    assert not list((checkout / ".local").glob("offer-*"))


def test_a_refused_package_ends_with_its_faults_and_starts_nothing(checkout: Path, tmp_path: Path) -> None:
    package, out = tmp_path / "package.json", tmp_path / "offer.pdf"
    package.write_text('{"format": "punos.bid-package/1", "nonsense": 1}')

    refused = run_offer(checkout, "--package", str(package), "--out", str(out))

    assert refused.returncode == 2
    assert "nonsense" in refused.stderr
    assert "PostgreSQL" not in refused.stdout
    assert not out.exists()
