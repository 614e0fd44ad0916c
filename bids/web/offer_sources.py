"""What a new offer can be made from, a meeting's note, a group or an earlier offer, and what its page says then."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext

from bids.exports.agreed import to_make_another_of
from bids.models import Bid, Group, GroupMember, Meeting, Part
from bids.permissions import leads
from bids.queries.partners import latest_invitations
from bids.steps.asking import LONGEST_WHAT
from bids.steps.copying import moved_delivery
from bids.steps.starting import ACCEPTS
from bids.vocabulary import Role
from bids.web.new_offer_form import as_ready
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import helsinki_day
from kernel.errors import NotVisible
from kernel.text import clean_line, opening

KINDS: Final = ("meeting", "group", "copy")
LONGEST_SUGGESTED_TITLE: Final = 80
NO_ID: Final = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Source:
    """What an offer is made from; nothing at all for an empty page."""

    kind: str = ""
    id: UUID | None = None

    @property
    def place(self) -> str:
        """Where the draft of its page is kept, within the firm's."""
        return f":{self.kind}:{self.id}" if self.kind else ""

    @property
    def query(self) -> str:
        """The end of the address of its page."""
        return f"?{urlencode({self.kind: str(self.id)})}" if self.kind else ""

    def is_a(self, kind: str) -> UUID | None:
        """The id, if it is of this kind."""
        return self.id if self.kind == kind else None


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What the page says already, and in one sentence why."""

    words: dict[str, str] = field(default_factory=dict)
    sentence: str = ""
    note: str = ""
    """What was noted besides, for its writer to look at; it stays in the note and goes into no offer by itself."""


def source_of(said: Mapping[str, str]) -> Source:
    """What the address or the form names; what is no id names nothing."""
    for kind in KINDS:
        try:
            return Source(kind=kind, id=UUID(said[kind]))
        except (KeyError, ValueError):
            continue
    return Source()


def suggestion_for(source: Source, *, by: Actor, now: datetime) -> Suggestion:
    """The words the page begins with; NotVisible for what the actor's firm does not have."""
    match source.kind:
        case "meeting":
            return _of_meeting(source, by=by)
        case "group":
            return _of_group(source, by=by)
        case "copy":
            return _of_offer(source, by=by, now=now)
        case _:
            return Suggestion()


def _of_meeting(source: Source, *, by: Actor) -> Suggestion:
    meeting = Meeting.objects.visible_to(by).filter(public_id=source.id or NO_ID).first()
    if meeting is None:
        raise NotVisible
    email = meeting.contact_email
    if meeting.contact_name and email:
        email = f"{meeting.contact_name} <{email}>"
    title = opening(meeting.wants, most=LONGEST_SUGGESTED_TITLE)
    return Suggestion(
        words={"client_name": meeting.client_name, "client_email": email, "title": title},
        sentence=gettext("From your meeting with %(client)s.") % {"client": meeting.client_name},
        note=meeting.wants if clean_line(meeting.wants).removesuffix(".") != title else "",
    )


def _of_group(source: Source, *, by: Actor) -> Suggestion:
    group = Group.objects.visible_to(by).filter(public_id=source.id or NO_ID).first()
    if group is None:
        raise NotVisible
    words = {
        "invoicing": group.invoicing,
        "liability": group.liability,
        "price_visibility": group.price_visibility,
        "payment_days": str(group.payment_days),
        "valid_days": str(group.valid_days),
    }
    members = (
        GroupMember.objects.filter(group=group).exclude(firm_id=by.firm_id or 0).select_related("firm").order_by("pk")
    )
    for number, member in enumerate(members):
        words |= {
            f"firm-{number}-name": member.firm.name,
            f"firm-{number}-contact": contact_words(member.name, member.email, member.phone),
            f"firm-{number}-what": member.usual_share,
        }
    return Suggestion(words=words, sentence=gettext("With the group %(group)s.") % {"group": group.name})


def earlier_offer(source: Source, *, by: Actor) -> Bid | None:
    """The offer that is copied, if the actor's firm leads it; NotVisible for any other, None where none is copied."""
    if source.kind != "copy":
        return None
    bid = Bid.objects.visible_to(by).filter(public_id=source.id or NO_ID).first()
    if bid is None or not leads(by, bid):
        raise NotVisible
    return bid


def _of_offer(source: Source, *, by: Actor, now: datetime) -> Suggestion:
    bid = earlier_offer(source, by=by)
    assert bid is not None  # noqa: S101 - asked for this kind only
    offer = to_make_another_of(bid)
    language = page_language()
    tomorrow = helsinki_day(now) + timedelta(days=1)
    client = next((each for each in offer.client.contacts if each.role == ACCEPTS), None)
    own_name = client.name if client and client.name != offer.client.name else ""
    words = {
        "client_name": offer.client.name,
        "client_email": contact_words(own_name, client.email, "") if client else "",
        "client_kind": offer.client.kind.value,
        "title": offer.title,
        "ready": as_ready(moved_delivery(offer, leaves_on=tomorrow), language),
        "language": offer.language.value,
        "profile": offer.profile.value,
        "invoicing": offer.invoicing.value,
        "liability": offer.liability.value,
        "price_visibility": offer.price_visibility.value,
        "payment_days": str(offer.payment_days),
        "valid_days": str((offer.valid_until - offer.issued_on).days or 1),
    }
    rows = {part.key: part for part in Part.objects.filter(bid=bid)}
    asked = latest_invitations(rows.values())
    partners = [part for part in offer.parts if part.role is not Role.LEAD and not rows[part.key].is_gone]
    for number, part in enumerate(partners):
        row, contact = rows[part.key], part.firm.contact
        invitation = asked.get(row.pk)
        name = (invitation.name if invitation else "") or (contact.name if contact else "")
        words |= {
            f"firm-{number}-name": part.firm.name,
            f"firm-{number}-contact": contact_words(
                "" if name == part.firm.name else name,
                (invitation.email if invitation else "") or (contact.email if contact else ""),
                (invitation.phone if invitation else "") or (contact.phone if contact else ""),
            ),
            f"firm-{number}-what": row.asked
            or part.summary
            or ", ".join(line.text for line in part.lines)[:LONGEST_WHAT],
            f"firm-{number}-part": part.key,
        }
    sentence = gettext("From %(number)s %(title)s. Rows and texts come along; each firm gives its price anew.")
    return Suggestion(words=words, sentence=sentence % {"number": offer.number, "title": offer.title})


def contact_words(name: str, email: str, phone: str) -> str:
    """How one would type somebody's name, address and number in one field."""
    address = f"{name} <{email}>" if name and email else email or name
    return ", ".join(each for each in (address, phone) if each)
