"""The threads of an offer's firms for lists and cards."""

from dataclasses import dataclass

from bids.content import JointOffer
from bids.sheets.threads import threads


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A firm's initials, colour and name."""

    initials: str
    colour: str
    firm: str


def marks_of(offer: JointOffer) -> tuple[Mark, ...]:
    """The marks of an offer's firms in document order."""
    drawn = threads(offer.parts)
    return tuple(
        Mark(initials=drawn[part.key].initials, colour=drawn[part.key].colour, firm=part.firm.name)
        for part in offer.parts
    )
