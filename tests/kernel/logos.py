"""Logos drawn as SVG: such as programs write them, and such as nobody should be sent."""

from typing import Final

MARK: Final = "svg-mark-7719"
"""Stands wherever something is called or run; a cleaned drawing does not hold it."""

_HEAD: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 50">'
)


def drawn(body: str, *, before: str = "") -> bytes:
    return f"{before}{_HEAD}{body}</svg>".encode()


def repeating(levels: int, times: int, wrap: str = '<use href="#l{n}"/>') -> bytes:
    """A drawing that comes to `times ** levels` shapes, each level using the one before it several times."""
    groups = "".join(
        f'<g id="l{level + 1}">' + wrap.replace("{n}", str(level)) * times + "</g>" for level in range(levels)
    )
    return drawn(f'<defs><g id="l0"><rect width="1" height="1"/></g>{groups}</defs><use href="#l{levels}"/>')


_CALL: Final = f"alert('{MARK}')"
_OUT: Final = f"http://evil.example/{MARK}"

CLEANED: Final = {
    "script": f"<script>{_CALL}</script>",
    "script-href": f'<script href="{_OUT}"/>',
    "script-in-group": f"<g><script type='text/ecmascript'>{_CALL}</script><rect/></g>",
    "onload": f'<rect onload="{_CALL}"/>',
    "onclick-upper": f'<rect ONCLICK="{_CALL}"/>',
    "root-onload": f'</svg><svg onload="{_CALL}" xmlns="http://www.w3.org/2000/svg">',
    "foreign-object": f'<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">{MARK}</body></foreignObject>',
    "iframe": f'<iframe xmlns="http://www.w3.org/1999/xhtml" src="{_OUT}"/>',
    "html-image": f'<img xmlns="http://www.w3.org/1999/xhtml" src="{_OUT}"/>',
    "javascript-link": f'<a href="javascript:{_CALL}"><text>x</text></a>',
    "javascript-xlink": f'<a xlink:href="java&#9;script:{_CALL}"><text>x</text></a>',
    "data-link": f'<a href="data:text/html,{MARK}"><text>x</text></a>',
    "image": f'<image href="{_OUT}.png" width="9" height="9"/>',
    "image-xlink": f'<image xlink:href="{_OUT}.png" width="9" height="9"/>',
    "image-relative": f'<image href="/{MARK}.png" width="9" height="9"/>',
    "image-file": f'<image href="file:///etc/{MARK}" width="9" height="9"/>',
    "image-data": f'<image href="data:image/svg+xml;base64,{MARK}" width="9" height="9"/>',
    "use-outside": f'<use href="{_OUT}#x"/>',
    "use-outside-xlink": f'<use xlink:href="{_OUT}#x"/>',
    "use-data": f'<use href="data:image/svg+xml,{MARK}#x"/>',
    "fill-outside": f'<rect fill="url({_OUT}#g)"/>',
    "fill-outside-quoted": f"<rect fill=\"url('{_OUT}#g')\"/>",
    "style-attribute": f'<rect style="fill:url({_OUT}#g);background:url({_OUT})"/>',
    "style-attribute-escaped": f'<rect style="fill:\\75rl({_OUT})"/>',
    "style-import": f"<style>@import url({_OUT});</style><rect/>",
    "style-import-quoted": f"<style>@import '{_OUT}';</style><rect/>",
    "style-font": f"<style>@font-face{{font-family:{MARK};src:url({_OUT})}}</style><rect/>",
    "style-rule": f"<style>rect{{fill:url({_OUT})}}</style><rect/>",
    "style-expression": f"<style>rect{{fill:expression({_CALL});behavior:url({_OUT})}}</style><rect/>",
    "filter-image": f'<filter id="f"><feImage href="{_OUT}"/></filter><rect filter="url(#f)"/>',
    "mask-outside": f'<rect mask="url({_OUT}#m)" clip-path="url({_OUT}#c)"/>',
    "marker-outside": f'<path d="M0 0L9 9" marker-end="url({_OUT}#m)"/>',
    "animate": f'<a id="a"><animate attributeName="href" to="javascript:{_CALL}"/></a>',
    "set": f'<rect><set attributeName="onclick" to="{_CALL}"/></rect>',
    "handler": f'<handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">{_CALL}</handler>',
    "text-path-outside": f'<text><textPath href="{_OUT}#t">x</textPath></text>',
    "metadata": f"<metadata>{MARK}</metadata><!-- {MARK} --><?{MARK}?>",
    "data-attributes": f'<rect data-secret="{MARK}" aria-label="{MARK}"/>',
    "base": f'<g xml:base="{_OUT}"><rect/></g>',
    "stylesheet-instruction": "<rect/>",
}
"""Drawings by name that are taken in once what does not belong there is gone."""

