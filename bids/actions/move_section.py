"""Put a titled text in another place of the proposal."""

from datetime import datetime

from bids.models import Section
from bids.permissions import may_write_joint_words
from bids.steps.editing import as_seen, finish, hold
from bids.steps.line_rows import put_in_order
from bids.steps.moving import moved_to
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def move_section(*, section: Section, to: int, seen: int, by: Actor, now: datetime) -> Section:
    """The text stands at this place, the first being 0; a place behind the last means the last.

    Asked again with the version that is now, nothing happens.
    """
    held = hold(section.bid)
    require(may_write_joint_words(by, held.bid))
    row = as_seen(Section.objects.filter(pk=section.pk), seen)
    standing = list(held.bid.sections.order_by("position"))
    order = moved_to(standing, row, to)
    if order == standing:
        return row
    put_in_order(Section.objects.filter(bid=held.bid), order)
    Section.objects.filter(pk=row.pk).update_version(seen=seen)
    audit.record("section.moved", on=held.bid, by=by, at=now, section=str(row.public_id), to=order.index(row))
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row
