"""What a group says: its name, its firms and its rules of the game; and the letter that asks for a firm's yes."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from bids.models import Bid, Group, GroupMember, GroupYes
from bids.queries.partners import firm_asked_before
from bids.steps.asking import LONGEST_NAME, email_fault, phone_fault
from bids.steps.letters import Recipient, write_letter
from bids.steps.request_quota import count_requests
from bids.vocabulary import Invoicing, LetterKind, Liability, PriceVisibility, Role
from kernel.actor import Actor
from kernel.errors import Malformed
from kernel.text import clean_line
from members.models import Firm, Person

MOST_FIRMS: Final = 20
LONGEST_SHARE: Final = 500
MOST_PAYMENT_DAYS: Final = 180
MOST_VALID_DAYS: Final = 365


@dataclass(frozen=True, kw_only=True)
class GroupRules:
    """The rules of the game of a group; another value is another version, and asks everybody anew."""

    invoicing: Invoicing = Invoicing.EACH
    liability: Liability = Liability.SEVERAL
    payment_days: int = 14
    valid_days: int = 30
    price_visibility: PriceVisibility = PriceVisibility.ALL


@dataclass(frozen=True, kw_only=True)
class GroupFirm:
    """One other firm of a group, how it is reached, and what it usually does."""

    name: str
    email: str = ""
    phone: str = ""
    contact: str = ""
    usual_share: str = ""

    def cleaned(self) -> "GroupFirm":
        """The same as it is kept."""
        return GroupFirm(**{name: clean_line(getattr(self, name)) for name in self.__dataclass_fields__})


@dataclass(frozen=True, kw_only=True)
class GroupSaid:
    """What is said of a group besides the firm that makes it."""

    name: str
    firms: tuple[GroupFirm, ...]
    rules: GroupRules = field(default_factory=GroupRules)


def checked_group(said: GroupSaid, *, made_by: Firm) -> GroupSaid:
    """The same, cleaned as it is kept; Malformed with a sentence for everything that is wrong with it."""
    cleaned = replace(said, name=clean_line(said.name), firms=tuple(each.cleaned() for each in said.firms))
    faults: dict[str, str] = {}
    if not cleaned.name:
        faults["name"] = _("What is the group called?")
    elif len(cleaned.name) > LONGEST_NAME:
        faults["name"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
    if not cleaned.firms:
        faults["firms"] = _("A group has at least one firm besides yours.")
    elif len(cleaned.firms) >= MOST_FIRMS:
        faults["firms"] = _("A group has at most %(most)s firms.") % {"most": MOST_FIRMS}
    if not 0 <= cleaned.rules.payment_days <= MOST_PAYMENT_DAYS:
        faults["payment_days"] = _("Choose 0 to %(most)s days.") % {"most": MOST_PAYMENT_DAYS}
    if not 1 <= cleaned.rules.valid_days <= MOST_VALID_DAYS:
        faults["valid_days"] = _("Choose 1 to %(most)s days.") % {"most": MOST_VALID_DAYS}
    faults |= _faults_of_firms(cleaned.firms, made_by=made_by)
    if faults:
        raise Malformed(faults=faults)
    return cleaned


def _faults_of_firms(firms: Sequence[GroupFirm], *, made_by: Firm) -> dict[str, str]:
    faults: dict[str, str] = {}
    names, emails = {made_by.name.casefold()}, set[str]()
    for number, each in enumerate(firms):
        at = f"firms[{number}]"
        if not each.name:
            faults[f"{at}.name"] = _("Which firm is it?")
        elif len(each.name) > LONGEST_NAME:
            faults[f"{at}.name"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
        elif each.name.casefold() in names:
            faults[f"{at}.name"] = _("This firm is here already.")
        if sentence := email_fault(each.email):
            faults[f"{at}.email"] = sentence
        elif each.email and each.email.casefold() in emails:
            faults[f"{at}.email"] = _("This address is here already. Each firm has its own.")
        if sentence := phone_fault(each.phone):
            faults[f"{at}.phone"] = sentence
        if len(each.contact) > LONGEST_NAME:
            faults[f"{at}.contact"] = _("At most %(most)s characters.") % {"most": LONGEST_NAME}
        if len(each.usual_share) > LONGEST_SHARE:
            faults[f"{at}.usual_share"] = _("At most %(most)s characters.") % {"most": LONGEST_SHARE}
        names.add(each.name.casefold())
        emails.add(each.email.casefold())
    return faults


def write_members(group: Group, firms: Sequence[GroupFirm]) -> list[GroupMember]:
    """The group's firms are these and the one that made it; those are returned that had not been in it."""
    standing = {member.firm_id: member for member in group.members.select_related("firm").all()}
    kept, joined = {group.made_by_id}, []
    if group.made_by_id not in standing:
        GroupMember.objects.create(group=group, firm=group.made_by)
    by_name = {member.firm.name.casefold(): member for member in standing.values()}
    by_email = {member.email.casefold(): member for member in standing.values() if member.email}
    for each in firms:
        member = by_email.get(each.email.casefold()) or by_name.get(each.name.casefold())
        columns = {"name": each.contact, "email": each.email, "phone": each.phone, "usual_share": each.usual_share}
        if member is None or member.firm_id in kept:
            member = GroupMember.objects.create(group=group, firm=_firm_of(each, group=group, but=kept), **columns)
            joined.append(member)
        else:
            moves = member.email.casefold() != each.email.casefold()
            GroupMember.objects.filter(pk=member.pk).update(**columns)
            member.refresh_from_db()
            if moves:
                joined.append(member)
        kept.add(member.firm_id)
    group.members.exclude(firm_id__in=kept).delete()
    return joined


