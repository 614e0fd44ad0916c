"""A firm's colour made readable: as ground of its initials, and as a line on light and on dark pages."""

import re
from colorsys import hls_to_rgb, rgb_to_hls
from typing import Final

DEFAULT_COLOURS: Final = (
    "#1d5c63", "#b4532a", "#5b3a86", "#2f6b3a", "#8c2f5d", "#2c5a9e", "#7a6012", "#9b3535", "#37606f", "#6a4a2f",
)  # fmt: skip
WHITE, NIGHT = "#ffffff", "#0f1415"
READABLE = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}")
_LINEAR_BELOW = 0.04045
_STEP = 0.01


def is_colour(text: str) -> bool:
    """Whether the text is `#rrggbb` in small letters."""
    return bool(_HEX.fullmatch(text))


def colour_of(own: str, position: int) -> str:
    """The firm's own colour, or the default one of its place among the firms."""
    own = own.lower()
    return own if is_colour(own) else DEFAULT_COLOURS[position % len(DEFAULT_COLOURS)]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def on_light(colour: str) -> str:
    """The nearest colour of the same hue that reads at 4.5:1 under white letters and as a line on white."""
    return _moved(colour, against=WHITE, step=-_STEP)


def on_dark(colour: str) -> str:
    """The nearest colour of the same hue that reads at 4.5:1 under dark letters and as a line on a dark page."""
    return _moved(colour, against="#1f2425", step=_STEP)


def _moved(colour: str, *, against: str, step: float) -> str:
    hue, lightness, saturation = rgb_to_hls(*_channels(colour))
    moved = colour
    while contrast(moved, against) < READABLE and 0 <= lightness <= 1:
        lightness = min(1.0, max(0.0, lightness + step))
        moved = "#" + "".join(f"{round(channel * 255):02x}" for channel in hls_to_rgb(hue, lightness, saturation))
        if lightness in {0.0, 1.0}:
            break
    return moved


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= _LINEAR_BELOW else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
