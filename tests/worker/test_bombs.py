"""Documents that would eat the machine are stopped with a reason, and nobody else notices."""

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.worker.bombs import BOMBS, SMALL, TRICKS, Bomb, doubling
from tests.worker.papers import everything_in, job
from worker.documents import process
from worker.documents.job import MEBIBYTE, Asset, Limits, Progress, Reason, RenderFailed, Step
from worker.documents.process import Renderer

pytestmark = pytest.mark.requires_pdf

PROJECT = Path(__file__).parents[2]
PATIENCE = 30
ENDLESS = job(
    '<img alt="x" src="punos:picture">',
    assets={"picture": Asset("image/svg+xml", doubling(40))},
    limits=replace(SMALL, cpu_seconds=60, wall_seconds=60),
)


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


def zygote_of(renderer: Renderer) -> int:
    renderer.warm()
    assert renderer._nursery is not None
    return renderer._nursery.process.pid


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(is_so: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"not so after {PATIENCE} s: {what}"
        time.sleep(0.01)


def _burns_a_second(bomb: Bomb) -> bool:
    return Reason.TOO_LONG_CPU in bomb.reasons and bomb.name not in {"use-262144", "tiny-pages", "nested-tables"}


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(bomb, id=bomb.name, marks=[pytest.mark.slow] if _burns_a_second(bomb) else [])
        for bomb in (*BOMBS, *TRICKS)
    ],
)
def test_whatever_a_bomb_does_it_fails_with_a_reason_and_leaves_nothing(bomb: Bomb, renderer: Renderer) -> None:
    good = renderer.draw(job()).sha256
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(bomb.job)
    assert failed.value.reason in bomb.reasons, failed.value
    assert children_of(zygote_of(renderer)) == []
    assert list(renderer._nursery.root.glob("*/*")) == []  # type: ignore[union-attr]
    assert renderer.draw(job()).sha256 == good


def test_others_are_drawn_while_a_bomb_burns(renderer: Renderer) -> None:
    expected = renderer.draw(job()).sha256
    burning = replace(ENDLESS, limits=replace(SMALL, cpu_seconds=2))
    has_failed = threading.Event()

    def burn() -> Reason:
        try:
            renderer.draw(burning)
        except RenderFailed as failure:
            return failure.reason
        finally:
            has_failed.set()
        raise AssertionError("the bomb was drawn")

    drawn = 0
    with ThreadPoolExecutor(1) as pool:
        bomb = pool.submit(burn)
        while not has_failed.is_set():
            assert renderer.draw(job()).sha256 == expected
            drawn += 1
        assert bomb.result() is Reason.TOO_LONG_CPU
    assert drawn >= 3


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(cpu_seconds=1), Reason.TOO_LONG_CPU),
        (Limits(cpu_seconds=60, wall_seconds=0.5), Reason.TOO_LONG_WALL),
    ],
)
def test_each_clock_stops_a_document_that_never_ends(renderer: Renderer, limits: Limits, reason: Reason) -> None:
    began_at = time.monotonic()
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(replace(ENDLESS, limits=limits))
    assert failed.value.reason is reason
    assert time.monotonic() - began_at < PATIENCE
    assert children_of(zygote_of(renderer)) == []


def test_a_document_may_not_take_more_memory_than_its_limit(renderer: Renderer) -> None:
    hungry = job("<table><tr><td colspan='3000000'>x</td></tr></table>", limits=replace(SMALL, cpu_seconds=30))
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(replace(hungry, limits=replace(hungry.limits, memory_bytes=300 * MEBIBYTE)))
    assert failed.value.reason is Reason.OUT_OF_MEMORY


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(max_pages=2), Reason.TOO_MANY_PAGES),
        (Limits(max_bytes=1000), Reason.TOO_LARGE),
        (Limits(max_pictures=0), Reason.TOO_MANY_PICTURES),
    ],
)
def test_pages_bytes_and_pictures_have_their_limits(renderer: Renderer, limits: Limits, reason: Reason) -> None:
    picture = {"p": Asset("image/svg+xml", doubling(1))}
    document = job("<h1 style='break-after: page'>x</h1>" * 3 + "<img alt='x' src='punos:p'>", assets=picture)
    assert renderer.draw(document).pages == 4
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(replace(document, limits=limits))
    assert failed.value.reason is reason


