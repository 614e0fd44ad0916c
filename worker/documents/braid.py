"""The drawing in the margin of the first page: threads braided together, then parting, each to its firm's row.

A braid of n strands is x = sin(φ + 2πk/n), with depth sin 2φ; a strand lies in front where its depth is above zero, and
front pieces are drawn last, each with a white casing. Nothing needs to know where the rows stand: the braid hangs above
the list of firms and is cut by its box, and every row draws the threads that pass it and the one that turns in.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin

HEIGHT = 860.0
"""Taller than a page, so that no row or heading is too high for its drawing."""
WIDTH = 96.0
"""From the left end of the drawing to the edge of the text."""
PARTING = 118.0
"""The height over which the braid comes undone."""
SWEEP = 40.0
"""How far above its row a thread begins to turn in; no row is lower than this."""

_BRAID_ENDS = HEIGHT - SWEEP
_PARTS_AT = _BRAID_ENDS - PARTING
_MIDDLE = 34.0
_RIGHTMOST_LANE = 52.0
_LEFTMOST_LANE = 14.0
_WIDEST_LANE = 9.0
_STEP = 3.0


@dataclass(frozen=True)
class _Weave:
    """How many strands are braided, how thick and how wide, and at which angle they let go of one another."""

    strands: int

    @property
    def thickness(self) -> float:
        return 3.4 if self.strands <= 4 else 2.8 if self.strands <= 6 else 2.2  # noqa: PLR2004

    @property
    def reach(self) -> float:
        return 0.0 if self.strands == 1 else min(8.0 + 2.0 * self.strands, 22.0)

    @property
    def period(self) -> float:
        return 62.0 + 17.0 * self.strands

    @property
    def lean(self) -> float:
        """What keeps two opposite strands of an even braid from lying at one depth where they cross."""
        return 0.0 if self.strands % 2 else sin(pi / self.strands)

    @property
    def last_angle(self) -> float:
        """The angle at which no two strands stand at one place, so that they can part without crossing again."""
        tries = [2 * pi * step / 720 for step in range(720)]
        return max(tries, key=self._closest)

    def _closest(self, angle: float) -> float:
        places = sorted(sin(angle + 2 * pi * k / self.strands) for k in range(self.strands))
        return min((b - a for a, b in pairwise(places)), default=0.0)

    def lanes(self) -> list[float]:
        """Where each thread runs down beside the rows, the first firm's nearest to the text."""
        if self.strands == 1:
            return [_MIDDLE]
        gap = min(_WIDEST_LANE, (_RIGHTMOST_LANE - _LEFTMOST_LANE) / (self.strands - 1))
        return [_RIGHTMOST_LANE - gap * place for place in range(self.strands)]


def braid(colours: Sequence[str], mark_at: float) -> str:
    """The braid as SVG of `HEIGHT`: it comes undone, and in the last `SWEEP` the first thread begins to turn."""
    weave = _Weave(len(colours))
    lanes = weave.lanes()
    end = [_turning(weave, lanes[0], colours[0], SWEEP - HEIGHT, mark_at, from_y=_BRAID_ENDS)]
    end += [
        _path([(lane, _BRAID_ENDS), (lane, HEIGHT + 1)], colour, weave.thickness)
        for lane, colour in zip(lanes[1:], colours[1:], strict=True)
    ]
    if weave.strands == 1:
        return _svg([_path([(lanes[0], 0.0), (lanes[0], _BRAID_ENDS)], colours[0], weave.thickness), *end])
    last = weave.last_angle
    order = sorted(range(weave.strands), key=lambda k: -sin(last + 2 * pi * k / weave.strands))
    behind: list[str] = []
    before: list[tuple[float, str]] = []
    for place, strand in enumerate(order):
        turn = 2 * pi * strand / weave.strands
        for is_front, depth, points in _pieces(weave, turn, lanes[place], last):
            drawn = _path(points, colours[place], weave.thickness)
            if is_front:
                before.append((depth, _path(points, "#ffffff", weave.thickness + 2.6, "butt") + drawn))
            else:
                behind.append(drawn)
    return _svg([*behind, *(drawn for _, drawn in sorted(before)), *end])


