"""Things in a new order."""

from collections.abc import Sequence
from typing import TypeVar

Thing = TypeVar("Thing")


def moved_to(things: Sequence[Thing], thing: Thing, to: int) -> list[Thing]:
    """The things with this one at the place `to`; a place outside the list means its nearest end."""
    others = [each for each in things if each != thing]
    place = max(0, min(to, len(others)))
    return [*others[:place], thing, *others[place:]]
