"""Notes of meetings: the firm's own, each once, with nothing but pixels in their photos."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from bids.actions.change_meeting import change_meeting
from bids.actions.note_meeting import note_meeting
from bids.actions.remove_meeting import remove_meeting
from bids.actions.start_offer import start_offer
from bids.models import Bid, Meeting
from bids.queries.asked_before import KeyUsed
from bids.steps.meetings import MeetingNote, Photo
from kernel.errors import Malformed, NotPermitted, Stale
from kernel.files import read
from tests.bids.starting import Lead, a_lead, pikkutikka
from tests.world import a_person, acting

pytestmark = pytest.mark.django_db

NOTE = MeetingNote(
    client_name="Päiväkoti Pikkutikka",
    wants="Kuva palvelusetelistä eteiseen",
    met_on=date(2026, 2, 26),
    contact_name="Liisa",
    contact_email="johtaja@pikkutikka.invalid",
    next_step="Soitan",
    next_on=date(2026, 3, 5),
)


@pytest.fixture
def maija() -> Lead:
    return a_lead()


@pytest.fixture
def meeting(maija: Lead, now: datetime) -> Meeting:
    return note_meeting(note=NOTE, by=maija.actor, now=now, photo=Photo(content=b"pixels", media_type="image/png"))


def test_a_note_says_what_was_noted(meeting: Meeting, maija: Lead) -> None:
    assert (meeting.firm, meeting.person, meeting.client_name) == (maija.firm, maija.person, NOTE.client_name)
    assert (meeting.next_step, meeting.next_on) == ("Soitan", date(2026, 3, 5))
    assert meeting.photo is not None
    assert read(meeting.photo.sha256) == b"pixels"


def test_noting_twice_notes_once(maija: Lead, now: datetime) -> None:
    key = uuid4()
    first = note_meeting(note=NOTE, by=maija.actor, now=now, public_id=key)
    assert note_meeting(note=NOTE, by=maija.actor, now=now, public_id=key) == first
    with pytest.raises(KeyUsed):
        note_meeting(note=NOTE, by=a_lead("Toinen Oy", business_id="9000019-3").actor, now=now, public_id=key)


@pytest.mark.parametrize(
    ("note", "place"),
    [
        (replace(NOTE, client_name=" "), "client_name"),
        (replace(NOTE, wants=""), "wants"),
        (replace(NOTE, wants="x" * 10_001), "wants"),
        (replace(NOTE, contact_email="liisa"), "contact_email"),
        (replace(NOTE, contact_phone="soita"), "contact_phone"),
        (replace(NOTE, met_on=date(2026, 3, 3)), "met_on"),
        (replace(NOTE, met_on=date(1999, 1, 1)), "met_on"),
        (replace(NOTE, next_on=date(2099, 1, 1)), "next_on"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(note: MeetingNote, place: str, maija: Lead, now: datetime) -> None:
    with pytest.raises(Malformed) as refused:
        note_meeting(note=note, by=maija.actor, now=now)
    assert list(refused.value.faults) == [place]


def test_a_note_is_changed_by_whoever_saw_it_last(meeting: Meeting, maija: Lead, now: datetime) -> None:
    changed = change_meeting(meeting=meeting, note=replace(NOTE, wants="Kyltti"), seen=1, by=maija.actor, now=now)
    assert (changed.wants, changed.version, changed.photo) == ("Kyltti", 2, meeting.photo)
    with pytest.raises(Stale):
        change_meeting(meeting=meeting, note=NOTE, seen=1, by=maija.actor, now=now)
    bare = change_meeting(meeting=meeting, note=NOTE, seen=2, by=maija.actor, now=now, without_photo=True)
    assert bare.photo is None


def test_only_those_who_write_for_the_firm_note_and_change(meeting: Meeting, maija: Lead, now: datetime) -> None:
    viewer = acting(a_person(at=maija.firm, role="viewer"), maija.firm)
    for by in (viewer, a_lead("Toinen Oy", business_id="9000019-3").actor):
        with pytest.raises(NotPermitted):
            change_meeting(meeting=meeting, note=NOTE, seen=1, by=by, now=now)
        with pytest.raises(NotPermitted):
            remove_meeting(meeting=meeting, by=by, now=now)
    with pytest.raises(NotPermitted):
        note_meeting(note=NOTE, by=viewer, now=now)
    producer = acting(a_person(at=maija.firm, role="producer"), maija.firm)
    assert note_meeting(note=NOTE, by=producer, now=now).firm == maija.firm


def test_a_note_goes_and_its_offer_stays(meeting: Meeting, maija: Lead, now: datetime) -> None:
    bid = start_offer(new=pikkutikka(meeting=meeting.public_id), by=maija.actor, now=now)
    meeting.refresh_from_db()
    remove_meeting(meeting=meeting, by=maija.actor, now=now + timedelta(days=1))
    assert not Meeting.objects.exists()
    assert Bid.objects.get() == bid