def ways(colours: Sequence[str], place: int, mark_at: float) -> tuple[str, str]:
    """What one row draws, from its upper edge down and from its lower edge up; both are cut by the row.

    From above its own thread comes in to its mark, `mark_at` below the upper edge, and those after the next pass by.
    From below the next thread runs down and begins to turn `SWEEP` above the edge.
    """
    weave = _Weave(len(colours))
    lanes = weave.lanes()
    downwards = [
        *_straight(weave, lanes, colours, place + 2, HEIGHT),
        _turning(weave, lanes[place], colours[place], SWEEP, mark_at),
    ]
    upwards = []
    if place + 1 < weave.strands:
        upwards.append(_turning(weave, lanes[place + 1], colours[place + 1], SWEEP - HEIGHT, mark_at))
    return _svg(downwards), _svg(upwards)


def _straight(weave: _Weave, lanes: Sequence[float], colours: Sequence[str], start: int, height: float) -> list[str]:
    return [
        _path([(lane, -1.0), (lane, height + 1.0)], colour, weave.thickness, "butt")
        for lane, colour in zip(lanes[start:], colours[start:], strict=True)
    ]


def _turning(weave: _Weave, lane: float, colour: str, begun: float, mark_at: float, from_y: float = -1.0) -> str:
    """A thread down its lane from `from_y` and round to the edge of the text; of the turn, `begun` lies above."""
    height = SWEEP + mark_at
    across = WIDTH - lane
    points = ((lane, height * 0.62), (lane + across * 0.3, height), (WIDTH, height))
    curve = " ".join(f"{x:.2f} {y - begun:.2f}" for x, y in points)
    return _stroke(f"M{lane:.2f} {min(from_y, -begun):.2f}V{-begun:.2f}C{curve}", colour, weave.thickness, "butt")


def as_address(svg: str) -> str:
    """The drawing as an address a stylesheet can hold."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _pieces(
    weave: _Weave, turn: float, lane: float, last: float
) -> list[tuple[bool, float, list[tuple[float, float]]]]:
    """A strand from top to bottom, cut where it passes from front to back, with a little overlap."""
    samples = []
    steps = int(_BRAID_ENDS / _STEP)
    for step in range(steps + 1):
        y = step * _STEP
        angle = _angle(weave, y, last) + turn
        loose = _smooth((y - _PARTS_AT) / PARTING)
        x = (1 - loose) * (_MIDDLE + weave.reach * sin(angle)) + loose * lane
        depth = sin(2 * angle) + weave.lean * cos(angle) if weave.strands != 2 else cos(angle)  # noqa: PLR2004
        samples.append((x, y, depth))
    pieces: list[tuple[bool, float, list[tuple[float, float]]]] = []
    start = 0
    for index in range(1, len(samples) + 1):
        if index == len(samples) or (samples[index][2] > 0) != (samples[start][2] > 0):
            end = min(index + 1, len(samples))
            piece = samples[max(start - 1, 0) : end]
            depth = sum(one[2] for one in samples[start:index]) / (index - start)
            pieces.append((depth > 0, depth, [(x, y) for x, y, _ in piece]))
            start = index
    return pieces


def _angle(weave: _Weave, y: float, last: float) -> float:
    """The braid's angle: even above, slowing down where it parts, and at `last` when it has."""
    parting = _PARTS_AT
    speed = 2 * pi / weave.period
    slow = PARTING * 0.5
    if y <= parting:
        return last - speed * (parting - y) - speed * slow / 2
    if y <= parting + slow:
        t = (y - parting) / slow
        return last - speed * slow / 2 + speed * slow * (t - t * t / 2)
    return last


def _smooth(t: float) -> float:
    t = min(max(t, 0.0), 1.0)
    return t * t * (3 - 2 * t)


def _path(points: Sequence[tuple[float, float]], colour: str, thickness: float, end: str = "round") -> str:
    line = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    return _stroke(line, colour, thickness, end)


def _stroke(line: str, colour: str, thickness: float, end: str) -> str:
    return (
        f'<path d="{line}" fill="none" stroke="{colour}" stroke-width="{thickness:.2f}" '
        f'stroke-linecap="{end}" stroke-linejoin="round"/>'
    )


def _svg(drawn: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}pt" height="{HEIGHT:g}pt" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}">{"".join(drawn)}</svg>'
    )
