"""Change the note of a meeting."""

from datetime import datetime

from bids.models import Meeting
from bids.permissions import may_note_meetings
from bids.queries.assets import asset_of
from bids.steps.meetings import MeetingNote, Photo, checked_note, columns_of_note
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def change_meeting(
    *,
    meeting: Meeting,
    note: MeetingNote,
    seen: int,
    by: Actor,
    now: datetime,
    photo: Photo | None = None,
    without_photo: bool = False,
) -> Meeting:
    """The note says what was typed, with a new photo, without any, or with the one it had; Stale if it changed."""
    meeting = Meeting.objects.select_for_update(of=("self",)).select_related("firm").get(pk=meeting.pk)
    require(may_note_meetings(by, meeting.firm))
    changes = columns_of_note(checked_note(note, now=now))
    if photo is not None:
        changes["photo"] = asset_of(photo.content, photo.media_type, firm=meeting.firm, now=now)
    elif without_photo:
        changes["photo"] = None
    Meeting.objects.filter(pk=meeting.pk).update_version(seen=seen, **changes)
    meeting.refresh_from_db()
    audit.record("meeting.changed", on=meeting, by=by, at=now)
    return meeting
