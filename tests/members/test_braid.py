"""The braid: at every meeting one strand lies in front, and all of it is drawn."""

import re
from math import cos, pi, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.web.braid import LEAN, Bundle, lanes, leaving, parting, place_at_end, strands

BUNDLE = Bundle(start=0, end=900, middle=30, radius=15, period=150)


def depth(u: float) -> float:
    return sin(2 * u) + LEAN * cos(u)


@pytest.mark.parametrize("count", range(2, 21))
def test_where_two_strands_meet_one_is_in_front(count: int) -> None:
    for i in range(count):
        for j in range(i):
            meeting = (pi - 2 * pi * (i + j) / count) / 2
            for theta in (meeting, meeting + pi):
                one, other = theta + 2 * pi * i / count, theta + 2 * pi * j / count
                assert sin(one) == pytest.approx(sin(other))
                assert depth(one) == pytest.approx(-depth(other))
                assert abs(depth(one)) > 0.01


def length_along(path: str) -> float:
    numbers = [[float(n) for n in re.findall(r"-?\d*\.?\d+", piece)] for piece in path.split("M")[1:]]
    return sum(piece[-1] - piece[1] for piece in numbers)


@given(st.integers(2, 12), st.integers(300, 2000))
def test_each_strand_is_drawn_from_end_to_end(count: int, end: int) -> None:
    bundle = Bundle(start=0, end=end, middle=30, radius=15, period=150)

    for strand in strands(count, bundle):
        assert length_along(strand.back) + length_along(strand.front) == pytest.approx(end, abs=8)


@pytest.mark.parametrize("count", [2, 3, 7])
def test_the_drawn_curve_is_the_formulas(count: int) -> None:
    for strand in strands(count, BUNDLE):
        for x, y in re.findall(r"M(-?[\d.]+) (-?[\d.]+)", strand.front + strand.back):
            at = sin(2 * pi * float(y) / BUNDLE.period + 2 * pi * strand.index / count)
            assert float(x) == pytest.approx(BUNDLE.middle + BUNDLE.radius * at, abs=0.8)


def test_one_firm_is_one_line() -> None:
    (alone,) = strands(1, BUNDLE)

    assert (alone.back, alone.front) == ("", "M30 0L30 900")


@given(st.integers(1, 20))
def test_threads_part_into_lanes_in_the_order_of_their_firms(count: int) -> None:
    found = lanes(count, BUNDLE)

    assert list(found) == sorted(found, reverse=True)
    assert len(set(found)) == count
    for k, path in enumerate(parting(count, BUNDLE, 96)):
        assert path.startswith(f"M{place_at_end(k, count, BUNDLE):.1f}".removesuffix(".0"))
        assert path.endswith(" 996")


def test_a_thread_leaves_its_lane_for_its_firm() -> None:
    assert leaving(45, (100, 29)) == "M45 0C45 20.3 64.2 29 100 29"


def test_a_lying_braid_is_a_standing_one_turned() -> None:
    lying = Bundle(start=0, end=900, middle=30, radius=15, period=150, upright=False)

    (standing_start,) = re.findall(r"^M(\S+) (\S+?)C", strands(3, BUNDLE)[0].front)
    (lying_start,) = re.findall(r"^M(\S+) (\S+?)C", strands(3, lying)[0].front)
    assert standing_start == lying_start[::-1]
