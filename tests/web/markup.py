"""What a page really holds, seen as a browser sees it."""

from html.parser import HTMLParser

ADDRESSES = {"href", "src", "action", "formaction", "data", "poster", "xlink:href", "hx-get", "hx-post"}


class Dangers(HTMLParser):
    """Collects what could run or style: scripts of others, handlers, inline styles, addresses that are no addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.tags: list[str] = []
        self._in_script: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        self._in_script = known if tag == "script" else None
        if tag in {"iframe", "object", "embed", "base", "marquee", "foreignobject", "math"}:
            self.found.append(f"<{tag}>")
        if (
            tag == "script"
            and not (known.get("src") or "").startswith("/static/")
            and "json" not in str(known.get("type"))
        ):
            self.found.append(f"<script {known}>")
        for name, value in attrs:
            if name.startswith("on") or name in {"style", "srcdoc"}:
                self.found.append(f"{tag} {name}={value}")
            if name in ADDRESSES and (value or "").strip().lower().startswith(
                ("javascript:", "data:text", "vbscript:")
            ):
                self.found.append(f"{tag} {name}={value}")

    def handle_data(self, data: str) -> None:
        if self._in_script is not None and "json" not in str(self._in_script.get("type")) and data.strip():
            self.found.append(f"script text {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_script = None


def dangers_in(page: str) -> list[str]:
    """Everything in a page that could run or style and is not ours."""
    parser = Dangers()
    parser.feed(page)
    return parser.found


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words += data.split()


def text_of(page: str) -> str:
    """The words of a page with one space between them."""
    reader = _Text()
    reader.feed(page)
    return " ".join(reader.words)
