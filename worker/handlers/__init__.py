"""One module a topic: what is done after the commit."""

from worker.handlers import document_requested, letter_written, paper_requested, revision_drawn
from worker.handlers.handler import Handler, UnknownTopic

HANDLERS: dict[str, Handler] = {
    "document.requested": document_requested,
    "letter.written": letter_written,
    "paper.requested": paper_requested,
    "revision.drawn": revision_drawn,
}


def handler_of(topic: str) -> Handler:
    """The module that keeps promises of this topic; UnknownTopic if there is none."""
    if topic not in HANDLERS:
        raise UnknownTopic(topic)
    return HANDLERS[topic]
