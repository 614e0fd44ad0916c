"""Ask a firm into an offer: its row, its share, its invitation and the letter, for whichever action asks."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.content import Contact, FirmCard
from bids.models import Bid, GroupMember, Invitation, InvitationLink, Letter, Part
from bids.queries.firm_cards import card_as_json, card_from_json
from bids.queries.partners import firm_asked_before, last_part_with
from bids.steps.initials import initials_for
from bids.steps.letters import Recipient, write_letter
from bids.steps.reminders import promise_reminders
from bids.vocabulary import LetterKind, LetterState, PartState, Role
from kernel import audit
from kernel.actor import Actor, ActorKind
from kernel.clock import helsinki_day, helsinki_instant
from kernel.errors import Malformed, Refusal
from kernel.text import clean_line, clean_text
from members.models import Firm, Membership, Person

MOST_PARTNERS: Final = 20
"""An offer is sent by up to ten firms; some of those asked say no."""
LONGEST_NAME: Final = 200
LONGEST_WHAT: Final = 4000
LONGEST_EMAIL: Final = 254
LONGEST_PHONE: Final = 40
FEWEST_DIGITS: Final = 6
"""Of a number without a prefix, like 116 117."""
FEWEST_NATIONAL: Final = 7
"""Of a Finnish number with its first zero, like 0100 100."""
FEWEST_MOBILE: Final = 8
FEWEST_INTERNATIONAL: Final = 7
MOST_DIGITS: Final = 15
"""Of any number in the world (ITU-T E.164), without the zeros it is dialled with."""
USUAL_HOUR: Final = time(18, 0)

_PHONE = re.compile(r"\+?[\d\s().\-/]+")
_GONE = (PartState.NO.value, PartState.TAKEN_OVER.value, PartState.LEFT_OUT.value, PartState.LEFT.value)
_MAY_BE_ASKED = (PartState.LISTED.value, *_GONE)


class AlreadyAsked(Refusal):
    """The firm is in the offer."""

    sentence = gettext_lazy("%(firm)s is in this offer already.")
    code = "already-asked"


class TooLate(Malformed):
    """The moment until which to answer has passed."""

    sentence = gettext_lazy("That moment has passed already. Choose a later one.")
    code = "too-late"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who is to be asked for what. `contact` is a person's name; without an address the asker passes a link on."""

    name: str
    what: str
    email: str = ""
    phone: str = ""
    contact: str = ""

    def cleaned(self) -> "Asked":
        """The same as it is kept."""
        return Asked(
            name=clean_line(self.name),
            what=clean_text(self.what).strip(),
            email=clean_line(self.email),
            phone=clean_line(self.phone),
            contact=clean_line(self.contact),
        )


def faults_in(asked: Sequence[Asked], *, lead: Firm, by: Actor, standing: Iterable[Part] = ()) -> dict[str, str]:
    """What is wrong with each of those who are to be asked, by its path (`firms[0].email`); empty when nothing is."""
    faults: dict[str, str] = {}
    parts = [part for part in standing if part.role != Role.LEAD.value and part.state not in _GONE]
    if len(parts) + len(asked) > MOST_PARTNERS:
        faults["firms"] = _("At most %(most)s firms are asked into one offer.") % {"most": MOST_PARTNERS}
    own_email = _own_email(by)
    asked_already = [part for part in parts if part.state != PartState.LISTED.value]
    names = {card_from_json(part.card).name.casefold() for part in asked_already}
    emails = {email.casefold() for email in _emails_in(asked_already)}
    for number, each in enumerate(asked):
        for key, sentence in faults_of(each).items():
            faults[f"firms[{number}].{key}"] = sentence
        name, email = each.name.casefold(), each.email.casefold()
        if name and name == lead.name.casefold():
            faults[f"firms[{number}].name"] = _("This is your own firm. It is in the offer already.")
        elif name and name in names:
            faults[f"firms[{number}].name"] = _("This firm is here already. Write everything you ask of it in one row.")
        if email and email == own_email:
            faults[f"firms[{number}].email"] = _("This is your own address. Write the partner's.")
        elif email and email in emails:
            faults[f"firms[{number}].email"] = _("This address is here already. Ask each firm once.")
        names.add(name)
        emails.add(email)
    return faults


