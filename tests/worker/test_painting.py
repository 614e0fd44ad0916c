"""Logos drawn as SVG become pixels behind the renderer's fence."""

import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from PIL import Image

from kernel.svg import clean_svg
from tests.kernel.logos import ILLUSTRATOR, drawn
from tests.worker.bombs import doubling
from tests.worker.listener import Listener
from tests.worker.papers import job
from worker.documents.job import Limits, PaintJob, Reason, RenderFailed
from worker.documents.process import Renderer

pytestmark = pytest.mark.requires_pdf


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


def test_a_logo_becomes_pixels_in_its_colours_and_clear_around_them(renderer: Renderer) -> None:
    picture = renderer.paint(PaintJob.of(clean_svg(ILLUSTRATOR)))
    image = Image.open(io.BytesIO(picture.content))
    assert (picture.media_type, image.format, image.mode) == ("image/png", "PNG", "RGBA")
    assert image.size == (picture.width, picture.height) == (1000, 500)
    assert image.getpixel((250, 250)) == (0x1D, 0x5C, 0x63, 255)
    assert image.getpixel((600, 30)) == (0, 0, 0, 0)


def test_the_same_logo_gives_the_same_bytes(renderer: Renderer) -> None:
    paint = PaintJob.of(clean_svg(ILLUSTRATOR))
    with Renderer() as another:
        assert renderer.paint(paint) == another.paint(paint)


@pytest.mark.parametrize(
    "body",
    [
        '<path d="M0 0H100000000" stroke="red" stroke-dasharray="0.0001"/>',
        '<rect width="1e9" height="1e9" fill="url(#p)"/><pattern id="p" width="0.001" height="0.001"><rect/></pattern>',
        '<rect width="99" height="99" transform="scale(1e-9) rotate(1) scale(1e9)" stroke-width="1e30" stroke="red"/>',
        '<text font-size="1e9">Å</text>',
        '<circle r="nan" cx="inf"/><path d="M0 0L1e999 9"/>',
    ],
)
def test_an_odd_drawing_is_painted_or_stopped_and_the_next_one_painted(renderer: Renderer, body: str) -> None:
    odd = PaintJob.of(clean_svg(drawn(body)))
    try:
        assert renderer.paint(replace(odd, limits=Limits(cpu_seconds=1, wall_seconds=10))).width == odd.width
    except RenderFailed as failure:
        assert failure.reason in {  # noqa: PT017
            Reason.TOO_LONG_CPU,
            Reason.OUT_OF_MEMORY,
            Reason.LOST_PICTURE,
            Reason.CRASHED,
        }
    assert renderer.paint(PaintJob.of(clean_svg(drawn("<rect/>")))).width == 1000


def test_a_drawing_that_was_never_cleaned_meets_the_fence(renderer: Renderer) -> None:
    with Listener() as listener:
        outside = f'<image href="http://{listener.host}/x" width="9" height="9"/>'
        with pytest.raises(RenderFailed) as failed:
            renderer.paint(PaintJob(svg=drawn(outside), width=10, height=10))
        assert failed.value.reason is Reason.BLOCKED_ADDRESS
        assert listener.connections == 0
    with pytest.raises(RenderFailed) as failed:
        renderer.paint(PaintJob(svg=doubling(30), width=10, height=10, limits=Limits(cpu_seconds=1)))
    assert failed.value.reason is Reason.TOO_LONG_CPU


def test_documents_and_logos_share_one_renderer(renderer: Renderer) -> None:
    renderer.paint(PaintJob.of(clean_svg(ILLUSTRATOR)))
    assert renderer.draw(job()).pages == 1
