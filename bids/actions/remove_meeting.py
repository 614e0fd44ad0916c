"""Throw the note of a meeting away."""

from datetime import datetime

from bids.models import Meeting
from bids.permissions import may_note_meetings
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def remove_meeting(*, meeting: Meeting, by: Actor, now: datetime) -> None:
    """The note is gone; an offer made of it stays. What its trail says of it holds no name."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("firm").get(pk=meeting.pk)
    require(may_note_meetings(by, meeting.firm))
    audit.record("meeting.removed", on=meeting, by=by, at=now)
    meeting.delete()
