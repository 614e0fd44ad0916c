"""Logos drawn as SVG, reduced to plain shapes: no script, no style sheet, no picture, nothing from outside.

The cleaning library makes its output up to ten thousand times larger than a maliciously nested drawing, so the drawing
is surveyed first, by a parser that reads along and keeps nothing. What is left afterwards is still only drawn behind
the renderer's fence, and shown as pixels.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

import py_svg_hush
from lxml import etree

from kernel.pictures import LONGEST_SIDE, Picture, PictureRefused

MEDIA_TYPE: Final = "image/svg+xml"
MAX_BYTES: Final = 200_000
MAX_NODES: Final = 5_000
MAX_DEPTH: Final = 60
MAX_EXPANSION: Final = 20_000
"""Shapes once everything used several times is drawn; long paths count for more than one."""

_MAX_CHARACTERS: Final = 2 * MAX_BYTES
_MAX_ENTITY: Final = 200
_PATH_CHARACTERS_PER_SHAPE: Final = 200
_SVG: Final = "{http://www.w3.org/2000/svg}"
_XLINK_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_SHAPES: Final = frozenset(
    """
    svg g defs symbol use switch path rect circle ellipse line polyline polygon text tspan textPath title desc
    linearGradient radialGradient stop clipPath mask pattern marker
    """.split()  # noqa: SIM905 - a list to be read
)
_WRAPPERS: Final = frozenset({"a"})
_PROPERTIES: Final = frozenset(
    """
    clip-path clip-rule color display fill fill-opacity fill-rule font-family font-size font-style font-weight
    letter-spacing marker marker-end marker-mid marker-start mask opacity stop-color stop-opacity stroke
    stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width
    text-anchor visibility word-spacing
    """.split()  # noqa: SIM905 - a list to be read
)
_ATTRIBUTES: Final = _PROPERTIES | frozenset(
    """
    id href x y x1 y1 x2 y2 cx cy r rx ry dx dy fx fy fr d points width height viewBox preserveAspectRatio transform
    gradientTransform gradientUnits spreadMethod offset clipPathUnits maskUnits maskContentUnits patternUnits
    patternContentUnits patternTransform markerUnits markerWidth markerHeight orient refX refY rotate textLength
    lengthAdjust startOffset pathLength
    """.split()  # noqa: SIM905 - a list to be read
)
_PLAIN_VALUE: Final = re.compile(r"[^<>{}\\:]*", re.DOTALL)
_FUNCTION: Final = re.compile(r"([a-z-]{0,20})\s{0,9}\(")
_FUNCTIONS: Final = frozenset(
    {"rgb", "rgba", "hsl", "hsla", "matrix", "translate", "scale", "rotate", "skewx", "skewy"}
)
_LOCAL_ADDRESS: Final = re.compile(r"url\(\s{0,9}['\"]?#([^'\")\s]{1,200})['\"]?\s{0,9}\)")
_SELECTOR: Final = re.compile(r"(?P<tag>[a-zA-Z]+|\*)?(?:\.(?P<class>[\w-]+)|#(?P<id>[\w-]+))?")
_NUMBER: Final = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_LENGTH: Final = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+))\s*(?:px|pt|pc|mm|cm|in|em|ex)?\s*")
_MAX_RATIO: Final = 50


def clean_svg(content: bytes) -> Picture:
    """The drawing without anything but shapes, text and colours; style sheets of simple selectors are written out.

    Its width and height are the pixels it is to fill. Cleaning a cleaned drawing changes nothing.

    Raises PictureRefused: `picture_empty`, `svg_too_large`, `svg_too_many_shapes`, `svg_too_deep`,
    `svg_repeats_too_much`, `svg_outside`, `svg_without_size`, `svg_broken`.
    """
    if not content:
        raise PictureRefused("picture_empty")
    if len(content) > MAX_BYTES:
        raise PictureRefused("svg_too_large", kilobytes=MAX_BYTES // 1000)
    _Survey().read(content)
    try:
        root = etree.fromstring(py_svg_hush.filter_svg(content), _parser())
    except (ValueError, etree.XMLSyntaxError) as error:
        raise PictureRefused("svg_broken") from error
    if root.tag != f"{_SVG}svg":
        raise PictureRefused("svg_broken")
    _write_out_styles(root)
    _keep_shapes(root)
    _Expansion(root).measure()
    return _sized(root)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


class _Survey:
    """Counts what a drawing holds while a parser reads along, and stops it at the first excess."""

    def __init__(self) -> None:
        self.depth = self.nodes = self.characters = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._count
        self.parser.EntityDeclHandler = self._declare

    def read(self, content: bytes) -> None:
        try:
            self.parser.Parse(content, True)  # noqa: FBT003 - expat takes it by place
        except expat.ExpatError as error:
            raise PictureRefused("svg_broken") from error

    def _begin(self, _name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.nodes += 1
        if self.depth > MAX_DEPTH:
            raise PictureRefused("svg_too_deep")
        if self.nodes > MAX_NODES:
            raise PictureRefused("svg_too_many_shapes", shapes=MAX_NODES)
        for name, value in attributes.items():
            self._count(name)
            self._count(value)

    def _end(self, _name: str) -> None:
        self.depth -= 1

    def _count(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > _MAX_CHARACTERS:
            raise PictureRefused("svg_repeats_too_much")

    def _declare(
        self, _name: str, is_parameter: int, value: str | None, _base: str | None, *_place: str | None
    ) -> None:
        if is_parameter or value is None:
            raise PictureRefused("svg_outside")
        if len(value) > _MAX_ENTITY or "&" in value:
            raise PictureRefused("svg_repeats_too_much")


def _name(element: etree._Element) -> str:
    return element.tag.removeprefix(_SVG) if isinstance(element.tag, str) else ""


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.attrib.items()]


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    for element in root.iter():
        if isinstance(element.tag, str):
            yield element


_Selector = tuple[str | None, str | None, str | None]
"""An id, a class and a tag; None where any will do. It outweighs one that names less, from left to right."""


def _write_out_styles(root: etree._Element) -> None:
    """Turn rules and style attributes into attributes, so that a drawing keeps its colours without its style sheet."""
    said: dict[_Selector, dict[str, tuple[int, str]]] = {}
    sheets = ["".join(map(str, sheet.itertext())) for sheet in root.iter(f"{_SVG}style")]
    for place, (selector, name, value) in enumerate(rule for sheet in sheets for rule in _rules(sheet)):
        said.setdefault(selector, {})[name] = (place, value)
    for element in _elements(root):
        strongest: dict[str, tuple[tuple[bool, bool, bool], int, str]] = {}
        for selector in _selectors_of(element):
            weight = (selector[0] is not None, selector[1] is not None, selector[2] is not None)
            for name, (place, value) in said.get(selector, {}).items():
                strongest[name] = max(strongest.get(name, ((False, False, False), -1, "")), (weight, place, value))
        for name, (_, _, value) in strongest.items():
            element.set(name, value)
        for name, value in _declarations(element.get("style", "")):
            element.set(name, value)


def _selectors_of(element: etree._Element) -> Iterator[_Selector]:
    """The simple selectors that fit the element."""
    for class_name in {None, *element.get("class", "").split()}:
        for tag in (None, _name(element)):
            yield None, class_name, tag
            yield element.get("id"), class_name, tag


def _rules(sheet: str) -> Iterator[tuple[_Selector, str, str]]:
    for piece in _without_comments(sheet).split("}"):
        # The innermost brace is the rule's; what stands before it up to another brace or a semicolon is the selector.
        before, _, block = piece.rpartition("{")
        selectors = before.rpartition("{")[2].rpartition(";")[2]
        declarations = tuple(_declarations(block))
        for selector in selectors.split(","):
            match = _SELECTOR.fullmatch(selector.strip())
            if match and match[0]:
                tag = None if match["tag"] == "*" else match["tag"]
                for name, value in declarations:
                    yield (match["id"], match["class"], tag), name, value


def _without_comments(text: str) -> str:
    kept = []
    while text:
        before, opening, rest = text.partition("/*")
        kept.append(before)
        text = rest.partition("*/")[2] if opening else ""
    return "".join(kept)


def _declarations(block: str) -> Iterator[tuple[str, str]]:
    for declaration in _without_comments(block).split(";"):
        name, colon, value = declaration.partition(":")
        name, value = name.strip().lower(), value.replace("!important", "").strip()
        if colon and name in _PROPERTIES and _is_harmless(value):
            yield name, value


def _is_harmless(value: str) -> bool:
    """True for a value that calls nothing but a part of the drawing itself."""
    rest = _LOCAL_ADDRESS.sub("", value)
    return _PLAIN_VALUE.fullmatch(rest) is not None and _FUNCTIONS.issuperset(_FUNCTION.findall(rest.lower()))


def _keep_shapes(root: etree._Element) -> None:
    for element in list(root.iter()):
        if element is root or element.getparent() is None:
            continue
        if _name(element) in _WRAPPERS:
            element.tag = f"{_SVG}g"
        elif _name(element) not in _SHAPES or not element.tag.startswith(_SVG):
            _drop(element)
    for element in _elements(root):
        target = element.get(_XLINK_HREF)
        if target is not None and "href" not in element.attrib:
            element.set("href", target)
        for name, value in _attributes(element):
            is_local = name != "href" or value.startswith("#")
            if name not in _ATTRIBUTES or not is_local or not _is_harmless(value):
                del element.attrib[name]


def _drop(element: etree._Element) -> None:
    """Remove the element with all that is in it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)


