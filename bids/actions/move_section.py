"""Put a titled text in another place of the proposal."""

from datetime import datetime

from bids.models import Section
from bids.permissions import may_write_joint_words
from bids.steps.editing import as_seen, finish, hold
from bids.steps.line_rows import put_in_order
from bids.steps.moving import moved_to
from bids.steps.written_texts import texts_in_it
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, require


@action
def move_section(*, section: Section, to: int, seen: int, by: Actor, now: datetime) -> Section:
    """The text stands at this place, the first being 0; a place behind the last means the last.

    Asked again with the version that is now, nothing happens.
    """
    held = hold(section.bid)
    require(may_write_joint_words(by, held.bid))
    row = as_seen(Section.objects.filter(pk=section.pk), seen)
    standing = texts_in_it(held.bid)
    if row not in standing:
        raise NotVisible
    order = moved_to(standing, row, to)
    if order == standing:
        return row
    waiting = held.bid.sections.exclude(pk__in=[each.pk for each in standing]).order_by("position")
    put_in_order(Section.objects.filter(bid=held.bid), [*order, *waiting])
    Section.objects.filter(pk=row.pk).update_version(seen=seen)
    audit.record("section.moved", on=held.bid, by=by, at=now, section=str(row.public_id), to=order.index(row))
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
