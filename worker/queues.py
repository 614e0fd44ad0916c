"""Which queue a topic rings in: documents take long, and no letter waits behind them."""

DOCUMENTS = "pdf"
LETTERS = "mail"

_SLOW_TOPICS = frozenset({"document.requested", "paper.requested"})


def queue_of(topic: str) -> str:
    """The queue of the workers that keep promises of this topic."""
    return DOCUMENTS if topic in _SLOW_TOPICS else LETTERS
