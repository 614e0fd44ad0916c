"""Texts and dated steps of an offer, as somebody wrote them."""

from collections.abc import Mapping
from typing import Any

from bids.content import JointOffer, MilestoneCard
from bids.exports.bid_package.faults import Fault
from bids.exports.bid_package.layout import CLIENT as CLIENT_SHAPE
from bids.exports.bid_package.layout import MILESTONE, PART, SECTION
from bids.exports.bid_package.pieces import Piece, PieceRefused, read_piece
from bids.models import Bid, Part, Section
from bids.vocabulary import IN_THE_OFFER, Language

SECTION_KEYS = ("title", "text", "owner", "language")
PART_TEXTS = ("summary", "included", "excluded", "assumptions")
MILESTONE_KEYS = ("name", "starts_on", "ends_on", "owner", "needs", "hands_over_to")
CLIENT_KEYS = tuple(key.name for key in CLIENT_SHAPE.keys)


def read_section(said: Mapping[str, Any], *, is_new: bool) -> Piece:
    """A text as it was said."""
    return read_piece(SECTION, said, only=SECTION_KEYS, needs=("title", "text") if is_new else ())


def read_part_texts(said: Mapping[str, Any]) -> Piece:
    """A firm's own texts as they were said."""
    return read_piece(PART, said, only=PART_TEXTS)


def read_milestone(said: Mapping[str, Any], *, is_new: bool) -> Piece:
    """A dated step as it was said."""
    needs = ("name", "starts_on", "ends_on", "owner") if is_new else ()
    return read_piece(MILESTONE, said, only=MILESTONE_KEYS, needs=needs)


def read_client(said: Mapping[str, Any]) -> Piece:
    """A client's card as it was said."""
    return read_piece(CLIENT_SHAPE, said, only=CLIENT_KEYS)


def section_columns(piece: Piece, bid: Bid) -> dict[str, Any]:
    """The columns of a text that the piece changes."""
    columns: dict[str, Any] = {name: piece.get(name) for name in ("title", "text") if name in piece}
    if "language" in piece:
        columns["language"] = str(Language(piece.get("language")).value) if piece.get("language") else ""
    if "owner" in piece:
        columns["owner"] = owner_of(piece.get("owner"), bid)
    return columns


def owner_of(key: str, bid: Bid) -> Part | None:
    """The part a key names; nobody for an empty one."""
    if not key:
        return None
    part = bid.parts.select_related("firm", "bid__lead").filter(key=key).first()
    if part is None:
        known = ", ".join(bid.parts.order_by("key").values_list("key", flat=True))
        raise PieceRefused([Fault(path="owner", code="firm_unknown", params={"value": key, "known": known})])
    return part


def section_owner(section: Section) -> Part | None:
    """Whose words a text is, with what is needed to ask who may change it."""
    if section.owner_id is None:
        return None
    return Part.objects.select_related("firm", "bid__lead").get(pk=section.owner_id)


def is_by_a_firm_in_it(owner: Part | None) -> bool:
    """Whether what is this firm's is in the offer; what is nobody's (joint texts, the client's steps) always is."""
    return owner is None or owner.state in IN_THE_OFFER


def texts_in_it(bid: Bid) -> list[Section]:
    """The titled texts that are in the offer, in its order; those of a firm that is out wait with it."""
    return [row for row in bid.sections.select_related("owner").order_by("position") if is_by_a_firm_in_it(row.owner)]


def fresh_identifier(offer: JointOffer) -> str:
    """A name for a dated step that no other of the offer has."""
    taken = {step.id for step in offer.milestones}
    number = len(taken) + 1
    while f"m{number}" in taken:
        number += 1
    return f"m{number}"


def changed_milestone(card: MilestoneCard, piece: Piece) -> MilestoneCard:
    """The step with what the piece says of it."""
    return MilestoneCard(**{**vars(card), **piece.values})
