"""Add a dated step to the schedule, or change one."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from bids.content import CLIENT, MilestoneCard
from bids.exports.bid_package.pieces import Piece
from bids.models import Bid, Milestone, MilestoneNeed, Part
from bids.permissions import may_change_offer, may_write_part
from bids.steps.asked_twice import asked_as, made_before
from bids.steps.editing import as_seen, finish, hold, keep_rules, place_of_milestone
from bids.steps.line_rows import next_position
from bids.steps.written_texts import changed_milestone, fresh_identifier
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, require


@action
def set_milestone(
    *,
    bid: Bid,
    changes: Piece,
    by: Actor,
    now: datetime,
    milestone: Milestone | None = None,
    seen: int = 0,
    public_id: UUID | None = None,
) -> Milestone:
    """The step is as given; without a milestone it is a new one.

    The lead sets every step, a firm those it does itself. Of two who saw the same version the second is refused;
    asking for the same new one twice under one `public_id` gives the one that is there.
    """
    held = hold(bid)
    if milestone is None:
        if known := made_before(Milestone, public_id, bid=held.bid, said=changes):
            return known
        standing, card = None, MilestoneCard(id=fresh_identifier(held.before), **changes.values)
    else:
        standing = as_seen(Milestone.objects.filter(pk=milestone.pk, bid=bid), seen)
        was = next((each for each in held.before.milestones if each.id == standing.identifier), None)
        if was is None:
            raise NotVisible
        _require_may_set(by, held.bid, was)
        card = changed_milestone(was, changes)
        if card == was:
            return standing
    _require_may_set(by, held.bid, card)
    steps = tuple(card if each.id == card.id else each for each in held.before.milestones)
    proposed = replace(held.before, milestones=steps if standing else (*steps, card))
    keep_rules(held, proposed, by=by, at=place_of_milestone(proposed, card.id))
    parts = {part.key: part for part in held.bid.parts.all()}
    columns = {
        "name": card.name,
        "starts_on": card.starts_on,
        "ends_on": card.ends_on,
        "owner": parts.get(card.owner),
        "hands_over_to": parts.get(card.hands_over_to),
        "hands_over_to_client": card.hands_over_to == CLIENT,
    }
    if standing is None:
        standing = Milestone.objects.create(
            public_id=public_id or uuid4(),
            bid=held.bid,
            position=next_position(bid.milestones.all()),
            identifier=card.id,
            **columns,
        )
    else:
        Milestone.objects.filter(pk=standing.pk).update_version(seen=seen, **columns)
    if "needs" in changes:
        _write_needs(standing, card)
    audit.record(
        "milestone.set",
        on=held.bid,
        by=by,
        at=now,
        milestone=str(standing.public_id),
        asked_as=asked_as(public_id, changes),
    )
    finish(held, by=by, now=now)
    standing.refresh_from_db()
    return standing


def _require_may_set(by: Actor, bid: Bid, card: MilestoneCard) -> None:
    if may_change_offer(by, bid):
        return
    owner = Part.objects.select_related("firm", "bid__lead").filter(bid=bid, key=card.owner).first()
    require(owner is not None and may_write_part(by, owner))


def _write_needs(milestone: Milestone, card: MilestoneCard) -> None:
    milestone.milestone_needs.all().delete()
    rows = {row.identifier: row for row in Milestone.objects.filter(bid_id=milestone.bid_id, identifier__in=card.needs)}
    MilestoneNeed.objects.bulk_create(
        MilestoneNeed(milestone=milestone, needs=rows[name], position=place) for place, name in enumerate(card.needs)
    )
