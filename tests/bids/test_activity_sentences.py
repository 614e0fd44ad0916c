"""Whatever is written into the audit trail can be read as a sentence, in every language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

from bids.actions.end_letter import FOLLOWS, UNRECORDED
from bids.sheets.activity_sentences import SENTENCES, Happening, sentence
from bids.vocabulary import Language

ROOMS = ("kernel", "members", "bids", "worker", "config")
PUT_TOGETHER = {"letter.": {f"letter.{end}" for ends in FOLLOWS.values() for end in ends - UNRECORDED}}
"""Types whose end is a state, by how they begin."""
A_TYPE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
NAMED = re.compile(r"%\((\w+)\)s")


def recorded() -> dict[str, str]:
    """Every event type the code records, and a place where it does."""
    return {
        type_: f"{path.relative_to(settings.BASE_DIR)}:{line}"
        for room in ROOMS
        for path in sorted((Path(settings.BASE_DIR) / room).rglob("*.py"))
        if "migrations" not in path.parts
        for type_, line in types_in(path)
    }


def types_in(path: Path) -> Iterator[tuple[str, int]]:
    tree = ast.parse(path.read_text())
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and _is_record(call.func) and call.args:
            found = list(_said_by(call.args[0], tree, path))
            assert found, f"{path}:{call.lineno}: write the event's type out, so that it can be read from the code"
            yield from ((each, call.lineno) for each in found)


def _is_record(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "record"
        and isinstance(function.value, ast.Name)
        and function.value.id == "audit"
    )


def _said_by(argument: ast.expr, tree: ast.Module, path: Path) -> Iterator[str]:
    """The words an expression may come to: of itself, of the names it is made of, and of what a caller hands over."""
    if isinstance(argument, ast.JoinedStr):
        begins = argument.values[0]
        yield from PUT_TOGETHER.get(begins.value if isinstance(begins, ast.Constant) else "", ())
        return
    for node in ast.walk(argument):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and A_TYPE.fullmatch(node.value):
            yield node.value
        elif isinstance(node, ast.Name):
            yield from _assigned(node.id, tree)
            yield from _taken_from_elsewhere(node.id, tree, path)
            yield from _handed_over(node.id, tree)


def _assigned(name: str, tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            value = node.value  # type: ignore[attr-defined]
            yield from (
                each.value
                for each in ast.walk(value)
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and A_TYPE.fullmatch(each.value)
            )


def _taken_from_elsewhere(name: str, tree: ast.Module, path: Path) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and any(each.name == name for each in node.names):
            source = Path(settings.BASE_DIR) / (node.module.replace(".", "/") + ".py")
            if source.exists() and source != path:
                yield from _assigned(name, ast.parse(source.read_text()))


def _handed_over(name: str, tree: ast.Module) -> Iterator[str]:
    """What the module's own functions get for a parameter of this name."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        places = [each.arg for each in function.args.args]
        if name not in places and name not in [each.arg for each in function.args.kwonlyargs]:
            continue
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == function.name:
                given = [key.value for key in call.keywords if key.arg == name]
                if name in places and len(call.args) > places.index(name):
                    given.append(call.args[places.index(name)])
                for value in given:
                    yield from (
                        each.value
                        for each in ast.walk(value)
                        if isinstance(each, ast.Constant)
                        and isinstance(each.value, str)
                        and A_TYPE.fullmatch(each.value)
                    )


def test_every_event_the_code_records_has_a_sentence() -> None:
    unsaid = {type_: place for type_, place in recorded().items() if type_ not in SENTENCES}

    assert not unsaid, f"add a sentence to bids/sheets/activity_sentences.py for {unsaid}"


def test_no_sentence_is_kept_for_what_nobody_records() -> None:
    assert set(SENTENCES) <= set(recorded())


def a_happening(type_: str) -> Happening:
    said = SENTENCES[type_]
    named = NAMED.findall(str(said)) if isinstance(said, str | Promise) else []
    return Happening(type=type_, who="Maija, Kuvakulma", facts={name: f"<{name}>" for name in named if name != "who"})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("type_", sorted(SENTENCES))
def test_an_event_is_said_with_everything_its_sentence_names(type_: str, language: Language) -> None:
    happening = a_happening(type_)

    with translation.override(language.value):
        words = sentence(happening)

    assert words.endswith((".", "?", "”", '"')), words
    assert "%" not in words
    assert all(str(fact) in words for fact in happening.facts.values())


@pytest.mark.parametrize("type_", sorted(SENTENCES))
def test_a_fact_that_is_missing_breaks_no_page(type_: str) -> None:
    assert sentence(Happening(type=type_, who="Maija"))


def test_an_erased_name_is_somebody() -> None:
    with translation.override("en"):
        words = sentence(Happening(type="bid.imported", who="Somebody at Kuvakulma", facts={"number": None}))

    assert words == "Somebody at Kuvakulma brought the offer in as number somebody."


def test_an_event_no_version_knows_is_still_shown() -> None:
    with translation.override("en"):
        assert "Maija" in sentence(Happening(type="moon.landed", who="Maija"))
