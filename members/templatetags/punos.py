"""The components of the pages: `{% ui "card" %}…{% endui %}`, icons, threads and braids."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.template.exceptions import TemplateSyntaxError
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from members.web import braid as drawing
from members.web.colours import is_colour, on_dark, on_light

register = template.Library()

RAIL: Final = drawing.Bundle(start=0, end=1104, middle=30, radius=15, period=150)
PARTING = 96
MARK_AT = (100.0, 29.0)
MANY_STRANDS = 6


class Component(template.Node):
    """A template of `templates/ui/` with the enclosed text as its `body`."""

    def __init__(self, name: FilterExpression, values: dict[str, FilterExpression], body: NodeList) -> None:
        self.name, self.values, self.body = name, values, body

    def render(self, context: Context) -> SafeString:
        """The component, seeing everything the page sees."""
        values = {name: value.resolve(context) for name, value in self.values.items()}
        body = self.body.render(context)
        found = context.template.engine.get_template(f"ui/{self.name.resolve(context)}.html")  # type: ignore[union-attr]
        with context.push(**values, body=body):
            return found.render(context)


@register.tag
def ui(parser: Parser, token: Token) -> Component:
    """`{% ui "card" title=title %}…{% endui %}`: a component around some content."""
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("ui takes the name of a component")
    values = token_kwargs(bits[1:], parser)
    body = parser.parse(("endui",))
    parser.delete_first_token()
    return Component(parser.compile_filter(bits[0]), values, body)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of our sprite; it never carries meaning alone, so it is hidden from screen readers."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        f" {extra}" if extra else "",
        static("icons/sprite.svg"),
        name,
    )


@register.filter
def thread_class(colour: str) -> str:
    """The class that gives an element a firm's colour; `thread_colours` must have declared it."""
    return f"t-{colour[1:]}" if is_colour(str(colour)) else "t-none"


@register.simple_tag(takes_context=True)
def thread_colours(context: Context, colours: Iterable[str]) -> SafeString:
    """A style element that declares the colours of the threads on this page, for light and for dark."""
    known = sorted({colour for colour in colours if is_colour(str(colour))})
    if not known:
        return SafeString("")
    rules = format_html_join(
        "",
        ".{}{{--thread:light-dark({},{});--on-thread:light-dark(#fff,#0f1415)}}",
        ((thread_class(colour), on_light(colour), on_dark(colour)) for colour in known),
    )
    return format_html('<style nonce="{}">{}</style>', context.get("csp_nonce", ""), rules)


@register.simple_tag
def thread(initials: str, colour: str, firm: str = "") -> SafeString:
    """The mark of a firm: its initials on its colour."""
    title = format_html(' title="{}"', firm) if firm else ""
    return format_html('<span class="thread {}"{}>{}</span>', thread_class(colour), title, initials)


@register.simple_tag
def thread_dot(colour: str) -> SafeString:
    """A dot in a firm's colour, beside words that name the firm."""
    return format_html('<span class="thread-dot {}" aria-hidden="true"></span>', thread_class(colour))


@register.simple_tag
def braid(
    colours: Sequence[str],
    width: int = 600,
    height: int = 40,
    done: int = 100,
    *,
    upright: bool = False,
    stretch: bool = False,
) -> Any:
    """A braid of these threads. With `done` below 100 the rest of it is still uncoloured: progress.

    It fills its box by showing less of itself, or, with `stretch`, whole and drawn out: then a half is a half anywhere.
    """
    across = width if upright else height
    count = max(1, len(colours))
    bundle = drawing.Bundle(
        start=4,
        end=(height if upright else width) - 4,
        middle=across / 2,
        radius=across / 2 - _stroke(count) / 2 - 1,
        period=across * 3.4,
        upright=upright,
    )
    strands = drawing.strands(count, bundle)
    if done >= 100:  # noqa: PLR2004 - per cent
        inner = _woven(strands, [thread_class(colour) for colour in colours], count)
    else:
        cut = round((height if upright else width) * done / 100)
        size = (f"0 {cut} {width} {height - cut}", f"0 0 {width} {cut}") if upright else (
            f"{cut} 0 {width - cut} {height}", f"0 0 {cut} {height}"
        )  # fmt: skip
        inner = _window(size[0], _woven(strands, None, count)) + _window(
            size[1], _woven(strands, [thread_class(colour) for colour in colours], count)
        )
    return format_html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="{}" aria-hidden="true" focusable="false">{}</svg>',
        width,
        height,
        "none" if stretch else "xMidYMid slice",
        inner,
    )


@register.simple_tag
def rail_braid(colours: Sequence[str]) -> Any:
    """The braid down the margin of an offer, with each thread running into its lane at the foot."""
    count = max(1, len(colours))
    classes = [thread_class(colour) for colour in colours] or ["t-none"]
    woven = _woven(drawing.strands(count, RAIL), classes, count)
    parted = _together(
        _cased(path, classes[k], count) for k, path in reversed(list(enumerate(drawing.parting(count, RAIL, PARTING))))
    )
    return format_html('<svg viewBox="0 0 100 1200" aria-hidden="true" focusable="false">{}{}</svg>', woven, parted)


@register.simple_tag
def rail_lanes(colours: Sequence[str], position: int) -> Any:
    """Beside one firm's row: its thread leads to its mark, and those of the firms below run on."""
    count = max(1, len(colours))
    lanes = drawing.lanes(count, RAIL)
    below = _together(
        _cased(f"M{lanes[k]:.1f} 0V1200", thread_class(colours[k]), count) for k in range(position + 1, count)
    )
    own = _cased(drawing.leaving(lanes[position], MARK_AT), thread_class(colours[position]), count)
    return format_html('<svg viewBox="0 0 100 1200" aria-hidden="true" focusable="false">{}{}</svg>', below, own)


def _stroke(count: int) -> float:
    return 4.5 if count <= MANY_STRANDS else 3


def _cased(path: str, css: str, count: int) -> SafeString:
    return format_html(
        '<path class="casing" stroke-width="{}" d="{}"/><path class="strand {}" stroke-width="{}" d="{}"/>',
        _stroke(count) + 4,
        path,
        css,
        _stroke(count),
        path,
    )


def _woven(strands: Sequence[drawing.Strand], classes: Sequence[str] | None, count: int) -> SafeString:
    width = _stroke(count)

    def stroke(path: str, css: str, stroke_width: float) -> SafeString:
        return format_html('<path class="{}" stroke-width="{}" d="{}"/>', css, stroke_width, path)

    def css_of(strand: drawing.Strand) -> str:
        return f"strand {classes[strand.index]}" if classes else "strand-rest"

    behind = [stroke(strand.back, css_of(strand), width) for strand in strands if strand.back]
    casings = [stroke(strand.front, "casing", width + 4) for strand in strands] if len(strands) > 1 else []
    front = [stroke(strand.front, css_of(strand), width) for strand in strands]
    return _together([*behind, *casings, *front])


def _together(pieces: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _window(box: str, content: SafeString) -> SafeString:
    x, y, width, height = box.split()
    return format_html(
        '<svg x="{}" y="{}" width="{}" height="{}" viewBox="{}" overflow="hidden">{}</svg>',
        x,
        y,
        width,
        height,
        box,
        content,
    )
