"""Write a titled text of the proposal."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

from bids.content import Section as SectionText
from bids.exports.bid_package.pieces import Piece
from bids.models import Bid, Part, Section
from bids.permissions import may_write_joint_words, may_write_words_of
from bids.steps.asked_twice import asked_as, made_before
from bids.steps.editing import as_seen, finish, hold, keep_rules
from bids.steps.line_rows import next_position
from bids.steps.written_texts import owner_of, section_columns, section_owner, texts_in_it
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, require


@action
def write_section(
    *,
    bid: Bid,
    changes: Piece,
    by: Actor,
    now: datetime,
    section: Section | None = None,
    seen: int = 0,
    public_id: UUID | None = None,
) -> Section:
    """The text says what was given; without a section it is a new one, the last.

    Joint texts are the lead's to write, an owned text its firm's. Of two who saw the same version the second is
    refused; asking for the same new one twice under one `public_id` gives the one that is there.
    """
    held = hold(bid)
    standing = None if section is None else as_seen(Section.objects.filter(pk=section.pk, bid=bid), seen)
    owner = owner_of(changes.get("owner"), held.bid) if "owner" in changes else None
    if standing is not None:
        _require_may_write(by, held.bid, section_owner(standing))
    if standing is None or "owner" in changes:
        _require_may_write(by, held.bid, owner)
    if standing is None:
        if known := made_before(Section, public_id, bid=held.bid, said=changes):
            return known
        proposed = (*held.before.sections, SectionText(**changes.values))
        keep_rules(held, replace(held.before, sections=proposed), by=by, at=f"sections[{len(proposed) - 1}]")
        standing = Section.objects.create(
            public_id=public_id or uuid4(),
            bid=held.bid,
            position=next_position(bid.sections.all()),
            **section_columns(changes, held.bid),
        )
        audit.record(
            "section.written",
            on=held.bid,
            by=by,
            at=now,
            section=str(standing.public_id),
            asked_as=asked_as(public_id, changes),
        )
    else:
        standing_there = [row.pk for row in texts_in_it(held.bid)]
        if standing.pk not in standing_there:
            raise NotVisible
        place = standing_there.index(standing.pk)
        was = held.before.sections[place]
        said = replace(was, **changes.values)
        if said == was:
            return standing
        proposed = (*held.before.sections[:place], said, *held.before.sections[place + 1 :])
        keep_rules(held, replace(held.before, sections=proposed), by=by, at=f"sections[{place}]")
        Section.objects.filter(pk=standing.pk).update_version(seen=seen, **section_columns(changes, held.bid))
        audit.record("section.changed", on=held.bid, by=by, at=now, section=str(standing.public_id))
    finish(held, by=by, now=now)
    standing.refresh_from_db()
    return standing


def _require_may_write(by: Actor, bid: Bid, owner: Part | None) -> None:
    require(may_write_joint_words(by, bid) if owner is None else may_write_words_of(by, owner))
