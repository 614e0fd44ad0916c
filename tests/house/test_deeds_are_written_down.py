"""Every action writes down what it did, by itself or by a step it takes (T20)."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACTIONS = [*sorted((ROOT / "bids" / "actions").glob("*.py")), *sorted((ROOT / "members" / "actions").glob("*.py"))]
NOT_WRITTEN_DOWN = {
    "save_draft": "a writer's own unsaved words are nobody's deed yet",
    "forget_draft": "the same words, let go",
    "begin_letter": "the letter's own row says how far it is; its end is written down",
    "forget_held_answers": "what nobody confirmed was nobody's deed; only the name in it goes",
    "prove_by_code": "a try is counted where the code is; what it opens is written down",
}


def called_in(node: ast.AST) -> set[str]:
    """Names of functions called, and of what is recorded: `audit.record`."""
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            match each.func:
                case ast.Name(id=name):
                    found.add(name)
                case ast.Attribute(value=ast.Name(id="audit"), attr="record"):
                    found.add("audit.record")
                case ast.Attribute(attr=name):
                    found.add(name)
    return found


def functions_in(path: Path) -> dict[str, set[str]]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name: called_in(node) for node in tree.body if isinstance(node, ast.FunctionDef)}


def records(name: str, known: dict[str, set[str]], on_the_way: frozenset[str] = frozenset()) -> bool:
    """Whether calling this function can come to an event."""
    calls = known.get(name, set())
    if "audit.record" in calls:
        return True
    return any(records(each, known, on_the_way | {name}) for each in calls - on_the_way - {name} if each in known)


def test_every_action_comes_to_an_event() -> None:
    steps: dict[str, set[str]] = {}
    for path in sorted((ROOT / "bids" / "steps").glob("*.py")):
        # Settling follows every change; what it writes down of others' OKs is not the deed itself.
        if path.stem != "settling":
            steps |= functions_in(path)
    silent = set()
    for path in ACTIONS:
        own = functions_in(path)
        if path.stem in own and not records(path.stem, {**steps, **own}):
            silent.add(path.stem)

    assert silent == set(NOT_WRITTEN_DOWN)


def test_what_records_nothing_is_found() -> None:
    assert not records("silent", {"silent": {"helper"}, "helper": {"print"}})
    assert records("loud", {"loud": {"helper"}, "helper": {"audit.record"}})
