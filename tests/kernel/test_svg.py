"""Logos drawn as SVG keep their shapes and colours and lose everything else."""

import contextlib
import re
import time

import py_svg_hush
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kernel.pictures import LONGEST_SIDE, PictureRefused
from kernel.svg import MAX_BYTES, MAX_DEPTH, MAX_EXPANSION, MAX_NODES, MEDIA_TYPE, clean_svg
from tests.kernel.logos import BEFORE, CLEANED, ILLUSTRATOR, MARK, REFUSED, drawn, repeating

SVG = "{http://www.w3.org/2000/svg}"


def read(content: bytes) -> etree._Element:
    return etree.fromstring(content)


def find(content: bytes, name: str) -> etree._Element:
    element = read(content).find(f".//{SVG}{name}")
    assert element is not None
    return element


def attributes(content: bytes, name: str) -> dict[str, str]:
    return {str(key): str(value) for key, value in find(content, name).attrib.items()}


@pytest.mark.parametrize("name", CLEANED)
def test_a_tricky_drawing_loses_its_trick(name: str) -> None:
    try:
        content = clean_svg(drawn(CLEANED[name], before=BEFORE.get(name, ""))).content
    except PictureRefused as refused:
        assert refused.code == "svg_broken"  # noqa: PT017
        return
    assert MARK.encode() not in content
    for element in read(content).iter():
        assert isinstance(element.tag, str)
        assert element.tag.startswith(SVG)
        assert element.tag.removeprefix(SVG) not in {"script", "style", "image", "foreignObject", "a", "set"}
        for attribute, value in element.attrib.items():
            assert not str(attribute).lower().startswith("on")
            assert attribute != "href" or str(value).startswith("#")
            assert re.search(r"url\((?!#)|script:|\\|//", str(value)) is None


def test_there_are_forty_tricks_and_most_survive_the_cleaning_library_alone_or_need_us() -> None:
    assert len(CLEANED) == 40
    hushed = [py_svg_hush.filter_svg(drawn(body)) for name, body in CLEANED.items() if name != "root-onload"]
    assert sum(MARK.encode() in content or b"<style" in content for content in hushed) >= 5


@pytest.mark.parametrize("name", REFUSED)
def test_a_harmful_drawing_is_refused_before_anything_is_drawn(name: str) -> None:
    content, code = REFUSED[name]
    began_at = time.process_time()
    with pytest.raises(PictureRefused) as refused:
        clean_svg(content)
    assert refused.value.code == code
    assert time.process_time() - began_at < 2


def test_a_drawing_programs_file_keeps_its_colours_without_its_style_sheet() -> None:
    picture = clean_svg(ILLUSTRATOR)
    assert (picture.media_type, picture.width, picture.height) == (MEDIA_TYPE, 1000, 500)
    assert attributes(picture.content, "path") == {"d": "M0,0h100v100H0z", "fill": "#1D5C63"}
    circle = attributes(picture.content, "circle")
    assert (circle["fill"], circle["stroke"], circle["stroke-width"]) == ("none", "url(#g)", "9")
    edge = attributes(picture.content, "rect")
    assert (edge["fill"], edge["stroke"], edge["opacity"], edge["stroke-width"]) == ("none", "#00F", ".5", "3")
    assert find(picture.content, "stop").get("stop-color") == "#FF0000"
    text = "".join(map(str, find(picture.content, "text").itertext()))
    assert text.split() == ["hei", "vaan", "sinä"]
    assert b"<style" not in picture.content
    assert b"class=" not in picture.content


@pytest.mark.parametrize("content", [ILLUSTRATOR, *(drawn(body) for body in CLEANED.values())])
def test_cleaning_twice_changes_nothing(content: bytes) -> None:
    try:
        once = clean_svg(content)
    except PictureRefused:
        return
    assert clean_svg(once.content) == once


@given(st.text(alphabet=st.sampled_from("abg#.:;,{}()<>/*@\"'\\ url import=&"), max_size=300))
def test_no_style_sheet_brings_a_fault_or_an_address(sheet: str) -> None:
    escaped = sheet.replace("&", "&amp;").replace("<", "&lt;")
    content = clean_svg(drawn(f"<style>{escaped}</style><rect class='a b g' id='a'/><g/>")).content
    assert b"url(" not in content.replace(b"url(#", b"")


@pytest.mark.parametrize(
    "body",
    [
        "<style>" + "/*" * 95_000 + "</style>",
        "<style>" + "(" * 190_000 + "</style>",
        "<style>" + ".a{fill:red}" * 9_000 + "</style>" + "<g class='a'/>" * 90,
        "<style>" + ".a{fill:red}" * 499 + "</style>" + "<g class='a'/>" * 4_900,
        "<style>" + ".a{fill:red}" * 499 + "</style><g class='" + "a " * 40_000 + "'/>",
        "<g fill='" + "url(#" * 38_000 + "'/>",
        "<g style='" + "fill:red;" * 20_000 + "'/>",
        "<path d='" + "1e" * 90_000 + "'/>",
        "<path d='" + "." * 180_000 + "'/>",
    ],
)
def test_a_drawing_of_nothing_but_marks_takes_no_long_time(body: str) -> None:
    began_at = time.process_time()
    with contextlib.suppress(PictureRefused):
        clean_svg(drawn(body))
    assert time.process_time() - began_at < 5


def test_what_a_drawing_may_hold_at_most() -> None:
    clean_svg(drawn("<g/>" * (MAX_NODES - 1)))
    clean_svg(drawn("<g>" * (MAX_DEPTH - 1) + "</g>" * (MAX_DEPTH - 1)))
    clean_svg(drawn(" " * (MAX_BYTES - len(drawn("")))))
    clean_svg(repeating(10, 2))
    with pytest.raises(PictureRefused):
        clean_svg(repeating(13, 2))
    assert 2**11 < MAX_EXPANSION < 2**15


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ('viewBox="0 0 300 100"', (1000, 333)),
        ('viewBox="0,0,1,2"', (500, 1000)),
        ('viewBox="-5 -5 1e2 50" width="3" height="9"', (1000, 500)),
        ('width="20mm" height="10mm"', (1000, 500)),
        ('width="1" height="1"', (1000, 1000)),
    ],
)
def test_a_drawing_is_given_the_pixels_it_fills(size: str, pixels: tuple[int, int]) -> None:
    picture = clean_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect/></svg>'.encode())
    assert (picture.width, picture.height) == pixels
    assert max(pixels) == LONGEST_SIDE
    assert (read(picture.content).get("width"), read(picture.content).get("height")) == tuple(map(str, pixels))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_a_drawing_is_read_in_the_encoding_it_names(encoding: str) -> None:
    declared = {"latin-1": "ISO-8859-1"}.get(encoding, encoding.removesuffix("-sig"))
    text = f'<?xml version="1.0" encoding="{declared}"?>{drawn("<text>Yö</text>").decode()}'
    assert "Yö".encode() in clean_svg(text.encode(encoding)).content
