"""What `docs/api.md` says is so."""

import importlib
import json
import pkgutil
import re
from pathlib import Path
from types import ModuleType

from django.utils import translation

import bids.actions
import bids.api
import bids.queries
import bids.steps
import members.api
from config import problems
from kernel.errors import Refusal
from tests.api.description import operations

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "api.md").read_text("utf-8")
OURS = re.compile(r'code="([a-z]+(?:-[a-z]+)*)"')


BEHIND_THE_API = (
    "kernel.",
    "bids.actions.",
    "bids.steps.",
    "bids.exports.",
    "bids.queries.",
    "bids.api.",
    "members.api.",
)


def refusals(kind: type[Refusal] = Refusal) -> set[type[Refusal]]:
    """Every refusal that something behind the API raises."""
    own = {kind} if kind.__module__.startswith(BEHIND_THE_API) else set()
    return own | {each for below in kind.__subclasses__() for each in refusals(below)}


def import_all_of(package: ModuleType) -> None:
    for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(found.name)


def test_every_code_a_program_can_meet_is_in_the_table() -> None:
    for package in (bids.actions, bids.steps, bids.queries, bids.api, members.api):
        import_all_of(package)
    told = {(code, int(status)) for code, status in rows()}
    refused = {(one.code, one.status) for one in refusals()}
    plain = {(code, status) for status, (code, _sentence) in problems._PLAIN.items()}

    assert refused | plain <= told
    assert {code for code, _status in told} >= set(codes_written_in_sources())


def test_the_table_lists_nothing_that_is_never_told() -> None:
    known = {one.code for one in refusals()} | {code for code, _sentence in problems._PLAIN.values()}

    assert {code for code, _status in rows()} <= known | set(codes_written_in_sources()) | {problems.INVALID}


def rows() -> list[tuple[str, str]]:
    found = []
    for line in TEXT.splitlines():
        if match := re.fullmatch(r"\| ((?:`[a-z-]+` ?)+)\| ([0-9, ]+) \|.*", line):
            for code in re.findall(r"`([a-z-]+)`", match[1]):
                found += [(code, status) for status in match[2].split(", ")]
    return found


def codes_written_in_sources() -> list[str]:
    """Codes of single exceptions, where the API raises them."""
    root = Path(problems.__file__).resolve().parents[1]
    sources = [
        *root.glob("members/api/*.py"),
        *root.glob("bids/api/*.py"),
        root / "config/problems.py",
        root / "config/api_urls.py",
    ]
    return [code for source in sources for code in OURS.findall(source.read_text("utf-8"))]


def test_every_operation_is_told_of() -> None:
    table = TEXT[TEXT.index("## What there is") : TEXT.index("Amounts, quantities")]
    for one in operations():
        address = one.path.removeprefix("/api/v1/").replace("{public_id}", "{id}")
        told = f"`{one.method} {address}`" in table or re.search(rf"`GET`, `{one.method} {re.escape(address)}`", table)
        assert told or f"`GET`, `POST {address}`" in table or one.id == "get_me", one.id


def test_the_example_of_a_problem_has_the_form_of_one() -> None:
    example = json.loads(TEXT[TEXT.index("```json") + 7 : TEXT.index("```", TEXT.index("```json") + 7)])

    with translation.override("en"):
        assert example["title"] == str(problems.TITLES[example["status"]])
    assert problems.pointer(example["errors"][0]["path"]) == example["errors"][0]["pointer"]
