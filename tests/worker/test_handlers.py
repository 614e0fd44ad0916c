"""Whatever is promised anywhere in the program, somebody keeps it."""

import ast
from pathlib import Path

import worker.handlers
from worker.handlers import HANDLERS
from worker.queues import queue_of

ROOT = Path(__file__).resolve().parents[2]


def posted_topics() -> set[str]:
    topics = set()
    for room in ("kernel", "members", "bids", "worker", "config"):
        for path in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in {"outbox.post", "post"} and node.args:
                    assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno} promises an unnamed topic"
                    topics.add(str(node.args[0].value))
    return topics


def test_every_promised_topic_has_a_handler_and_none_is_idle() -> None:
    assert posted_topics() == set(HANDLERS)


def test_a_handler_has_a_module_named_after_its_topic() -> None:
    folder = Path(worker.handlers.__file__).parent

    assert {(folder / f"{topic.replace('.', '_')}.py").is_file() for topic in HANDLERS} == {True}


def test_a_topic_is_something_that_happened() -> None:
    irregular = ("ed", "written", "drawn")
    assert [topic for topic in HANDLERS if not topic.partition(".")[2].endswith(irregular)] == []


def test_documents_hold_back_no_letters() -> None:
    assert queue_of("document.requested") == queue_of("paper.requested") == "pdf"
    assert queue_of("firm.invited") == "mail"