@dataclass
class _Expansion:
    """How many shapes a drawing comes to when everything it uses is drawn where it is used."""

    root: etree._Element
    by_id: dict[str, etree._Element] = field(default_factory=dict)
    known: dict[etree._Element, int] = field(default_factory=dict)
    open: set[etree._Element] = field(default_factory=set)

    def measure(self) -> int:
        """The count; raises PictureRefused when it is excessive or never ends."""
        self.by_id = {element.get("id", ""): element for element in reversed(list(_elements(self.root)))}
        return self._of(self.root)

    def _of(self, element: etree._Element) -> int:
        if element in self.known:
            return self.known[element]
        if element in self.open or len(self.open) > MAX_DEPTH:
            raise PictureRefused("svg_repeats_too_much")
        self.open.add(element)
        path = element.get("d") or element.get("points") or ""
        count = 1 + (len(path) + len(element.text or "")) // _PATH_CHARACTERS_PER_SHAPE
        count += sum(self._of(child) for child in element if isinstance(child.tag, str))
        count += sum(self._of(self.by_id[name]) * times for name, times in self._used(element, path))
        self.open.discard(element)
        if count > MAX_EXPANSION:
            raise PictureRefused("svg_repeats_too_much")
        self.known[element] = count
        return count

    def _used(self, element: etree._Element, path: str) -> Iterator[tuple[str, int]]:
        for attribute, value in _attributes(element):
            names = [value[1:]] if attribute == "href" else _LOCAL_ADDRESS.findall(value)
            corners = len(_NUMBER.findall(path)) // 2 + 1 if attribute.startswith("marker") else 1
            for name in names:
                if name in self.by_id:
                    yield name, corners


