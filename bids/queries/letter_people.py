"""Who writes a letter, and who reads it."""

from dataclasses import dataclass
from uuid import UUID

from bids.models import Bid, Invitation, Letter, Part
from bids.queries.firm_cards import card_from_json
from bids.vocabulary import LetterKind, Role
from members.models import Firm, Membership, Person
from members.vocabulary import MembershipRole

TO_THE_CLIENT_UNLESS_A_FIRM_IS_NAMED = frozenset(
    {
        LetterKind.OFFER_WITHDRAWN,
        LetterKind.VALIDITY_EXTENDED,
        LetterKind.QUESTION_ANSWERED,
        LetterKind.CHANGES_ANSWERED,
        LetterKind.DECISION_ANNULLED,
    }
)
ALWAYS_TO_THE_CLIENT = frozenset(
    {
        LetterKind.OFFER_TO_CLIENT,
        LetterKind.DECISION_CODE,
        LetterKind.DECISION_RECEIPT,
        LetterKind.DECISION_RECORDED,
    }
)
TO_THE_LEAD = frozenset(
    {LetterKind.ANSWERED, LetterKind.OFFER_NOT_SENT, LetterKind.ANSWER_DRAFTED, LetterKind.CHANGES_ASKED}
)


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A person as a letter names its sender; what is not known is empty."""

    name: str
    email: str = ""
    phone: str = ""
    firm: str = ""


def is_for_the_client(letter: Letter) -> bool:
    """Whether the letter goes to the client, to whom neither product nor other firms' affairs are mentioned."""
    kind = LetterKind(letter.kind)
    if kind in ALWAYS_TO_THE_CLIENT:
        return True
    return kind in TO_THE_CLIENT_UNLESS_A_FIRM_IS_NAMED and not letter.facts.get("part")


def part_of(letter: Letter) -> Part | None:
    """The share the letter is about: its own, or the one its facts name."""
    if letter.part is not None:
        return letter.part
    named = letter.facts.get("part")
    if not named or letter.bid_id is None:
        return None
    return Part.objects.filter(bid_id=letter.bid_id, public_id=UUID(str(named))).first()


def invitation_of(letter: Letter) -> Invitation | None:
    """The standing invitation that was sent to the very address this letter goes to; None if there is no such."""
    found = letter.invitation
    if found is None:
        part = part_of(letter)
        if part is None:
            return None
        found = Invitation.objects.standing().filter(part=part, email__iexact=letter.to_email).first()
    if found is None or found.withdrawn_at is not None or found.email.casefold() != letter.to_email.casefold():
        return None
    return found


def is_member(email: str, firm: Firm | None) -> bool:
    """Whether whoever reads this address logs in and acts for the firm."""
    if firm is None:
        return False
    return Membership.objects.filter(firm=firm, person__email__iexact=email, person__is_active=True).exists()


def writer_for(bid: Bid, asked_by: Person | None = None) -> Writer:
    """The person the lead firm speaks through: who asked, else the contact on its card, else its owner."""
    contact = card_from_json(bid.parts.get(role=Role.LEAD.value).card).contact
    firm = bid.lead.name
    if asked_by is not None and asked_by.email:
        same = contact is not None and contact.email.casefold() == asked_by.email.casefold()
        phone = asked_by.phone or (contact.phone if contact is not None and (same or not asked_by.phone) else "")
        name = asked_by.name or (contact.name if contact is not None and same else "") or firm
        return Writer(name=name, email=asked_by.email, phone=phone, firm=firm)
    if contact is not None and (contact.name or contact.email):
        return Writer(name=contact.name or firm, email=contact.email, phone=contact.phone, firm=firm)
    return owner_of(bid.lead)


def owner_of(firm: Firm) -> Writer:
    """The firm's first owner, or the firm itself while it has none."""
    owners = Membership.objects.filter(firm=firm, role=MembershipRole.OWNER.value, person__is_active=True)
    owner = owners.select_related("person").order_by("pk").first()
    if owner is None:
        return Writer(name=firm.name, firm=firm.name)
    person = owner.person
    return Writer(name=person.name or firm.name, email=person.email, phone=person.phone, firm=firm.name)
