"""The braid: threads that stand together and part where each does its own work, as SVG paths.

A braid of n strands: strand k lies at x = sin(u), u = θ + 2πk/n, in front where sin 2u + ε·cos u is positive. Where two
strands meet their u add up to π, so one is always in front of the other; the small ε decides the meetings at x = 0.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import asin, ceil, cos, floor, pi, sin

LEAN = 0.3
_DELTA = asin(LEAN / 2)
_FRONT = ((-_DELTA, pi / 2), (pi + _DELTA, 3 * pi / 2))
_BACK = ((pi / 2, pi + _DELTA), (3 * pi / 2, 2 * pi - _DELTA))


@dataclass(frozen=True, kw_only=True)
class Strand:
    """One thread of a braid: the path of what lies behind and of what lies in front."""

    index: int
    back: str
    front: str


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """Where and how wide a braid runs: along an axis from `start` to `end`, around `middle`, one turn a `period`."""

    start: float
    end: float
    middle: float
    radius: float
    period: float
    upright: bool = True

    def point(self, strand_at: float, along: float) -> tuple[float, float]:
        """A point of the drawing: `along` the axis, at a strand's place between -1 and 1 across it."""
        across = self.middle + self.radius * strand_at
        return (across, along) if self.upright else (along, across)

    def angle(self, along: float) -> float:
        """How far the braid has turned at a place along its axis."""
        return 2 * pi * (along - self.start) / self.period


def strands(count: int, bundle: Bundle) -> tuple[Strand, ...]:
    """The strands of a braid; a single one is a straight line."""
    if count == 1:
        line = _line(bundle.point(0, bundle.start), bundle.point(0, bundle.end))
        return (Strand(index=0, back="", front=line),)
    return tuple(
        Strand(index=k, back=_arcs(k, count, bundle, _BACK), front=_arcs(k, count, bundle, _FRONT))
        for k in range(count)
    )


def place_at_end(index: int, count: int, bundle: Bundle) -> float:
    """Where a strand stands across the axis when the braid ends."""
    across = 0.0 if count == 1 else sin(bundle.angle(bundle.end) + 2 * pi * index / count)
    return bundle.middle + bundle.radius * across


def lanes(count: int, bundle: Bundle) -> tuple[float, ...]:
    """Where the strands run side by side after the braid: the first is the outermost, for it leaves first."""
    if count == 1:
        return (bundle.middle,)
    step = 2 * bundle.radius / (count - 1)
    return tuple(bundle.middle + bundle.radius - n * step for n in range(count))


def parting(count: int, bundle: Bundle, length: float) -> tuple[str, ...]:
    """The path of each strand from the end of the braid into its lane, `length` further on."""
    bottom = bundle.end + length
    return tuple(
        f"M{_n(place_at_end(k, count, bundle))} {_n(bundle.end)}"
        f"C{_n(place_at_end(k, count, bundle) + _drift(k, count, bundle))} {_n(bundle.end + length * 0.35)} "
        f"{_n(lane)} {_n(bottom - length * 0.4)} {_n(lane)} {_n(bottom)}"
        for k, lane in enumerate(lanes(count, bundle))
    )


def leaving(lane: float, to: tuple[float, float]) -> str:
    """The path of a strand out of its lane, from the top of a row to the mark of its firm."""
    x, y = to
    return f"M{_n(lane)} 0C{_n(lane)} {_n(y * 0.7)} {_n(lane + (x - lane) * 0.35)} {_n(y)} {_n(x)} {_n(y)}"


def _drift(index: int, count: int, bundle: Bundle) -> float:
    slope = cos(bundle.angle(bundle.end) + 2 * pi * index / count) if count > 1 else 0.0
    return slope * bundle.radius * 0.6


def _arcs(index: int, count: int, bundle: Bundle, pieces: Sequence[tuple[float, float]]) -> str:
    return "".join(_arc(a, b, index, count, bundle) for a, b in _turns(index, count, bundle, pieces))


def _turns(
    index: int, count: int, bundle: Bundle, pieces: Sequence[tuple[float, float]]
) -> Iterator[tuple[float, float]]:
    """The stretches along the axis where the strand lies at this depth, cut at both ends of the braid."""
    offset = 2 * pi * index / count
    first = floor(offset / (2 * pi)) - 1
    last = ceil((bundle.angle(bundle.end) + offset) / (2 * pi)) + 1
    for turn in range(first, last):
        for begin, finish in pieces:
            a = max((begin + 2 * pi * turn - offset) / (2 * pi) * bundle.period + bundle.start, bundle.start)
            b = min((finish + 2 * pi * turn - offset) / (2 * pi) * bundle.period + bundle.start, bundle.end)
            if b - a > bundle.period / 1000:
                yield a, b


def _arc(a: float, b: float, index: int, count: int, bundle: Bundle) -> str:
    """A cubic with the sine's own ends and slopes: within one per cent of it over a quarter turn."""
    offset, third = 2 * pi * index / count, (b - a) / 3
    ua, ub = bundle.angle(a) + offset, bundle.angle(b) + offset
    slope = 2 * pi / bundle.period
    points = (
        bundle.point(sin(ua), a),
        bundle.point(sin(ua) + slope * third * cos(ua), a + third),
        bundle.point(sin(ub) - slope * third * cos(ub), b - third),
        bundle.point(sin(ub), b),
    )
    start, one, two, end = (f"{_n(x)} {_n(y)}" for x, y in points)
    return f"M{start}C{one} {two} {end}"


def _line(start: tuple[float, float], end: tuple[float, float]) -> str:
    return f"M{_n(start[0])} {_n(start[1])}L{_n(end[0])} {_n(end[1])}"


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace("-0.", "-.") if value else "0"
