"""What a note of a meeting says, and what is wrong with it."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from bids.steps.asking import LONGEST_EMAIL, LONGEST_NAME, email_fault, phone_fault
from kernel.clock import helsinki_day
from kernel.errors import Malformed
from kernel.text import clean_line, clean_text

LONGEST_WANTS: Final = 10_000
LONGEST_STEP: Final = 500
LONG_AGO: Final = timedelta(days=5 * 366)
FAR_AHEAD: Final = timedelta(days=5 * 366)


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A picture that has been cleaned: nothing in it but its pixels."""

    content: bytes
    media_type: str


@dataclass(frozen=True, kw_only=True)
class MeetingNote:
    """Whom one met and when, what they want, and what comes next."""

    client_name: str
    wants: str
    met_on: date
    contact_name: str = ""
    contact_email: str = ""
    contact_phone: str = ""
    next_step: str = ""
    next_on: date | None = None


def checked_note(note: MeetingNote, *, now: datetime) -> MeetingNote:
    """The note as it is kept; Malformed with a sentence for everything that is wrong with it."""
    cleaned = replace(
        note,
        client_name=clean_line(note.client_name),
        wants=clean_text(note.wants).strip(),
        contact_name=clean_line(note.contact_name),
        contact_email=clean_line(note.contact_email),
        contact_phone=clean_line(note.contact_phone),
        next_step=clean_line(note.next_step),
    )
    faults = _faults_in(cleaned, today=helsinki_day(now))
    if faults:
        raise Malformed(faults=faults)
    return cleaned


def columns_of_note(note: MeetingNote) -> dict[str, Any]:
    """The note as columns of its row."""
    return {each.name: getattr(note, each.name) for each in fields(note)}


def _faults_in(note: MeetingNote, *, today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not note.client_name:
        faults["client_name"] = _("Whom did you meet?")
    if not note.wants:
        faults["wants"] = _("What do they want? A few words are enough.")
    most = {"client_name": LONGEST_NAME, "contact_name": LONGEST_NAME, "wants": LONGEST_WANTS}
    most |= {"next_step": LONGEST_STEP, "contact_email": LONGEST_EMAIL}
    for name, longest in most.items():
        if len(getattr(note, name)) > longest:
            faults[name] = _("At most %(most)s characters.") % {"most": longest}
    if sentence := email_fault(note.contact_email):
        faults.setdefault("contact_email", sentence)
    if sentence := phone_fault(note.contact_phone):
        faults["contact_phone"] = sentence
    if note.met_on > today:
        faults["met_on"] = _("That day is still ahead. When did you meet?")
    elif note.met_on < today - LONG_AGO:
        faults["met_on"] = _("That is more than five years ago. Look at the year.")
    if note.next_on is not None and note.next_on > today + FAR_AHEAD:
        faults["next_on"] = _("That is too many years ahead. Choose an earlier day.")
    return faults
