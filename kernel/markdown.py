"""What people write, in Markdown, turned into HTML that can hold nothing but text, or into plain text."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS: Final = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "h3", "h4", "h5", "h6", "blockquote", "a"})
SCHEMES: Final = frozenset({"http", "https", "mailto"})
MAX_DEPTH: Final = 6
"""Lists and quotations inside one another; what goes deeper is shown as it was typed."""
MAX_BRACKETS: Final = 1000
"""Opening brackets in one text; looking for links takes time that grows with their square."""

_LOWEST_HEADING: Final = 6
_PARSER_NESTING: Final = 40
_CONTAINERS: Final = frozenset({"bullet_list", "ordered_list", "blockquote"})
_LINK: Final = re.compile(r"(?:https?://|mailto:)[^\s]", re.IGNORECASE)
# Controls but tab and newline, surrogates that no encoding can carry, and marks that turn the reading direction.
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS: Final = re.compile("\r\n?|[\u2028\u2029]")
_BLANK_LINES: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")


class _Reader(MarkdownIt):
    """CommonMark without HTML, code, pictures and link definitions: each of these stays as it was typed."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "breaks": True, "maxNesting": _PARSER_NESTING})
        self.disable(["code", "fence", "backticks", "reference", "lheading", "html_block", "html_inline"])

    def validateLink(self, url: str) -> bool:  # noqa: N802
        """True for the addresses a text may link to."""
        return _LINK.match(url) is not None


_READER: Final = _Reader()


def to_html(text: str, *, top_heading: int = 3) -> str:
    """The text as HTML of `TAGS` only, its first heading level written as `h<top_heading>`, the rest below it.

    A line break stays a line break. Links lead to `SCHEMES` only and carry `rel="noopener noreferrer"`. A picture
    becomes its description. Whatever is not understood, HTML included, is shown as it was typed, so that no word is
    lost. The result is the same after another cleaning, and safe to put between two tags as it is.

    Raises ValueError when `top_heading` is not 3 to 6.
    """
    if not 3 <= top_heading <= _LOWEST_HEADING:  # noqa: PLR2004
        raise ValueError(f"A text's headings begin at h3 to h6, not at h{top_heading}.")
    text = _readable(text)
    tokens = _parse(text)
    if tokens is None:
        return _clean("".join(f"<p>{escape(block).replace(chr(10), '<br>')}</p>" for block in _blocks(text)))
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_LOWEST_HEADING, int(token.tag[1]) + top_heading - 1)}"
    return _clean(_READER.renderer.render(_without_pictures(tokens), _READER.options, {}))


def to_plain(text: str) -> str:
    """The text as a letter without formatting would hold it: marks gone, lists with dashes or their numbers.

    Paragraphs stand apart by an empty line; a link's address follows its words in brackets. The result is text, not
    HTML: whoever puts it on a page escapes it.
    """
    text = _readable(text)
    tokens = _parse(text)
    if tokens is None:
        return "\n\n".join(_blocks(text))
    return _Plain().write(_without_pictures(tokens))


def _readable(text: str) -> str:
    return _UNREADABLE.sub("", _BREAKS.sub("\n", text))


def _blocks(text: str) -> list[str]:
    return [block.strip() for block in _BLANK_LINES.split(text) if block.strip()]


def _parse(text: str) -> list[Token] | None:
    """The text's tokens, or None when it is nested or bracketed beyond what a person writes."""
    if text.count("[") > MAX_BRACKETS:
        return None
    tokens = _READER.parse(text)
    depth = 0
    for token in tokens:
        if token.type.rpartition("_")[0] in _CONTAINERS:
            depth += token.nesting
            if depth > MAX_DEPTH:
                return None
    return tokens


def _without_pictures(tokens: Sequence[Token]) -> list[Token]:
    """The tokens with each picture replaced by its description, and breaks between sections left to the spacing."""
    kept = []
    for token in tokens:
        if token.type == "hr":
            continue
        if token.type == "image":
            token.type, token.tag, token.nesting = "text", "", 0
            token.content = "".join(child.content for child in token.children or ())
            token.children = None
        elif token.children:
            token.children = _without_pictures(token.children)
        kept.append(token)
    return kept


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
        link_rel="noopener noreferrer",
    ).strip()


class _Plain:
    """Writes tokens as plain text."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self.numbers: list[int | None] = []
        self.hangs: list[str] = []
        self.bullet = ""
        self.is_beginning_list = False

    def write(self, tokens: Sequence[Token]) -> str:
        for token in tokens:
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                self.is_beginning_list = not self.numbers
                self.numbers.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
            elif token.type in {"bullet_list_close", "ordered_list_close"}:
                self.numbers.pop()
            elif token.type == "list_item_open":
                self._begin_item()
            elif token.type == "list_item_close":
                self.hangs.pop()
            elif token.type == "inline":
                self._add(_inline(token.children or ()))
        return "".join(self.blocks).strip()

    def _begin_item(self) -> None:
        number = self.numbers[-1]
        if number is None:
            self.bullet = "– "
        else:
            self.bullet = f"{number}. "
            self.numbers[-1] = number + 1
        self.hangs.append(" " * len(self.bullet))

    def _add(self, text: str) -> None:
        hang = "".join(self.hangs)
        first = hang.removesuffix(" " * len(self.bullet)) + self.bullet
        stands_close = self.bullet and not self.is_beginning_list
        self.blocks.append(("\n" if stands_close else "\n\n") + first + text.replace("\n", f"\n{hang}"))
        self.bullet, self.is_beginning_list = "", False


def _inline(tokens: Sequence[Token]) -> str:
    written: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            written.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), len(written)))
        elif token.type == "link_close":
            address, begins_at = links.pop()
            words = "".join(written[begins_at:]).strip()
            if words not in {address, address.removeprefix("mailto:")}:
                written.append(f" ({address.removeprefix('mailto:')})")
        else:
            written.append(token.content)
    return "".join(written)
