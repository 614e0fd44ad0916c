"""The colour and initials that mark each firm of an offer, readable on white and told apart."""

import colorsys
import re
from collections.abc import Iterable

from bids.content import OfferPart
from bids.sheets.shape import Thread

READABLE = 4.5
"""The contrast on white that text needs (WCAG 2.2, 1.4.3)."""

PALETTE = (
    "#1d5c63",
    "#b4532a",
    "#5b3a8c",
    "#2f6f3e",
    "#a3305c",
    "#1f5fa8",
    "#7a5a12",
    "#4a4f5c",
    "#8a2f2f",
    "#0f6f86",
)

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_TOLD_APART = 40.0
_TINT = 0.9
_STEP = 0.02


def threads(parts: Iterable[OfferPart]) -> dict[str, Thread]:
    """A thread for every part by its key: the firm's own colour where it has one that can be told from those before."""
    chosen: dict[str, Thread] = {}
    for part in parts:
        own = [part.firm.colour] if _HEX.fullmatch(part.firm.colour) else []
        taken = [thread.colour for thread in chosen.values()]
        candidates = [readable(colour) for colour in (*own, *PALETTE)]
        colour = next((one for one in candidates if all(_apart(one, other) for other in taken)), candidates[0])
        chosen[part.key] = Thread(key=part.key, initials=part.key, colour=colour, tint=_tint(colour))
    return chosen


def readable(colour: str) -> str:
    """The colour, darkened in its own hue until it reads at `READABLE` on white."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_rgb(colour))
    while contrast_on_white(colour) < READABLE and lightness > 0:
        lightness = max(0.0, lightness - _STEP)
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour.lower()


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of the colour with white (WCAG 2.2), 1 to 21."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour)]  # noqa: PLR2004
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def _apart(one: str, other: str) -> bool:
    """Whether two colours differ enough to be seen as two (red-mean distance of 0 to about 765)."""
    (r1, g1, b1), (r2, g2, b2) = ([255 * c for c in _rgb(colour)] for colour in (one, other))
    mean = (r1 + r2) / 2
    distance = (2 + mean / 256) * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + (2 + (255 - mean) / 256) * (b1 - b2) ** 2
    return float(distance**0.5) >= _TOLD_APART


def _tint(colour: str) -> str:
    return _hex([c + (1 - c) * _TINT for c in _rgb(colour)])


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _hex(rgb: Iterable[float]) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in rgb)