BEFORE: Final = {"stylesheet-instruction": f'<?xml-stylesheet href="{_OUT}.css"?>'}

REFUSED: Final = {
    "empty": (b"", "picture_empty"),
    "not-xml": (b"<svg", "svg_broken"),
    "html": (b"<!doctype html><html><body>x</body></html>", "svg_broken"),
    "other-root": (b'<g xmlns="http://www.w3.org/2000/svg"/>', "svg_broken"),
    "no-namespace": (b'<svg viewBox="0 0 9 9"><rect/></svg>', "svg_broken"),
    "unclosed": (drawn("<g>"), "svg_broken"),
    "no-size": (b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', "svg_without_size"),
    "percent-size": (b'<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"/>', "svg_without_size"),
    "no-area": (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 9"/>', "svg_without_size"),
    "thread": (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10000 1"/>', "svg_without_size"),
    "too-large": (drawn("<!--" + "x" * 200_000 + "-->"), "svg_too_large"),
    "too-many": (drawn("<g/>" * 5_000), "svg_too_many_shapes"),
    "too-deep": (drawn("<g>" * 61 + "</g>" * 61), "svg_too_deep"),
    "far-too-deep": (drawn("<g>" * 25_000 + "</g>" * 25_000), "svg_too_deep"),
    "use-262144": (repeating(18, 2), "svg_repeats_too_much"),
    "use-100000000": (repeating(8, 10), "svg_repeats_too_much"),
    "pattern-fill": (
        repeating(12, 2, '<pattern id="p{n}"><use href="#l{n}"/></pattern><rect fill="url(#p{n})"/>'),
        "svg_repeats_too_much",
    ),
    "marker-on-every-corner": (
        drawn(
            '<marker id="m"><path d="' + "M0 0L9 9" * 500 + '"/></marker>'
            '<path marker-mid="url(#m)" d="' + "L9 9" * 5_000 + '"/>'
        ),
        "svg_repeats_too_much",
    ),
    "long-path-often": (
        drawn('<path id="p" d="' + "M0 0L9 9" * 10_000 + '"/>' + '<use href="#p"/>' * 400),
        "svg_repeats_too_much",
    ),
    "self-use": (drawn('<g id="a"><use href="#a"/></g><use href="#a"/>'), "svg_repeats_too_much"),
    "mutual-use": (
        drawn('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'),
        "svg_repeats_too_much",
    ),
    "gradient-circle": (
        drawn('<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>'),
        "svg_repeats_too_much",
    ),
    "entity-bomb": (
        drawn(
            "<text>&j;</text>",
            before='<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
            + "]>",
        ),
        "svg_repeats_too_much",
    ),
    "entity-blown-up": (
        drawn("<text>" + "&a;" * 20_000 + "</text>", before=f'<!DOCTYPE svg [<!ENTITY a "{"x" * 100}">]>'),
        "svg_repeats_too_much",
    ),
    "xxe": (
        drawn("<text>&x;</text>", before='<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "svg_outside",
    ),
    "parameter-entity": (
        drawn("<rect/>", before=f'<!DOCTYPE svg [<!ENTITY % x SYSTEM "{_OUT}"> %x;]>'),
        "svg_outside",
    ),
}
"""Drawings by name that are not taken in, and why."""

ILLUSTRATOR: Final = """<?xml version="1.0" encoding="utf-8"?>
<!-- as a drawing program writes it -->
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [
<!ENTITY ns_svg "http://www.w3.org/2000/svg"><!ENTITY ns_xlink "http://www.w3.org/1999/xlink">]>
<svg version="1.1" id="Layer_1" xmlns="&ns_svg;" xmlns:xlink="&ns_xlink;" x="0px" y="0px"
  viewBox="0 0 200 100" style="enable-background:new 0 0 200 100;" xml:space="preserve">
<style type="text/css">
  .st0{fill:#1D5C63;} /* the firm's green */
  .st1,.st2{fill:none;stroke:url(#g);stroke-width:3;}
  #edge{stroke:#00F !important}
  rect{opacity:.5}
</style>
<linearGradient id="g"><stop offset="0" style="stop-color:#FF0000"/></linearGradient>
<g><path class="st0" d="M0,0h100v100H0z"/><circle class="st2 st9" cx="150" cy="50" r="20" style="stroke-width:9"/>
<rect id="edge" class="st1" x="190" width="9" height="9" fill="red"/></g>
<text class="st0">hei <tspan>vaan</tspan> sinä</text>
</svg>""".encode()
