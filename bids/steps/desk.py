"""An offer on the desk of somebody who may write in it: its rows, what it says, and what is theirs to change."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self
from uuid import UUID

from bids.content import JointOffer
from bids.models import Bid, LineItem, Milestone, Part, Section
from bids.permissions import (
    eyes_of,
    may_change_offer,
    may_write_joint_words,
    may_write_part,
    may_write_words_of,
)
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.stages import has_said_yes
from bids.steps.written_texts import is_by_a_firm_in_it
from bids.visibility import Eyes
from bids.vocabulary import IN_THE_OFFER, BidState, PartState, Role
from kernel.actor import Actor
from kernel.errors import NotVisible

Right = Literal["write", "suggest", ""]


@dataclass(frozen=True)
class Desk:
    """One reader's rights in one offer, asked of the database once, however many firms and rows there are."""

    actor: Actor
    bid: Bid

    @classmethod
    def of(cls, actor: Actor, bid: Bid) -> Self:
        """The desk with every row of the offer on it."""
        return cls(actor=actor, bid=whole_bids().get(pk=bid.pk))

    @classmethod
    def seen_by(cls, actor: Actor, public_id: UUID) -> Self:
        """The desk of the offer with this id, for whoever may see it; for anybody else there is no such thing."""
        bid = whole_bids().visible_to(actor).filter(public_id=public_id).first()
        if bid is None:
            raise NotVisible
        return cls(actor=actor, bid=bid)

    @cached_property
    def offer(self) -> JointOffer:
        """What the offer says, without its pictures."""
        return offer_of(self.bid, with_files=False)

    @cached_property
    def eyes(self) -> Eyes:
        """Whose eyes read it."""
        return eyes_of(self.actor, self.bid)

    @cached_property
    def is_open(self) -> bool:
        """Whether anything can be changed now: once the client has said yes, only while that is being changed."""
        return self.bid.state == BidState.DRAFTING.value and (self.bid.changing > 0 or not self.is_accepted)

    @cached_property
    def is_accepted(self) -> bool:
        """Whether the client has said yes to a version of it."""
        return has_said_yes(self.bid)

    @cached_property
    def offers(self) -> bool:
        """Whether what is the lead's is theirs to change."""
        return self.is_open and may_change_offer(self.actor, self.bid)

    @cached_property
    def joint(self) -> bool:
        """Whether the common texts are."""
        return self.is_open and may_write_joint_words(self.actor, self.bid)

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of the firms that are in the offer, in its order."""
        return [part for part in self.bid.parts.all() if part.state in IN_THE_OFFER]

    @cached_property
    def sections(self) -> list[Section]:
        """The titled texts that are in the offer, each where it stands among those of `offer`."""
        return [row for row in self.bid.sections.all() if is_by_a_firm_in_it(row.owner)]

    @cached_property
    def milestones(self) -> list[Milestone]:
        """The dated steps that are in the offer."""
        return [row for row in self.bid.milestones.all() if is_by_a_firm_in_it(row.owner)]

    @cached_property
    def own(self) -> Part | None:
        """The part of the firm acted for."""
        return next((part for part in self.parts if part.firm_id == self.actor.firm_id), None)

    @cached_property
    def _by_code(self) -> dict[str, tuple[Part, LineItem]]:
        return {row.code: (part, row) for part in self.parts for row in part.lines.all()}

    @cached_property
    def _own_rights(self) -> tuple[bool, bool]:
        own = Part.objects.select_related("firm", "bid__lead").get(pk=self.own.pk) if self.own else None
        return (
            own is not None and may_write_part(self.actor, own),
            own is not None and may_write_words_of(self.actor, own),
        )

    def rows_right(self, part: Part) -> Right:
        """What may be done with a firm's rows."""
        if not self.is_open:
            return ""
        if self.own is not None and part.pk == self.own.pk:
            return "write" if self._own_rights[0] else ("suggest" if self._own_rights[1] else "")
        if part.state == PartState.LISTED.value and part.role != Role.LEAD.value and self.offers:
            return "write"
        return "suggest" if self.joint else ""

    def words_right(self, part: Part) -> Right:
        """What may be done with a firm's texts."""
        if self.is_open and self.own is not None and part.pk == self.own.pk:
            return "write" if self._own_rights[1] else ""
        return self.rows_right(part)

    def section_right(self, section: Section) -> Right:
        """What may be done with a titled text."""
        if section.owner is None:
            return "write" if self.joint else ""
        right = self.words_right(section.owner)
        return "write" if right == "write" else ""

    def milestone_right(self, milestone: Milestone) -> Right:
        """What may be done with a dated step."""
        own = milestone.owner is not None and self.rows_right(milestone.owner) == "write"
        return "write" if self.offers or own else ""

    def part(self, key: str) -> Part:
        """The part of this key; NotVisible when the offer has none."""
        for part in self.parts:
            if part.key == key:
                return part
        raise NotVisible

    def line(self, code: str) -> tuple[Part, LineItem]:
        """The row of this code and the part it is in."""
        if code not in self._by_code:
            raise NotVisible
        return self._by_code[code]

    def section(self, public_id: str) -> tuple[int, Section]:
        """The titled text of this id and its place."""
        for place, row in enumerate(self.sections):
            if str(row.public_id) == public_id:
                return place, row
        raise NotVisible

    def milestone(self, identifier: str) -> Milestone:
        """The dated step of this name."""
        for row in self.milestones:
            if row.identifier == identifier:
                return row
        raise NotVisible


_OF_THE_LEAD = frozenset(
    {"title", "dates", "looks", "need", "client", "rules", "terms", "discount", "fee", "plan", "packages"}
)


def right_at(desk: Desk, kind: str, key: str) -> Right:
    """What may be done at a place; nothing where there is no such place."""
    try:
        return _right_at(desk, kind, key)
    except NotVisible:
        return ""


def _right_at(desk: Desk, kind: str, key: str) -> Right:  # noqa: PLR0911 - one for each kind of place
    if kind in _OF_THE_LEAD:
        return "write" if desk.offers else ""
    match kind:
        case "line":
            part, _row = desk.line(key)
            return desk.rows_right(part) if desk.eyes.sees_price_of(part.key) else ""
        case "new-line":
            return desk.rows_right(desk.part(key))
        case "part":
            return desk.words_right(desk.part(key))
        case "section":
            return desk.section_right(desk.section(key)[1])
        case "new-section":
            return ("write" if desk.joint else "") if not key else desk.words_right(desk.part(key))
        case "milestone":
            return desk.milestone_right(desk.milestone(key))
        case "new-milestone":
            own = desk.own is not None and desk.rows_right(desk.own) == "write"
            return "write" if desk.offers or own else ""
        case _:
            return ""
