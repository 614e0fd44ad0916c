"""Reports of letters that came back: from a mail provider, or as a file a mail server wrote (RFC 3464)."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final
from uuid import UUID

from bids.actions.note_bounce import note_bounce
from bids.models import Letter
from bids.vocabulary import LetterState
from kernel.actor import Actor
from kernel.text import clean_line

ACTOR: Final = Actor.system("mail reports")
A_REPORT_COMES_WITHIN: Final = timedelta(days=7)
OUR_MESSAGE_ID: Final = re.compile(
    r"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})@", re.IGNORECASE
)
FINAL_STATUS: Final = re.compile(r"\s*5\.\d+\.\d+")


@dataclass(frozen=True, kw_only=True)
class Report:
    """What is said of one letter: which it is, as far as that is told, whom it was for, and why it came back."""

    recipient: str
    reason: str
    letter: UUID | None = None


def note(report: Report, *, now: datetime) -> Letter | None:
    """The letter that came back, now noted as such; None where the report is about none of ours.

    A report that names no letter is about the last one that was sent to its address within a week.
    """
    letter = _letter_of(report, now=now)
    return note_bounce(letter=letter, reason=report.reason, by=ACTOR, now=now) if letter else None


def reports_in(data: bytes) -> tuple[Report, ...]:
    """Every recipient for whom a delivery report says that the mail will not arrive; delays are no bounces."""
    mail = message_from_bytes(data, policy=policy.default)
    letter = _letter_named_in(mail)
    return tuple(
        Report(recipient=_address(fields), reason=_reason(fields), letter=letter)
        for part in mail.walk()
        if part.get_content_type() == "message/delivery-status"
        for fields in _blocks(part)
        if _field(fields, "Action").casefold() == "failed" or FINAL_STATUS.match(_field(fields, "Status"))
    )


def report_of_event(event: Any) -> Report | None:
    """What a mail provider tells, in anymail's terms; None for anything but a letter that did not arrive."""
    if event.event_type not in {"bounced", "rejected", "failed"}:
        return None
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    return Report(
        recipient=clean_line(str(event.recipient or "")),
        reason=clean_line(str(event.mta_response or event.description or event.reject_reason or ""))[:300],
        letter=_uuid(str(metadata.get("letter", ""))) or _from_message_id(str(event.message_id or "")),
    )


def _letter_of(report: Report, *, now: datetime) -> Letter | None:
    if report.letter is not None:
        return Letter.objects.filter(public_id=report.letter).first()
    if not report.recipient:
        return None
    lately = Letter.objects.filter(
        to_email__iexact=report.recipient, state=LetterState.SENT.value, sent_at__gt=now - A_REPORT_COMES_WITHIN
    )
    return lately.order_by("-sent_at", "-pk").first()


def _letter_named_in(mail: Any) -> UUID | None:
    """By the Message-ID in the part of our letter that was sent back."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            found = _from_message_id(str(inner[0].get("Message-ID", ""))) if isinstance(inner, list) and inner else None
        elif kind == "text/rfc822-headers":
            headers = message_from_bytes(part.get_payload(decode=True) or b"", policy=policy.default)
            found = _from_message_id(str(headers.get("Message-ID", "")))
        else:
            continue
        if found is not None:
            return found
    return None


def _blocks(part: Any) -> list[EmailMessage]:
    """The groups of fields of a report: the first is about the whole, each other one about one recipient."""
    payload = part.get_payload()
    return list(payload) if isinstance(payload, list) else []


def _field(fields: EmailMessage, name: str) -> str:
    return clean_line(str(fields.get(name, "")))


def _address(fields: EmailMessage) -> str:
    said = _field(fields, "Original-Recipient") or _field(fields, "Final-Recipient")
    return said.partition(";")[2].strip() or said


def _reason(fields: EmailMessage) -> str:
    said = _field(fields, "Diagnostic-Code")
    return (said.partition(";")[2].strip() or said or _field(fields, "Status"))[:300]


def _from_message_id(message_id: str) -> UUID | None:
    found = OUR_MESSAGE_ID.search(message_id)
    return UUID(found[1]) if found else None


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said)
    except ValueError:
        return None