def faults_of(each: Asked) -> dict[str, str]:
    """What is wrong with one of them by itself, by field."""
    faults: dict[str, str] = {}
    if not each.name:
        faults["name"] = _("Which firm do you ask?")
    elif len(each.name) > LONGEST_NAME:
        faults["name"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
    if not each.what:
        faults["what"] = _("What do you ask from them? A few words are enough.")
    elif len(each.what) > LONGEST_WHAT:
        faults["what"] = _("At most %(most)s characters.") % {"most": LONGEST_WHAT}
    if sentence := email_fault(each.email):
        faults["email"] = sentence
    if sentence := phone_fault(each.phone):
        faults["phone"] = sentence
    if len(each.contact) > LONGEST_NAME:
        faults["contact"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
    return faults


def email_fault(email: str) -> str:
    """Why this is no address; empty for an address, and for none."""
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        return _("This is not a whole e-mail address. Write it like sari@example.fi.")
    return _("At most %(most)s characters.") % {"most": LONGEST_EMAIL} if len(email) > LONGEST_EMAIL else ""


def phone_fault(phone: str) -> str:
    """Why this is no telephone number; empty for a number, and for none."""
    if not phone:
        return ""
    # What stands behind a stroke is an extension or a second number.
    alone = _is_number(phone) or _is_number(phone.partition("/")[0])
    if len(phone) > LONGEST_PHONE or not _PHONE.fullmatch(phone) or not alone:
        return _("This is not a telephone number. Write it like 040 123 4567.")
    return ""


def _is_number(written: str) -> bool:
    """Whether it has as many digits as a number that can be called, in Finland or from there."""
    digits = "".join(sign for sign in written if sign.isdigit())
    if written.lstrip().startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
        if not digits.startswith("358"):
            return FEWEST_INTERNATIONAL <= len(digits) <= MOST_DIGITS
        digits = "0" + digits.removeprefix("358").removeprefix("0")
    if digits.startswith(("04", "050")):
        return FEWEST_MOBILE <= len(digits) <= MOST_DIGITS
    return (FEWEST_NATIONAL if digits.startswith("0") else FEWEST_DIGITS) <= len(digits) <= MOST_DIGITS


def answer_until(bid: Bid, *, now: datetime, wanted: datetime | None = None) -> datetime:
    """Until when one who is asked now may answer: as wanted, else until the offer leaves, else tomorrow at six.

    Raises TooLate for a moment that is past.
    """
    if wanted is not None:
        if wanted <= now:
            raise TooLate(faults={"answer_until": str(TooLate.sentence)})
        return wanted
    if bid.leaves_at is not None and bid.leaves_at > now:
        return bid.leaves_at
    return helsinki_instant(helsinki_day(now) + timedelta(days=1), USUAL_HOUR)


def ask(
    bid: Bid,
    asked: Asked,
    *,
    by: Actor,
    now: datetime,
    until: datetime,
    members: Mapping[str, GroupMember] | None = None,
) -> Invitation:
    """The firm has a share, a standing invitation, one letter and its reminders.

    A firm that said no or was left out before gets its old share back, as one that is asked, and so does one that an
    imported offer names. `members` are those of
    the group the offer is made with, by address and by name in small letters.
    """
    part = _named_but_not_asked(asked, bid=bid)
    if part is not None and not _may_find_it(part.firm, asked, bid=bid):
        part.firm = Firm.objects.create(name=card_from_json(part.card).name)
        Part.objects.filter(pk=part.pk).update(firm=part.firm)
    firm = part.firm if part else _firm_of(asked, bid=bid, members=members or {})
    part = part or Part.objects.filter(bid=bid, firm=firm).first()
    if part is None:
        part = _new_part(bid, firm, asked, now=now)
    elif part.state in _MAY_BE_ASKED:
        part.state, part.asked = PartState.ASKED.value, asked.what
        Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=part.state, asked=part.asked)
        part.refresh_from_db()
    else:
        raise AlreadyAsked(params={"firm": asked.name})
    return invite(part, asked, by=by, now=now, until=until)


def invite(
    part: Part, asked: Asked, *, by: Actor, now: datetime, until: datetime, is_passed_on: bool = False
) -> Invitation:
    """A new standing invitation to a share, its letter and its reminders; one that stood before is taken back."""
    for standing in Invitation.objects.standing().filter(part=part):
        withdraw(standing, now=now)
    invitation = Invitation.objects.create(
        bid=part.bid,
        part=part,
        name=asked.contact,
        email=asked.email,
        phone=asked.phone,
        language=part.bid.language,
        asked_by_id=by.id if by.kind is ActorKind.PERSON else None,
        asked_at=now,
        answer_until=until,
    )
    send_request(invitation, by=by, now=now, is_passed_on=is_passed_on)
    audit.record(
        "firm.asked",
        on=part.bid,
        by=by,
        at=now,
        part=str(part.public_id),
        invitation=str(invitation.public_id),
        firm=audit.Personal(asked.name),
        email=audit.Personal(asked.email),
        until=until,
    )
    return invitation


def send_request(invitation: Invitation, *, by: Actor, now: datetime, is_passed_on: bool = False) -> None:
    """The letter that asks, once for each version of the invitation, and the reminders that follow it.

    Whoever got the request from another than the lead reads in whose name it is answered.
    """
    asked_by = invitation.asked_by.public_id if invitation.asked_by else by.public_id
    write_letter(
        LetterKind.ASKED,
        recipient_of(invitation),
        about=invitation,
        key=f"{invitation.public_id}:{invitation.version}",
        now=now,
        asked_by=str(asked_by) if asked_by else None,
        passed_on=1 if is_passed_on else None,
    )
    promise_reminders(invitation, now=now)


def withdraw(invitation: Invitation, *, now: datetime) -> None:
    """The invitation stands no more: its links open nothing, and letters about it that wait are not sent."""
    Invitation.objects.filter(pk=invitation.pk).update_version(seen=invitation.version, withdrawn_at=now)
    invitation.refresh_from_db()
    revoke_links(invitation, now=now)
    cancel_waiting(invitation)


def revoke_links(invitation: Invitation, *, now: datetime) -> None:
    """Every link of the invitation that still opened it opens nothing now."""
    InvitationLink.objects.filter(invitation=invitation, revoked_at__isnull=True).update(revoked_at=now)


def cancel_waiting(invitation: Invitation) -> None:
    """Letters that ask or remind and have not left yet do not leave."""
    waiting = Letter.objects.filter(invitation=invitation, state=LetterState.WAITING.value)
    waiting.filter(kind__in=[LetterKind.ASKED.value, LetterKind.REMINDER.value, LetterKind.LINK_RENEWED.value]).update(
        state=LetterState.CANCELLED.value
    )


def recipient_of(invitation: Invitation) -> Recipient:
    """Whom a letter about this invitation goes to."""
    name = invitation.name or card_from_json(invitation.part.card).name
    return Recipient(name=name, email=invitation.email, language=invitation.language)


def _named_but_not_asked(asked: Asked, *, bid: Bid) -> Part | None:
    """The share of a firm that the offer names without anybody having asked it: by its address, else by its name."""
    listed = Part.objects.filter(bid=bid, state=PartState.LISTED.value).exclude(role=Role.LEAD.value)
    cards = [(part, card_from_json(part.card)) for part in listed.select_related("firm")]
    email, name = asked.email.casefold(), asked.name.casefold()
    by_address = (part for part, card in cards if email and card.contact and card.contact.email.casefold() == email)
    by_name = (part for part, card in cards if card.name.casefold() == name)
    return next(by_address, None) or next(by_name, None)


def _may_find_it(firm: Firm, asked: Asked, *, bid: Bid) -> bool:
    """Whether the people of this firm, if it has any, may find the request on their own pages.

    An offer that is brought in names firms by their Business IDs, and anybody can have typed those first. So its people
    may where one of them is written to, or the lead has asked the firm at this address before. Otherwise the request
    opens by its letter alone, and whoever answers may still do so as a firm of their own.
    """
    people = Membership.objects.filter(firm=firm)
    if not people.exists():
        return True
    before = Invitation.objects.filter(part__firm=firm, bid__lead=bid.lead_id, email__iexact=asked.email)
    return bool(asked.email) and (people.filter(person__email__iexact=asked.email).exists() or before.exists())


def _firm_of(asked: Asked, *, bid: Bid, members: Mapping[str, GroupMember]) -> Firm:
    member = members.get(asked.email.casefold()) or members.get(asked.name.casefold())
    if member is not None:
        return member.firm
    known = firm_asked_before(bid.lead, email=asked.email, name=asked.name)
    is_new_here = not Part.objects.filter(bid=bid, firm=known).exists()
    if known is not None and (_may_find_it(known, asked, bid=bid) if asked.email else is_new_here):
        return known
    return Firm.objects.create(name=asked.name)


def _new_part(bid: Bid, firm: Firm, asked: Asked, *, now: datetime) -> Part:
    parts = Part.objects.filter(bid=bid)
    last = parts.aggregate(last=Max("position"))["last"]
    return Part.objects.create(
        bid=bid,
        firm=firm,
        position=0 if last is None else last + 1,
        key=initials_for(asked.name, taken=list(parts.values_list("key", flat=True))),
        role=Role.MEMBER.value,
        state=PartState.ASKED.value,
        card=card_as_json(_card(bid, firm, asked, now=now)),
        asked=asked.what,
    )


def _card(bid: Bid, firm: Firm, asked: Asked, *, now: datetime) -> FirmCard:
    """What this lead knows of the firm: what the firm last said in one of the lead's offers, else what was typed."""
    contact = Contact(name=asked.contact or asked.name, email=asked.email, phone=asked.phone)
    before = last_part_with(bid.lead, firm, before=now)
    if before is None:
        return FirmCard(name=asked.name, contact=contact)
    card = card_from_json(before.card)
    if card.business_id is None and card.invoiced_through is None:
        card = replace(card, name=asked.name)
    if not asked.contact and card.contact is not None and card.contact.email.casefold() == asked.email.casefold():
        contact = replace(contact, name=card.contact.name, phone=asked.phone or card.contact.phone)
    return replace(card, contact=contact, logo="")


def _own_email(by: Actor) -> str:
    if by.kind is not ActorKind.PERSON:
        return ""
    return str(Person.objects.values_list("email", flat=True).get(pk=by.id or 0)).casefold()


def _emails_in(parts: Sequence[Part]) -> list[str]:
    standing = Invitation.objects.standing().filter(part__in=parts).exclude(email="")
    cards = [card_from_json(part.card).contact for part in parts]
    return [*standing.values_list("email", flat=True), *(card.email for card in cards if card and card.email)]