def test_a_line_adds_to_the_time_a_document_may_take() -> None:
    assert Limits.for_lines(0).cpu_seconds == 10
    assert Limits.for_lines(400, max_pages=5) == Limits(cpu_seconds=70, max_pages=5)


def test_the_child_lives_behind_its_limits_in_a_session_of_its_own(renderer: Renderer) -> None:
    zygote = zygote_of(renderer)
    seen: dict[str, str] = {}

    def look(_: Progress) -> None:
        for child in children_of(zygote):
            seen["limits"] = Path(f"/proc/{child}/limits").read_text()
            seen["session"] = "own" if os.getsid(child) == child == os.getpgid(child) else "shared"
            seen["folder"] = str(Path(f"/proc/{child}/cwd").readlink())
            seen["files"] = " ".join(str(fd.readlink()) for fd in Path(f"/proc/{child}/fd").iterdir())
            seen["status"] = Path(f"/proc/{child}/status").read_text()

    renderer.draw(job(limits=Limits(cpu_seconds=7.2, memory_bytes=500 * MEBIBYTE)), look)
    rows = {row[:26].strip(): row[26:].split()[:2] for row in seen["limits"].splitlines()}
    assert rows["Max cpu time"] == ["8", "9"]
    assert rows["Max address space"] == [str(500 * MEBIBYTE)] * 2
    assert rows["Max core file size"] == ["0", "0"]
    assert rows["Max open files"] == ["64", "64"]
    assert rows["Max file size"] == [str(64 * MEBIBYTE)] * 2
    assert seen["session"] == "own"
    assert Path(seen["folder"]).parent == renderer._nursery.root  # type: ignore[union-attr]
    assert "socket:" not in seen["files"]
    assert "NoNewPrivs:\t1" in seen["status"]


def test_no_secret_of_ours_is_in_the_renderers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "planted-in-the-environment")
    monkeypatch.setenv("DATABASE_URL", "planted-in-the-environment")
    with Renderer() as renderer:
        environment = Path(f"/proc/{zygote_of(renderer)}/environ").read_bytes()
    assert b"PYTHONHASHSEED=0" in environment
    assert b"planted" not in environment


def test_the_renderer_carries_neither_django_nor_celery() -> None:
    code = (
        "import sys, worker.documents.zygote;"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'django', 'celery', 'psycopg', 'kombu'}))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert answer.stdout.strip() == "[]"


def test_whoever_asks_for_a_document_does_not_load_what_draws_it() -> None:
    code = "import sys, worker.documents.process; print('weasyprint' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT)
    assert answer.stdout.strip() == "False"


def test_steps_are_told_in_their_order_and_pages_by_number(renderer: Renderer) -> None:
    told: list[Progress] = []
    rendered = renderer.draw(job("<h1 style='break-after: page'>x</h1>" * 4), told.append)
    assert rendered.pages == 4
    steps = [progress.step for progress in told]
    assert list(dict.fromkeys(steps)) == list(Step)
    assert [progress.page for progress in told if progress.step is Step.LAYING_OUT][:4] == [1, 2, 3, 4]
    assert {progress.page for progress in told if progress.step is not Step.LAYING_OUT} == {None}


def test_when_page_numbers_must_settle_the_number_of_pages_is_known(renderer: Renderer) -> None:
    style = "@page { @top-left { content: counter(pages) } } a::after { content: target-counter(attr(href), page) }"
    body = "<a href='#end'>loppu</a>" + "<h1 style='break-after: page'>x</h1>" * 3 + "<p id='end'>x</p>"
    told: list[Progress] = []
    renderer.draw(job(body, stylesheets=(style,)), told.append)
    assert {progress.pages for progress in told if progress.step is Step.LAYING_OUT} == {None, 4}


