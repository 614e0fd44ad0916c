import json
import re

import pytest

from bids.exports.bid_package import fault_line, read_package
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.shapes import Key, shapes_within
from bids.pricing import totals, totals_as_json
from bids.units import known_units
from tests.bids.package_files import EXAMPLES, PACKAGES, example, faults_of

DOCUMENT = (EXAMPLES.parent / "docs" / "bid-package.md").read_text(encoding="utf-8")
SHAPES = shapes_within(OFFER)
GENERAL_RATE = "the general rate"


def rows_of(shape: str) -> list[tuple[str, str]]:
    section = re.split(r"^#+ ", DOCUMENT.partition(f"### `{shape}`\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(r"^\| `(\w+)` \| ([^|]+?) \|", section, re.MULTILINE)


def default_of(key: Key) -> str:
    if key.is_required:
        return "needed"
    if key.may_be_null:
        return "–"
    written = key.kind.write(key.default)
    return GENERAL_RATE if written is None else f"`{json.dumps(written, ensure_ascii=False)}`"


@pytest.mark.parametrize("shape", SHAPES)
def test_every_key_is_described_with_its_default(shape: str) -> None:
    assert rows_of(shape) == [(key.name, default_of(key)) for key in SHAPES[shape].keys]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_length_on_the_page_is_the_one_that_holds(shape: str) -> None:
    section = re.split(r"^#+ ", DOCUMENT.partition(f"### `{shape}`\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
    told = re.findall(r"^\| `(\w+)` \|.*[Aa]t most ([\d ]+) characters", section, re.MULTILINE)
    kinds = {key.name: getattr(key.kind, "item", key.kind) for key in SHAPES[shape].keys}

    assert [(name, int(length.replace(" ", ""))) for name, length in told] == [
        (name, getattr(kinds[name], "most", None)) for name, _length in told
    ]


def test_the_least_package_on_the_page_is_the_example() -> None:
    (block,) = re.findall(r"```json\n(.*?)```", DOCUMENT, re.DOTALL)

    assert json.loads(block) == example("minimal")
    assert f"{totals(read_package(block)).gross:f}" == "225.90"
    assert "180.00 + 45.90 = 225.90" in DOCUMENT


def test_the_faults_on_the_page_are_said_like_that() -> None:
    faults = faults_of((PACKAGES / "twelve_faults.json").read_bytes())
    said = {fault_line(fault, "en") for fault in faults}

    block = DOCUMENT.partition("in Finnish, Swedish or English:\n\n```\n")[2].partition("```")[0]

    assert set(block.splitlines()) <= said
    assert len(block.splitlines()) == 5


def test_every_figure_of_the_totals_is_described() -> None:
    offer = read_package((EXAMPLES / "everything.json").read_bytes())

    assert {key for key in totals_as_json(totals(offer)) if f"`{key}`" not in DOCUMENT} == set()


def test_every_known_unit_is_named() -> None:
    assert " ".join(known_units()) in DOCUMENT


def test_every_shape_and_key_is_used_by_an_example() -> None:
    said = "".join(file.read_text(encoding="utf-8") for file in EXAMPLES.glob("*.json"))
    unused = {key.name for shape in SHAPES.values() for key in shape.keys if f'"{key.name}":' not in said}

    assert unused == set()