def _firm_of(each: GroupFirm, *, group: Group, but: set[int]) -> Firm:
    known = firm_asked_before(group.made_by, email=each.email, name=each.name)
    return known if known is not None and known.pk not in but else Firm.objects.create(name=each.name)


def ask_members(group: Group, members: Sequence[GroupMember], *, by: Actor, now: datetime) -> None:
    """One letter to each that has an address and has not said yes to the rules as they stand."""
    agreed = set(
        GroupYes.objects.filter(group=group, rules_version=group.rules_version).values_list("firm_id", flat=True)
    )
    asked = [each for each in members if each.firm_id not in agreed and each.firm_id != group.made_by_id and each.email]
    count_requests([each.email for each in asked], lead=group.made_by, by=by, now=now)
    language = Person.objects.filter(pk=by.id or 0).values_list("language", flat=True).first() or "fi"
    for each in asked:
        write_letter(
            LetterKind.GROUP_ASKED,
            Recipient(name=each.name, email=each.email, language=language),
            about=group,
            key=f"{group.public_id}:{group.rules_version}:{each.public_id}",
            now=now,
            firm=str(each.firm.public_id),
            rules_version=group.rules_version,
            asked_by=str(by.public_id) if by.public_id else None,
        )


def say_yes(group: Group, firm_id: int, *, by: Actor, now: datetime) -> GroupYes:
    """The firm agrees to the rules as they stand; agreeing twice agrees once."""
    yes, _is_new = GroupYes.objects.get_or_create(
        group=group,
        firm_id=firm_id,
        rules_version=group.rules_version,
        defaults={"person_id": by.id or 0, "given_at": now},
    )
    return yes


def firms_of_offer(bid: Bid) -> tuple[GroupFirm, ...]:
    """The partners of an offer as a group would have them."""
    firms = []
    parts = bid.parts.exclude(role=Role.LEAD.value).exclude(state__in=["no", "taken_over", "left_out", "left"])
    for part in parts.order_by("position"):
        asked = part.invitations.standing().first()
        contact = part.card.get("contact") or {}
        name = asked.name if asked else str(contact.get("name", ""))
        firms.append(
            GroupFirm(
                name=str(part.card["name"]),
                email=(asked.email if asked else "") or str(contact.get("email", "")),
                phone=(asked.phone if asked else "") or str(contact.get("phone", "")),
                contact="" if name == part.card["name"] else name,
                usual_share=clean_line(part.asked or part.summary)[:LONGEST_SHARE],
            )
        )
    return tuple(firms)