class Cancelled(Exception):
    """Stands for a lost lease: the caller wants the work dropped."""


def test_a_caller_who_changes_his_mind_ends_the_child_at_once(renderer: Renderer) -> None:
    def cancel(progress: Progress) -> None:
        if progress.step is Step.DRAWING:
            raise Cancelled

    with pytest.raises(Cancelled):
        renderer.draw(ENDLESS, cancel)
    assert children_of(zygote_of(renderer)) == []
    assert renderer.draw(job()).pages == 1


def test_closing_ends_what_is_being_drawn_and_drawing_begins_anew() -> None:
    renderer = Renderer()
    zygote = zygote_of(renderer)
    is_drawing = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        drawing = pool.submit(renderer.draw, ENDLESS, lambda _: is_drawing.set())
        assert is_drawing.wait(PATIENCE)
        (child,) = children_of(zygote)
        renderer.close()
        with pytest.raises(RenderFailed) as failed:
            drawing.result(PATIENCE)
    assert failed.value.reason is Reason.STOPPED
    wait_until(lambda: not is_running(child) and not is_running(zygote), "child and zygote are gone")
    assert renderer.draw(job()).pages == 1
    renderer.close()
    renderer.close()


def test_a_renderer_that_was_killed_is_started_again() -> None:
    with Renderer() as renderer:
        zygote = zygote_of(renderer)
        is_drawing = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            drawing = pool.submit(renderer.draw, ENDLESS, lambda _: is_drawing.set())
            assert is_drawing.wait(PATIENCE)
            (child,) = children_of(zygote)
            os.kill(zygote, signal.SIGKILL)
            with pytest.raises(RenderFailed) as failed:
                drawing.result(PATIENCE)
        assert failed.value.reason is Reason.CRASHED
        wait_until(lambda: not is_running(child), "the child died with its parent")
        assert renderer.draw(job()).pages == 1
        assert zygote_of(renderer) != zygote


STARTER = """
import sys
from tests.worker.test_bombs import ENDLESS, children_of, zygote_of
from worker.documents.process import Renderer
renderer = Renderer()
zygote = zygote_of(renderer)
def tell(progress):
    if progress.step == "drawing":
        print(zygote, *children_of(zygote), renderer._nursery.root, flush=True)
renderer.draw(ENDLESS, tell)
"""


def test_when_the_worker_is_killed_its_renderer_and_children_go_with_it() -> None:
    with subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True, cwd=PROJECT) as starter:
        assert starter.stdout is not None
        *pids, folder = starter.stdout.readline().split()
        assert len(pids) == 2
        assert all(is_running(int(pid)) for pid in pids)
        starter.kill()
        starter.wait()
    wait_until(lambda: not any(is_running(int(pid)) for pid in pids), "nothing runs any more")
    assert Path(folder).exists()
    process._sweep()
    assert not Path(folder).exists()


def test_sweeping_spares_the_folders_of_the_living(renderer: Renderer) -> None:
    zygote_of(renderer)
    process._sweep()
    assert renderer.draw(job()).pages == 1


def test_threads_share_one_renderer(renderer: Renderer) -> None:
    with ThreadPoolExecutor(4) as pool:
        prints = list(pool.map(lambda number: renderer.draw(job(f"<p>{number % 3}</p>")).sha256, range(12)))
    assert len(set(prints)) == 3
    assert prints[:3] * 4 == prints


