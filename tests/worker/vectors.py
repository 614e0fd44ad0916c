"""Documents that try to reach outside: twenty-two ways of HTML and CSS, sixteen of SVG."""

from dataclasses import dataclass, field

SECRET = "planted-secret-84613"
"""Stands in a file on disk; no document may carry it away."""


@dataclass(frozen=True)
class Vector:
    """One attempt. `{http}` stands for an address of the listener, `{file}` for the secret file's, `{host}` for the
    listener's host and port."""

    name: str
    html: str = ""
    css: str = ""
    svg: str = ""
    asset: bytes = b""
    aims_at_file: bool = field(default=False, kw_only=True)

    def aimed(self, *, host: str, secret: str) -> "Vector":
        """The attempt with real addresses in it."""

        def aim(text: str) -> str:
            http = f"http://{host}/{self.name}"
            return text.replace("{http}", http).replace("{host}", host).replace("{file}", f"file://{secret}")

        return Vector(
            self.name, aim(self.html), aim(self.css), aim(self.svg), self.asset, aims_at_file=self.aims_at_file
        )


HTML_AND_CSS = (
    Vector("img", '<img alt="x" src="{http}">'),
    Vector("object", '<object alt="x" data="{http}">x</object>'),
    Vector("embed", '<embed alt="x" src="{http}">'),
    Vector("iframe", '<iframe src="{http}"></iframe><iframe src="{file}"></iframe>', aims_at_file=True),
    Vector("srcset", '<picture><source srcset="{http}"><img alt="x" srcset="{http} 2x"></picture>'),
    Vector("base", '<base href="http://{host}/base/"><img alt="x" src="relative.png">'),
    Vector("protocol-relative", '<base href="http://x.invalid/"><img alt="x" src="//{host}/protocol-relative">'),
    Vector("upper-case", '<img alt="x" src="HTTP://{host}/upper-case"><img alt="x" src=" \t{http}">'),
    Vector("link-stylesheet", '<link rel="stylesheet" href="{http}">'),
    Vector("style-import", "<style>@import url({http});</style>"),
    Vector("css-import", css='@import "{http}";'),
    Vector("background", css="body { background: url({http}) }"),
    Vector("page-background", css="@page { background: url({http}) } @page { border-image-source: url({http}) }"),
    Vector("list-style", "<ul><li>x</ul>", css="li { list-style-image: url({http}) }"),
    Vector("content", css="body::before { content: url({http}) }"),
    Vector("style-attribute", '<p style="background-image:url({http})">x</p>'),
    Vector("font-face", "<p>x</p>", css="@font-face { font-family: f; src: url({http}) } p { font-family: f }"),
    Vector("link-attachment", '<link rel="attachment" href="{http}">'),
    Vector("link-attachment-file", '<link rel="attachment" href="{file}">', aims_at_file=True),
    Vector("a-attachment", '<a rel="attachment" href="{http}">x</a>'),
    Vector("a-attachment-file", '<a rel="attachment" href="{file}">x</a>', aims_at_file=True),
    Vector(
        "file-picture",
        '<img alt="x" src="{file}"><object data="{file}">x</object><style>@import url({file});</style>',
        css="@font-face { font-family: f; src: url({file}) }",
        aims_at_file=True,
    ),
)

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40">'
_TITLE = "<title>x</title>"


def _svg(name: str, body: str, *, before: str = "", aims_at_file: bool = False) -> Vector:
    return Vector(name, svg=f"{before}{_OPEN}{_TITLE}{body}</svg>", aims_at_file=aims_at_file)


_NESTED = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'%3E"
    "%3Cimage href='{http}' width='9' height='9'/%3E%3C/svg%3E"
)

SVG = (
    _svg("svg-image", '<image href="{http}" width="9" height="9"/>'),
    _svg("svg-image-xlink", '<image xlink:href="{http}" width="9" height="9"/>'),
    _svg("svg-image-file", '<image href="{file}" width="9" height="9"/>', aims_at_file=True),
    _svg("svg-style-import", '<style>@import url("{http}");</style><rect width="9" height="9"/>'),
    _svg("svg-style-url", "<style>rect { fill: url({http}#g) }</style><rect width='9' height='9'/>"),
    _svg("svg-style-attribute", '<rect width="9" height="9" style="fill:url({http}#g);mask:url({http}#m)"/>'),
    _svg("svg-use", '<use href="{http}#x"/><use xlink:href="{http}#x"/>'),
    _svg("svg-use-file", '<use href="{file}#x"/>', aims_at_file=True),
    _svg("svg-xml-stylesheet", "<rect/>", before='<?xml-stylesheet href="{http}" type="text/css"?>'),
    _svg("svg-nested-data", f'<image href="{_NESTED}" width="9" height="9"/>'),
    _svg(
        "svg-foreign-object",
        '<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{http}"/></foreignObject>',
    ),
    _svg("svg-script", '<script href="{http}">fetch("{http}")</script><rect onload="fetch(\'{http}\')"/>'),
    _svg(
        "svg-pattern",
        '<pattern id="p" width="9" height="9"><image href="{http}" width="9" height="9"/></pattern>'
        '<rect width="9" height="9" fill="url(#p)"/>',
    ),
    _svg(
        "svg-filter",
        '<filter id="f"><feImage href="{http}"/></filter><rect width="9" height="9" filter="url(#f)"/>'
        '<rect width="9" height="9" filter="url({http}#f)" clip-path="url({http}#c)" marker-end="url({http}#e)"/>',
    ),
    _svg(
        "svg-gradient",
        '<linearGradient id="g" href="{http}#g"/><rect width="9" height="9" fill="url(#g)"/>'
        '<text><textPath href="{http}#t">x</textPath></text>',
    ),
    _svg(
        "svg-entity",
        "<text>&leak;</text>",
        before='<!DOCTYPE svg [<!ENTITY leak SYSTEM "{file}"><!ENTITY more SYSTEM "{http}">]>',
        aims_at_file=True,
    ),
)

ALL = HTML_AND_CSS + SVG
