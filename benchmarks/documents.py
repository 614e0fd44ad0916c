"""What it costs to draw an offer of 20, 120 and 400 lines, against the same sheet drawn the usual way.

`python benchmarks/documents.py [--rounds N] [--sizes 20,120]`. CPU seconds of the renderer's child, a warm renderer,
alternating rounds, medians of the ratios within a round: absolute figures belong to the machine, ratios travel.

The usual way differs in three things: tables that measure every cell to find their columns, fonts as WOFF2, and one
variable font instead of a file for each weight. The variable fonts are made here from ours, with the same outlines and
one axis, so that the same letters are drawn.
"""

import argparse
import math
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, reduce
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_for_types"

import django
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables.TupleVariation import TupleVariation
from pricing import offer_of

from bids.exports.frozen_offer import DocumentOrder, freeze, hash_of, thaw
from bids.vocabulary import DocumentKind, Language, Profile, Theme
from worker.documents.compose import render_job
from worker.documents.draw import cache_key_of
from worker.documents.job import Asset, Limits, RenderJob
from worker.documents.process import Renderer

SIZES = (20, 120, 400)
ROUNDS = {20: 7, 120: 5, 400: 3}
TARGET_RATIO = 0.75
TARGET_GROWTH = 1.1
TARGET_UNCHANGED = 0.02
HEAVIER = 1.06
"""How much wider the synthetic bold end of the weight axis is than the regular one."""

ORDER = DocumentOrder(language=Language.FI, profile=Profile.FULL, theme=Theme.SELKEA)

Change = Callable[[RenderJob], RenderJob]


def with_measured_columns(job: RenderJob) -> RenderJob:
    """Tables find their column widths from their cells, as they do by default."""
    sheets = tuple(re.sub(r"table-layout:\s*fixed", "table-layout: auto", sheet) for sheet in job.stylesheets)
    html = re.sub(r"<colgroup>.*?</colgroup>", "", job.html, flags=re.DOTALL)
    if sheets == job.stylesheets or html == job.html:
        raise SystemExit("the document has no fixed tables: the benchmark compares nothing")
    return replace(job, stylesheets=sheets, html=html)


def with_packed_fonts(job: RenderJob) -> RenderJob:
    """Every font as WOFF2, under the name it had."""
    return replace(job, assets=_fonts_changed(job.assets, _packed))


def with_variable_fonts(job: RenderJob) -> RenderJob:
    """One variable font for each family and slant, from which the weights are taken."""
    sheets = tuple(_one_face_for_all_weights(sheet) for sheet in job.stylesheets)
    if sheets == job.stylesheets:
        raise SystemExit("the document has no font of several weights: the benchmark compares nothing")
    return replace(job, stylesheets=sheets, assets=_fonts_changed(job.assets, _variable))


def _one_face_for_all_weights(sheet: str) -> str:
    seen: set[tuple[str, bool]] = set()

    def kept(match: re.Match[str]) -> str:
        rule = match[0]
        family = re.search(r"font-family:\s*([^;]+)", rule)
        face = (family[1].strip() if family else "", "italic" in rule)
        if face in seen:
            return ""
        seen.add(face)
        return re.sub(r"font-weight:[^;]+;", "", rule)

    return re.sub(r"@font-face\s*\{[^}]*\}", kept, sheet)


def _fonts_changed(assets: Mapping[str, Asset], change: Callable[[bytes], bytes]) -> dict[str, Asset]:
    return {
        name: replace(asset, content=change(asset.content)) if asset.media_type.startswith("font/") else asset
        for name, asset in assets.items()
    }


@cache
def _packed(content: bytes) -> bytes:
    font = TTFont(BytesIO(content))
    font.flavor = "woff2"
    packed = BytesIO()
    font.save(packed)
    return packed.getvalue()


@cache
def _variable(content: bytes) -> bytes:
    font = TTFont(BytesIO(content))
    builder = FontBuilder(font=font)
    builder.setupFvar([("wght", 400, 400, 700, "Weight")], [])
    glyphs, metrics = font["glyf"], font["hmtx"].metrics
    variations = {}
    for name in font.getGlyphOrder():
        points, _ = glyphs._getCoordinatesAndControls(name, metrics)  # noqa: SLF001 - fontTools has no other door
        moved = [(round(x * HEAVIER) - round(x), 0) for x, _y in points]
        variations[name] = [TupleVariation({"wght": (0.0, 1.0, 1.0)}, moved)]
    builder.setupGvar(variations)
    saved = BytesIO()
    font.save(saved)
    return saved.getvalue()


