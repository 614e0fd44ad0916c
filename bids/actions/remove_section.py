"""Take a titled text out of the proposal."""

from datetime import datetime

from bids.models import Section
from bids.permissions import may_write_joint_words, may_write_words_of
from bids.steps.editing import as_seen, finish, hold
from bids.steps.written_texts import section_owner
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def remove_section(*, section: Section, seen: int, by: Actor, now: datetime) -> None:
    """The text is gone. Asking twice finds nothing (`NotVisible`)."""
    held = hold(section.bid)
    row = as_seen(Section.objects.filter(pk=section.pk), seen)
    owner = section_owner(row)
    require(may_write_joint_words(by, held.bid) if owner is None else may_write_words_of(by, owner))
    row.delete()
    audit.record("section.removed", on=held.bid, by=by, at=now, section=str(section.public_id))
    finish(held, by=by, now=now)
