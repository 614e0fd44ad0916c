"""The places of a version that a client can ask about, and which firm knows the answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from bids.content import FrozenAnswer, JointOffer
from bids.vocabulary import PlaceKind
from kernel.markdown import to_plain

LONGEST_NAME: Final = 90


@dataclass(frozen=True, kw_only=True)
class Place:
    """One place. `key` is a row's code, a firm's key or a section's number, counted from one; empty for the whole.

    `firm` is the key of the firm whose share it is, the lead's for what stands for all. `words` is what the version
    says there, on one line, and empty for the whole.
    """

    kind: PlaceKind
    key: str
    firm: str
    words: str

    @property
    def address(self) -> str:
        """The place as an address and a form name it."""
        return f"{self.kind}:{self.key}" if self.key else ""


def places_of(offer: JointOffer) -> Iterator[Place]:
    """Every place of the offer: the whole, its sections, then each firm's share and its rows."""
    lead = offer.lead.key
    yield Place(kind=PlaceKind.WHOLE, key="", firm=lead, words="")
    for number, section in enumerate(offer.sections, start=1):
        yield Place(kind=PlaceKind.SECTION, key=str(number), firm=section.owner or lead, words=_short(section.title))
    for part in offer.parts:
        yield Place(kind=PlaceKind.PART, key=part.key, firm=part.key, words=_short(part.firm.name))
        for line in part.lines:
            words = _short(f"{line.code} {to_plain(line.text)}")
            yield Place(kind=PlaceKind.LINE, key=line.code, firm=part.key, words=words)


def place_named(offer: JointOffer, address: str) -> Place | None:
    """The place of this address; None for one that the offer does not have."""
    return next((place for place in places_of(offer) if place.address == address), None)


def place_at(offer: JointOffer, kind: PlaceKind, key: str) -> Place:
    """The place of this kind and key, without words where the offer does not have it."""
    found = (place for place in places_of(offer) if (place.kind, place.key) == (kind, key))
    return next(found, Place(kind=kind, key=key, firm=offer.lead.key, words=key))


def about_words(place: Place) -> str:
    """What of the offer is meant, as it stands in a list: a row, a firm's share, a text, or the whole."""
    match place.kind:
        case PlaceKind.WHOLE:
            return _("The whole")
        case PlaceKind.LINE:
            return _("Row %(row)s") % {"row": place.words}
        case PlaceKind.PART:
            return _("The share of %(firm)s") % {"firm": place.words}
        case PlaceKind.SECTION:
            return _("The text “%(title)s”") % {"title": place.words}


def place_of_answer(answer: FrozenAnswer) -> Place:
    """The place an answer is about, as the version said it in which it was asked."""
    kind, _colon, key = answer.place.partition(":")
    return Place(kind=PlaceKind(kind) if kind else PlaceKind.WHOLE, key=key, firm=answer.firm, words=answer.about)


def address_now(answer: FrozenAnswer, offer: JointOffer) -> str:
    """The address of an answer's place in this offer, where it has that place still; empty for the whole.

    A row and a firm keep their names in all versions. A text is known by its title, wherever it stands now.
    """
    asked = place_of_answer(answer)
    for place in places_of(offer):
        if place.kind is asked.kind and (
            place.words == asked.words if asked.kind is PlaceKind.SECTION else place.key == asked.key
        ):
            return place.address
    return ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_NAME else f"{line[: LONGEST_NAME - 1].rstrip()}…"