LEVERS: dict[str, Change] = {
    "measured columns": with_measured_columns,
    "woff2 fonts": with_packed_fonts,
    "variable fonts": with_variable_fonts,
}


def the_usual_way(job: RenderJob) -> RenderJob:
    """All of them together; the variable fonts are the ones that are packed."""
    return reduce(lambda changed, change: change(changed), (LEVERS[name] for name in (*LEVERS,)[::-1]), job)


def job_of(lines: int) -> tuple[bytes, RenderJob]:
    """A frozen offer of this many lines by eight firms, and the job that draws it."""
    payload = freeze(offer_of(lines), ORDER)
    frozen = thaw(payload)
    limits = Limits(cpu_seconds=600, wall_seconds=600, max_pages=400, memory_bytes=4 * 1024**3)
    return payload, replace(render_job(frozen.sheet), limits=limits)


def measured(renderer: Renderer, lines: int, rounds: int) -> float:
    """Print how each way of drawing compares; the median CPU seconds of ours."""
    payload, ours = job_of(lines)
    ways = {name: change(ours) for name, change in LEVERS.items()} | {"the usual way": the_usual_way(ours)}
    seconds: list[float] = []
    ratios: dict[str, list[float]] = {name: [] for name in ways}
    last = renderer.draw(ours)
    for turn in range(rounds):
        taken = {}
        for name, job in sorted((("", ours), *ways.items()), reverse=turn % 2 == 1):
            taken[name] = renderer.draw(job).cpu_seconds
        seconds.append(taken[""])
        for name in ways:
            ratios[name].append(taken[""] / taken[name])
    median = statistics.median(seconds)
    megabytes = last.peak_bytes / 1024**2
    print(f"{lines} lines: {last.pages} pages, {median:.2f} CPU s, {megabytes:.0f} MB at most, {rounds} rounds")
    for name in ways:
        low, middle, high = min(ratios[name]), statistics.median(ratios[name]), max(ratios[name])
        print(f"    ours / {name}: {middle:.2f}  ({low:.2f} to {high:.2f})")
    ratio = statistics.median(ratios["the usual way"])
    _verdict("ours against the usual way", ratio, TARGET_RATIO)
    unchanged = seconds_when_nothing_changed(payload, last.pdf)
    _verdict("nothing changed, against drawing", unchanged / median, TARGET_UNCHANGED)
    return median


def seconds_when_nothing_changed(payload: bytes, pdf: bytes) -> float:
    """CPU seconds to see that a frozen offer was drawn before, and to read its file with its hash checked."""
    cache_key_of("", DocumentKind.OFFER_PDF)
    with tempfile.TemporaryDirectory() as folder:
        known = {cache_key_of(hash_of(payload), DocumentKind.OFFER_PDF): Path(folder) / "document"}
        (stored,) = known.values()
        stored.write_bytes(pdf)
        began_at = time.process_time()
        for _ in range(10):
            found = known[cache_key_of(hash_of(payload), DocumentKind.OFFER_PDF)].read_bytes()
            if hash_of(found) != hash_of(pdf):
                raise SystemExit("the stored document is another one")
        return (time.process_time() - began_at) / 10


def growth_of(seconds: Mapping[int, float]) -> float:
    """The exponent of the power law that fits the figures best."""
    return statistics.linear_regression([math.log(n) for n in seconds], [math.log(s) for s in seconds.values()]).slope


_MISSED: list[str] = []


def _verdict(what: str, figure: float, target: float) -> None:
    is_met = figure <= target
    print(f"    {what}: {figure:.4f}, target {target}: {'met' if is_met else 'MISSED'}")
    if not is_met:
        _MISSED.append(what)


def main() -> None:
    """Measure, print, and end with status 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, help="of each size, instead of 7, 5 and 3")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    options = parser.parse_args()
    django.setup()
    sizes = [int(size) for size in options.sizes.split(",")]
    with Renderer() as renderer:
        renderer.warm()
        seconds = {size: measured(renderer, size, options.rounds or ROUNDS.get(size, 3)) for size in sizes}
    if len(seconds) > 1:
        print("growth")
        _verdict("exponent of CPU seconds over lines", growth_of(seconds), TARGET_GROWTH)
    sys.exit(1 if _MISSED else 0)


if __name__ == "__main__":
    main()
