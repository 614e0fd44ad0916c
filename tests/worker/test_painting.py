"""Logos drawn as SVG become pixels behind the renderer's fence."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from bids.content import OfferFile
from kernel.pictures import clean_picture
from tests.kernel.logos import ILLUSTRATOR, REFUSED, drawn
from tests.kernel.test_pictures import with_notes
from tests.worker.listener import Listener
from tests.worker.papers import job
from worker.documents.job import Limits, PictureJob, Reason, RenderFailed
from worker.documents.pictures import DrawablePictures
from worker.documents.process import Renderer

pytestmark = pytest.mark.requires_pdf


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer() as renderer:
        yield renderer


def test_a_logo_becomes_pixels_in_its_colours_and_clear_around_them(renderer: Renderer) -> None:
    picture = renderer.paint(PictureJob(content=ILLUSTRATOR))
    image = Image.open(io.BytesIO(picture.content))
    assert (picture.media_type, image.format, image.mode) == ("image/png", "PNG", "RGBA")
    assert image.size == (picture.width, picture.height) == (1000, 500)
    assert image.getpixel((250, 250)) == (0x1D, 0x5C, 0x63, 255)
    assert image.getpixel((600, 30)) == (0, 0, 0, 0)


def test_the_same_logo_gives_the_same_bytes(renderer: Renderer) -> None:
    paint = PictureJob(content=ILLUSTRATOR)
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
    try:
        odd = PictureJob(content=drawn(body), limits=Limits(cpu_seconds=1, wall_seconds=10))
        assert renderer.paint(odd).width == 1000
    except RenderFailed as failure:
        assert failure.reason in {  # noqa: PT017
            Reason.TOO_LONG_CPU,
            Reason.OUT_OF_MEMORY,
            Reason.LOST_PICTURE,
            Reason.CRASHED,
        }
    assert renderer.paint(PictureJob(content=drawn("<rect/>"))).width == 1000


def test_a_photograph_is_cleaned_behind_the_fence(renderer: Renderer) -> None:
    for content in with_notes():
        picture = renderer.paint(PictureJob(content=content))
        assert picture == clean_picture(content)
        assert b"planted" not in picture.content


@pytest.mark.parametrize("name", ["use-100000000", "entity-bomb", "xxe", "far-too-deep", "empty"])
def test_a_harmful_drawing_is_refused_by_its_code(renderer: Renderer, name: str) -> None:
    content, code = REFUSED[name]
    with pytest.raises(RenderFailed) as failed:
        renderer.paint(PictureJob(content=content))
    assert (failed.value.reason, failed.value.detail) == (Reason.LOST_PICTURE, code)


def test_a_drawing_asks_nobody(renderer: Renderer) -> None:
    with Listener() as listener:
        outside = (
            f'<image href="http://{listener.host}/x" width="9" height="9"/><rect fill="url(http://{listener.host})"/>'
        )
        assert renderer.paint(PictureJob(content=drawn(outside))).width == 1000
        assert listener.connections == 0


def test_documents_and_logos_share_one_renderer(renderer: Renderer) -> None:
    renderer.paint(PictureJob(content=ILLUSTRATOR))
    assert renderer.draw(job()).pages == 1


def test_an_offers_pictures_are_cleaned_when_they_are_looked_up_and_only_then(renderer: Renderer) -> None:
    photograph, _, _ = with_notes()
    files = [
        OfferFile(name="logo", media_type="image/svg+xml", data=ILLUSTRATOR),
        OfferFile(name="photo", media_type="image/png", data=photograph),
        OfferFile(name="broken", media_type="image/png", data=b"hello"),
    ]
    pictures = DrawablePictures(files, renderer)
    assert list(pictures) == ["logo", "photo", "broken"]
    assert len(pictures) == 3
    assert (pictures["logo"].name, pictures["logo"].media_type) == ("logo", "image/png")
    assert pictures["photo"].media_type == "image/jpeg"
    assert b"planted" not in pictures["photo"].data
    assert pictures["logo"] is pictures["logo"]
    assert pictures.get("no such") is None
    with pytest.raises(RenderFailed):
        pictures["broken"]
