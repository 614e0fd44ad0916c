"""Note a meeting with a client."""

from datetime import datetime
from uuid import UUID

from bids.models import Meeting
from bids.permissions import may_note_meetings
from bids.queries.asked_before import KeyUsed
from bids.queries.assets import asset_of
from bids.steps.meetings import MeetingNote, Photo, checked_note, columns_of_note
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotPermitted, require
from members.models import Firm


@action
def note_meeting(
    *, note: MeetingNote, by: Actor, now: datetime, photo: Photo | None = None, public_id: UUID | None = None
) -> Meeting:
    """The note is there for the actor's firm. Noting twice under one `public_id` notes once and keeps the first."""
    if by.firm_id is None:
        raise NotPermitted
    firm = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    require(may_note_meetings(by, firm))
    known = Meeting.objects.filter(public_id=public_id).first() if public_id else None
    if known is not None:
        if known.firm_id != firm.pk:
            raise KeyUsed
        return known
    said = checked_note(note, now=now)
    meeting = Meeting.objects.create(
        **({"public_id": public_id} if public_id else {}),
        firm=firm,
        person_id=by.id,
        photo=asset_of(photo.content, photo.media_type, firm=firm, now=now) if photo else None,
        noted_at=now,
        **columns_of_note(said),
    )
    audit.record(
        "meeting.noted", on=meeting, by=by, at=now, client=audit.Personal(said.client_name), photo=photo is not None
    )
    return meeting