def _sized(root: etree._Element) -> Picture:
    """The drawing with its size in pixels; refused when it has no size that makes sense."""
    box = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))]
    if len(box) != 4 or min(box[2:]) <= 0:  # noqa: PLR2004 - left, top, width, height
        width, height = _length(root.get("width")), _length(root.get("height"))
        if width is None or height is None:
            raise PictureRefused("svg_without_size")
        box = [0.0, 0.0, width, height]
    longest, shortest = max(box[2:]), min(box[2:])
    if longest / shortest > _MAX_RATIO:
        raise PictureRefused("svg_without_size")
    width, height = (max(1, round(side * LONGEST_SIDE / longest)) for side in box[2:])
    root.set("viewBox", " ".join(f"{number:g}" for number in box))
    root.set("width", str(width))
    root.set("height", str(height))
    for element in _elements(root):
        attributes = sorted(_attributes(element))
        element.attrib.clear()
        for name, value in attributes:
            element.set(name, value)
    etree.cleanup_namespaces(root)
    content = etree.tostring(root, encoding="utf-8")
    return Picture(media_type=MEDIA_TYPE, content=content, width=width, height=height)


def _length(value: str | None) -> float | None:
    match = _LENGTH.fullmatch(value or "")
    number = float(match[1]) if match else 0.0
    return number if number > 0 else None
