"""No document reaches anything outside: not the network, not a file, by no way of HTML, CSS or SVG."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from tests.worker.listener import Listener
from tests.worker.papers import everything_in, job, jobs_of
from tests.worker.vectors import ALL, HTML_AND_CSS, SECRET, SVG, Vector
from worker.documents.fetcher import AddressBlocked, OnlyOurs
from worker.documents.job import Asset, Reason, RenderFailed, RenderJob
from worker.documents.process import Renderer
from worker.documents.renderer import draw

pytestmark = pytest.mark.requires_pdf

REFUSALS = {Reason.BLOCKED_ADDRESS, Reason.EMBEDDED_FILE, Reason.LOST_PICTURE, Reason.LOST_STYLE, Reason.MISSING_ALT}


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


@pytest.fixture(scope="module")
def running_listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def listener(running_listener: Listener) -> Listener:
    running_listener.forget()
    return running_listener


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("secrets") / "secret.txt"
    path.write_text(SECRET)
    return str(path)


def draw_with_weasyprint_as_it_comes(job: RenderJob) -> bytes:
    """The job drawn without any of our guards."""
    assets = {f"punos:{name}": asset for name, asset in job.assets.items()}

    class Open(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: object = None) -> object:
            if url in assets:
                return OnlyOurs(job.assets).fetch(url)
            return super().fetch(url, headers)

    fetcher, fonts = Open(timeout=2), FontConfiguration()
    sheets = [CSS(string=sheet, url_fetcher=fetcher, font_config=fonts) for sheet in job.stylesheets]
    pdf: bytes = HTML(string=job.html, url_fetcher=fetcher).write_pdf(stylesheets=sheets, font_config=fonts)
    return pdf


def test_the_collection_has_twenty_two_and_sixteen_ways() -> None:
    assert (len(HTML_AND_CSS), len(SVG)) == (22, 16)
    assert len({vector.name for vector in ALL}) == 38


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector.name)
def test_the_renderer_asks_nobody_and_carries_nothing_away(
    vector: Vector, renderer: Renderer, listener: Listener, secret: str
) -> None:
    for document in jobs_of(vector.aimed(host=listener.host, secret=secret)):
        try:
            pdf = renderer.draw(document).pdf
        except RenderFailed as failure:
            assert failure.reason in REFUSALS, failure  # noqa: PT017
        else:
            assert SECRET.encode() not in everything_in(pdf)
            assert listener.host.encode() not in everything_in(pdf)
    assert listener.connections == 0


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector.name)
def test_the_fetcher_alone_keeps_everything_in(vector: Vector, listener: Listener, secret: str) -> None:
    for document in jobs_of(vector.aimed(host=listener.host, secret=secret)):
        try:
            pdf = draw(document).pdf
        except RenderFailed as failure:
            assert failure.reason in REFUSALS, failure  # noqa: PT017
        else:
            assert SECRET.encode() not in everything_in(pdf)
    assert listener.connections == 0


def test_without_the_guards_the_same_documents_do_get_out(
    listener: Listener, secret: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "weasyprint")
    called, leaked = set(), set()
    for vector in ALL:
        for document in jobs_of(vector.aimed(host=listener.host, secret=secret)):
            before = listener.connections
            pdf = draw_with_weasyprint_as_it_comes(document)
            if listener.connections > before:
                called.add(vector.name)
            if SECRET.encode() in everything_in(pdf):
                leaked.add(vector.name)
    assert len(called & {vector.name for vector in HTML_AND_CSS}) >= 15, called
    assert len(called & {vector.name for vector in SVG}) >= 5, called
    assert leaked >= {"link-attachment-file", "a-attachment-file"}


def test_whatever_would_get_out_is_told_as_a_blocked_address(renderer: Renderer, listener: Listener) -> None:
    for body in ('<img alt="x" src="http://{}/a">', '<svg><title>x</title><image href="http://{}/a"/></svg>'):
        with pytest.raises(RenderFailed) as failed:
            renderer.draw(job(body.format(listener.host)))
        assert failed.value.reason is Reason.BLOCKED_ADDRESS
        assert listener.host in failed.value.detail


AUDITED = """
import sys
from worker.documents.guard import Guard
from tests.worker.papers import jobs_of
from tests.worker.test_fetching import draw_with_weasyprint_as_it_comes
from tests.worker.vectors import ALL, SECRET
host, secret, folder, guarded = sys.argv[1:]
import os, tempfile
os.chdir(folder)
tempfile.tempdir = folder
guard = Guard(folder)
if guarded == "yes":
    guard.set()
leaks = 0
for vector in ALL:
    for document in jobs_of(vector.aimed(host=host, secret=secret)):
        try:
            pdf = draw_with_weasyprint_as_it_comes(document)
        except PermissionError:
            continue
        leaks += SECRET.encode() in pdf
print(len(guard.refused), leaks)
"""


@pytest.mark.slow
@pytest.mark.parametrize("guarded", ["yes", "no"])
def test_the_second_fence_alone_keeps_everything_in(
    guarded: str, listener: Listener, secret: str, tmp_path: Path
) -> None:
    arguments = [sys.executable, "-c", AUDITED, listener.host, secret, str(tmp_path), guarded]
    answer = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    refused = int(answer.stdout.split()[0])
    if guarded == "yes":
        assert listener.connections == 0
        assert refused > 0
    else:
        assert listener.connections >= 10
        assert refused == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/",
        "https://punos.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "PUNOS:logo",
        "punos:unknown",
        "punos:",
        "punos://logo",
        "/etc/passwd",
        "logo",
        "",
        "data:",
        "data:image/png;base64,A",
        "jar:file:///x",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_an_address_that_is_not_ours_is_refused_and_counted(address: str) -> None:
    fetcher = OnlyOurs({"logo": Asset("image/png", b"x")})
    with pytest.raises(AddressBlocked):
        fetcher.fetch(address)
    with pytest.raises(AddressBlocked):
        fetcher(address)
    assert fetcher.blocked == 2
    assert fetcher.addresses == [address[:60]] * 2


def test_our_own_files_and_those_written_into_the_document_are_known() -> None:
    fetcher = OnlyOurs({"logo å": Asset("image/svg+xml", b"<svg/>"), "a": Asset("font/ttf", b"f")})
    assert fetcher.fetch("punos:logo%20%C3%A5#part").read() == b"<svg/>"
    assert fetcher.fetch("punos:logo%20%C3%A5").content_type == "image/svg+xml"
    assert fetcher.fetch("punos:a").content_type == "font/ttf"
    assert fetcher.fetch("data:text/css;charset=utf-8,p%7B%7D").read() == b"p{}"
    assert fetcher.fetch("data:text/css;charset=utf-8,p%7B%7D").charset == "utf-8"
    assert fetcher.fetch("data:;base64,YWI=").read() == b"ab"
    assert fetcher.blocked == 0


def test_the_long_list_of_refusals_is_kept_short() -> None:
    fetcher = OnlyOurs({})
    for number in range(100):
        with pytest.raises(AddressBlocked):
            fetcher.fetch(f"http://x.invalid/{number}" + "y" * 1000)
    assert fetcher.blocked == 100
    assert len(fetcher.addresses) == 20
    assert max(map(len, fetcher.addresses)) == 60