def test_a_forked_process_begins_a_renderer_of_its_own(renderer: Renderer) -> None:
    zygote = zygote_of(renderer)
    gc.collect()
    pid = os.fork()
    if pid == 0:
        try:
            is_own = zygote_of(renderer) != zygote and renderer.draw(job()).pages == 1
            renderer.close()
            os._exit(0 if is_own else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert zygote_of(renderer) == zygote
    assert renderer.draw(job()).pages == 1


def test_the_same_job_gives_the_same_bytes_in_another_process(renderer: Renderer) -> None:
    document = job("<h1>Å</h1><p>ä <b>b</b> <i>i</i></p>" * 20)
    with Renderer() as another:
        assert another.draw(document).pdf == renderer.draw(document).pdf


def test_a_document_says_what_it_is_and_nothing_of_where_it_was_made(renderer: Renderer) -> None:
    content = everything_in(renderer.draw(job(author="Kuvitus Virtanen")).pdf)
    for expected in (
        b"Tarjous YT-2026-0001",
        b"Kuvitus Virtanen",
        b"pdfuaid",
        b"/MarkInfo",
        b"/StructTreeRoot",
        b"(fi)",
    ):
        assert expected in content, expected
    for hidden in (b"punos:", b"/tmp", b"/home", str(PROJECT).encode(), b"/JavaScript", b"/Launch", b"/EmbeddedFiles"):
        assert hidden not in content, hidden


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"html": "<html lang=fi><body><img src='data:image/svg+xml,x'>"}, Reason.LOST_PICTURE),
        ({"html": "<html lang=fi><body><a rel=attachment href='data:,x'>x</a>"}, Reason.EMBEDDED_FILE),
        ({"html": "<html lang=fi><head><link rel=attachment href='data:,x'>"}, Reason.EMBEDDED_FILE),
        ({"title": "  "}, Reason.MISSING_TITLE),
        ({"language": ""}, Reason.MISSING_LANGUAGE),
    ],
)
def test_what_a_sent_document_must_have_is_asked_for(
    renderer: Renderer, changes: dict[str, str], reason: Reason
) -> None:
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(replace(job(), **changes))  # type: ignore[arg-type]
    assert failed.value.reason is reason


def test_a_picture_without_description_stops_the_document(renderer: Renderer) -> None:
    picture = {"p": Asset("image/svg+xml", doubling(1))}
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(job("<img src='punos:p'>", assets=picture))
    assert failed.value.reason is Reason.MISSING_ALT


def test_a_fault_of_our_own_is_told_as_a_crash_with_its_place(renderer: Renderer) -> None:
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(job(variant="pdf/nonsense"))
    assert failed.value.reason is Reason.CRASHED
    assert "KeyError" in failed.value.detail


def test_only_the_picture_formats_we_accept_are_known(renderer: Renderer) -> None:
    gif = b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"
    with pytest.raises(RenderFailed) as failed:
        renderer.draw(job("<img alt='x' src='punos:p'>", assets={"p": Asset("image/gif", gif)}))
    assert failed.value.reason is Reason.LOST_PICTURE


def test_what_weasyprint_does_not_understand_is_told(renderer: Renderer) -> None:
    assert renderer.draw(job()).complaints == ()
    (complaint,) = renderer.draw(job(stylesheets=("p { colour: red }",))).complaints
    assert "colour" in complaint


def test_the_key_changes_with_whatever_changes_the_bytes_and_with_nothing_else() -> None:
    asset = {"a": Asset("image/png", b"x")}
    documents = [
        job(),
        job("y"),
        job(title="y"),
        job(language="sv"),
        job(identifier=b"y"),
        job(made_at=None),
        job(made_at=""),
        job(author="y"),
        job(variant="pdf/a-3a"),
        job(stylesheets=()),
        job(stylesheets=("a", "b")),
        job(stylesheets=("ab",)),
        job(assets=asset),
        job(assets={"b": asset["a"]}),
        job(assets={"a": Asset("image/jpeg", b"x")}),
        job(assets={"a": Asset("image/png", b"y")}),
        job(assets={"a": Asset("image/pngx", b"")}),
    ]
    assert len({document.key for document in documents}) == len(documents)
    assert job(limits=SMALL).key == job().key
    both = {"a": Asset("image/png", b"x"), "b": Asset("image/png", b"y")}
    assert job(assets=both).key == job(assets=dict(reversed(both.items()))).key
