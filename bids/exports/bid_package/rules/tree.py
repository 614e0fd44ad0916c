"""The parts, lines and names of a package as far as it could be read."""

from collections.abc import Iterator

from bids.exports.bid_package.shapes import Node


def parts_of(offer: Node) -> Iterator[Node]:
    """Every part that could be read."""
    return offer.nodes("parts")


def lines_of(offer: Node) -> Iterator[Node]:
    """Every line that could be read, in the order of the file."""
    return (line for part in parts_of(offer) for line in part.nodes("lines"))


def known_names(offer: Node, listed: str, key: str) -> set[str] | None:
    """The names in a list, or None when one could not be read: then a name that seems unknown may be that one."""
    nodes = list(offer.nodes(listed))
    if offer.has_bad(listed) or any(node.is_bad(key) for node in nodes):
        return None
    return {node.get(key) for node in nodes}


def known_lines(offer: Node) -> dict[str, Node] | None:
    """Every line by its code, or None when a code could not be read."""
    lines = list(lines_of(offer))
    unread = offer.has_bad("parts") or any(part.has_bad("lines") for part in parts_of(offer))
    if unread or any(line.is_bad("code") for line in lines):
        return None
    by_code: dict[str, Node] = {}
    for line in lines:
        by_code.setdefault(line.get("code"), line)
    return by_code
