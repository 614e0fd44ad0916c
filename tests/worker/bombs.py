"""Documents made to eat time, memory or pages, and harmless ones that look alike."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

from tests.worker.papers import STYLE, job
from worker.documents.job import MEBIBYTE, Asset, Limits, Reason, RenderJob

SMALL: Final = Limits(cpu_seconds=1, wall_seconds=20, memory_bytes=400 * MEBIBYTE, max_pages=20, max_bytes=5 * MEBIBYTE)


@dataclass(frozen=True)
class Bomb:
    """A document, and the reasons it may be stopped for: which comes first depends on the machine."""

    name: str
    job: RenderJob
    reasons: frozenset[Reason]


def _bomb(name: str, body: str, *reasons: Reason, style: str = "", picture: bytes = b"", kind: str = "svg+xml") -> Bomb:
    assets = {"picture": Asset(f"image/{kind}", picture)} if picture else {}
    return Bomb(name, job(body, stylesheets=(STYLE, style), assets=assets, limits=SMALL), frozenset(reasons))


def doubling(levels: int, times: int = 2) -> bytes:
    """An SVG whose drawing repeats one square `times ** levels` times."""
    repeated = "".join(
        f'<g id="l{level + 1}">' + f'<use href="#l{level}"/>' * times + "</g>" for level in range(levels)
    )
    return svg(f'<defs><g id="l0"><rect width="1" height="1"/></g>{repeated}</defs><use href="#l{levels}"/>')


def svg(body: str, *, before: str = "") -> bytes:
    """An SVG picture with this in it."""
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">{body}</svg>'.encode()


def png(width: int, height: int, *, kept_rows: int | None = None) -> bytes:
    """A valid white PNG of one bit a pixel, or one that holds fewer rows than its header says."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    row = b"\0" + b"\xff" * ((width + 7) // 8)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(row) for _ in range(height if kept_rows is None else kept_rows)) + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


ENTITIES: Final = svg(
    "<text>&j;</text>",
    before='<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>",
)
XXE: Final = svg("<text>&x;</text>", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
SELF_USE: Final = svg('<g id="a"><use href="#a"/><rect width="9" height="9"/></g><use href="#a"/>')
MUTUAL_USE: Final = svg('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g><use href="#a"/>')

_PICTURE = '<img alt="x" src="punos:picture">'
_TABLE_ROWS = "<tr><td>työ</td><td>1</td><td>kpl</td><td>24,90</td><td>24,90</td></tr>"

BOMBS: Final = (
    _bomb("use-262144", _PICTURE, Reason.TOO_LONG_CPU, picture=doubling(18)),
    _bomb("use-100000000", _PICTURE, Reason.TOO_LONG_CPU, picture=doubling(8, times=10)),
    _bomb("inline-use", f"<div>{doubling(18).decode()}</div>", Reason.TOO_LONG_CPU, Reason.MISSING_ALT),
    _bomb(
        "huge-png",
        _PICTURE,
        Reason.OUT_OF_MEMORY,
        Reason.TOO_LONG_CPU,
        Reason.LOST_PICTURE,
        picture=png(13_000, 13_000),
        kind="png",
    ),
    _bomb("long-paragraph", "<p>" + "sana " * 100_000, Reason.TOO_LONG_CPU, Reason.TOO_MANY_PAGES),
    _bomb("long-word", "<p>" + "a" * 1_000_000, Reason.TOO_LONG_CPU, Reason.OUT_OF_MEMORY),
    _bomb(
        "tiny-pages",
        "<p>" + "sana " * 2_000,
        Reason.TOO_MANY_PAGES,
        Reason.TOO_LONG_CPU,
        style="@page { size: 1px; margin: 0 }",
    ),
    _bomb("many-pages", "<p style='break-after: page'>x</p>" * 30, Reason.TOO_MANY_PAGES),
    _bomb("nested-tables", "<table><tr><td>" * 60, Reason.TOO_DEEP, Reason.TOO_LONG_CPU),
    _bomb("nested-div", "<div>" * 200, Reason.TOO_DEEP),
    _bomb("nested-div-100000", "<div>" * 100_000, Reason.TOO_DEEP, Reason.TOO_LONG_CPU),
    _bomb(
        "colspan",
        "<table><tr><td colspan='1000000'>x</td><td>y</td></tr></table>",
        Reason.TOO_LONG_CPU,
        Reason.OUT_OF_MEMORY,
    ),
    _bomb("many-rows", f"<table>{_TABLE_ROWS * 2_000}</table>", Reason.TOO_LONG_CPU, Reason.TOO_MANY_PAGES),
    _bomb("many-paths", _PICTURE, Reason.TOO_LONG_CPU, picture=svg('<path d="M0 0L9 9z" stroke="red"/>' * 50_000)),
    _bomb("many-paragraphs", "<p>x</p>" * 200_000, Reason.TOO_LONG_CPU, Reason.TOO_MANY_PAGES),
)

TRICKS: Final = (
    _bomb("entities", _PICTURE, Reason.LOST_PICTURE, picture=ENTITIES),
    _bomb("xxe", _PICTURE, Reason.LOST_PICTURE, picture=XXE),
    _bomb("self-use", _PICTURE, Reason.LOST_PICTURE, picture=SELF_USE),
    _bomb("mutual-use", _PICTURE, Reason.LOST_PICTURE, picture=MUTUAL_USE),
)
