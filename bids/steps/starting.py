"""Begin an offer: what is said on the one page it begins with, and the rows that makes."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bids.content import Contact, FirmCard, Period, ServiceCompany
from bids.models import Bid, Client, ClientContact, Group, GroupMember, Meeting, Need, Part
from bids.permissions import may_start_for
from bids.queries.firm_cards import card_as_json
from bids.queries.numbers import next_number
from bids.steps.asking import LONGEST_NAME, Asked, ask, email_fault, faults_in
from bids.steps.initials import initials_for
from bids.steps.request_quota import count_offers, count_requests
from bids.vocabulary import (
    ClientKind,
    Invoicing,
    Language,
    Liability,
    PartState,
    PriceVisibility,
    Profile,
    Role,
    Theme,
)
from kernel import audit
from kernel.actor import Actor
from kernel.clock import helsinki_day
from kernel.errors import Malformed, NotVisible, Refusal, require
from kernel.text import clean_line
from members.models import Firm, Person

LONGEST_TITLE: Final = 500
MOST_PAYMENT_DAYS: Final = 180
MOST_VALID_DAYS: Final = 365
FURTHEST: Final = timedelta(days=366)
"""How far ahead an offer may leave."""
FURTHEST_READY: Final = timedelta(days=10 * 366)
ACCEPTS: Final = "accepts"


class NoFirmYet(Refusal):
    """Whoever starts an offer leads it for a firm."""

    sentence = gettext_lazy("Add your firm first: it leads the offer.")
    code = "no-firm"


class MeetingHasOffer(Refusal):
    """The note has become an offer already."""

    sentence = gettext_lazy("There is an offer of this meeting already. Open it from the note.")
    code = "meeting-has-offer"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """The rules of the game and the looks, none of which is asked."""

    language: Language = Language.FI
    theme: Theme = Theme.SELKEA
    profile: Profile = Profile.COMPACT
    invoicing: Invoicing = Invoicing.EACH
    liability: Liability = Liability.SEVERAL
    payment_days: int = 14
    valid_days: int = 30
    price_visibility: PriceVisibility = PriceVisibility.ALL
    always_ask: bool = False


@dataclass(frozen=True, kw_only=True)
class NewOffer:
    """What is said of an offer when it begins. `firms` may be empty: then nobody is asked yet."""

    client_name: str
    title: str
    leaves_at: datetime
    client_email: str = ""
    client_contact: str = ""
    client_kind: ClientKind = ClientKind.BUSINESS
    delivery: Period | None = None
    firms: tuple[Asked, ...] = ()
    rules: Rules = field(default_factory=Rules)
    meeting: UUID | None = None
    group: UUID | None = None

    @property
    def leaves_on(self) -> date:
        """The day the offer carries: the one it leaves on in Helsinki."""
        return helsinki_day(self.leaves_at)

    @property
    def valid_until(self) -> date:
        """Its last day."""
        return self.leaves_on + timedelta(days=self.rules.valid_days)


def firm_acted_for(by: Actor) -> Firm:
    """The firm that will lead, locked: its offers are numbered and its requests counted one after another."""
    if by.firm_id is None:
        raise NoFirmYet
    # The person is locked before the firm wherever both are.
    Person.objects.select_for_update(no_key=True).filter(pk=by.id or 0).first()
    lead = Firm.objects.select_for_update(no_key=True).get(pk=by.firm_id)
    require(may_start_for(by, lead))
    return lead


def checked(new: NewOffer, *, lead: Firm, by: Actor, now: datetime) -> NewOffer:
    """The same, cleaned as it will be kept; Malformed with a sentence for everything that is wrong with it."""
    cleaned = NewOffer(
        **{
            **{name: getattr(new, name) for name in new.__dataclass_fields__},
            "client_name": clean_line(new.client_name),
            "client_email": clean_line(new.client_email),
            "client_contact": clean_line(new.client_contact),
            "title": clean_line(new.title),
            "firms": tuple(each.cleaned() for each in new.firms),
        }
    )
    faults = _faults_in(cleaned, now=now) | faults_in(cleaned.firms, lead=lead, by=by)
    if faults:
        raise Malformed(faults=faults)
    return cleaned


def _faults_in(new: NewOffer, *, now: datetime) -> dict[str, str]:
    faults: dict[str, str] = {}
    too_long = _("At most %(most)s characters.")
    if not new.client_name:
        faults["client_name"] = _("Whom is the offer for?")
    elif len(new.client_name) > LONGEST_NAME:
        faults["client_name"] = too_long % {"most": LONGEST_NAME}
    if len(new.client_contact) > LONGEST_NAME:
        faults["client_contact"] = too_long % {"most": LONGEST_NAME}
    if sentence := email_fault(new.client_email):
        faults["client_email"] = sentence
    if not new.title:
        faults["title"] = _("Say in one sentence what you offer. It becomes the title.")
    elif len(new.title) > LONGEST_TITLE:
        faults["title"] = too_long % {"most": LONGEST_TITLE}
    return faults | _faults_of_days(new, now=now)


def _faults_of_days(new: NewOffer, *, now: datetime) -> dict[str, str]:
    faults: dict[str, str] = {}
    if new.leaves_at <= now:
        faults["leaves_at"] = _("That moment has passed already. Choose a later one.")
    elif new.leaves_at > now + FURTHEST:
        faults["leaves_at"] = _("That is more than a year away. Choose an earlier day.")
    if new.delivery is not None:
        if new.delivery.ends_on < helsinki_day(now):
            faults["ready"] = _("That day has passed already. Choose a later one.")
        elif new.delivery.ends_on < new.delivery.starts_on:
            faults["ready"] = _("The last day is before the first one.")
        elif new.delivery.ends_on > helsinki_day(now) + FURTHEST_READY:
            faults["ready"] = _("That is more than ten years away. Choose an earlier day.")
        elif "leaves_at" not in faults and new.delivery.ends_on < new.leaves_on:
            faults["ready"] = _("The work would be ready before the offer leaves. Choose a later day.")
    if not 0 <= new.rules.payment_days <= MOST_PAYMENT_DAYS:
        faults["payment_days"] = _("Choose 0 to %(most)s days.") % {"most": MOST_PAYMENT_DAYS}
    if not 1 <= new.rules.valid_days <= MOST_VALID_DAYS:
        faults["valid_days"] = _("Choose 1 to %(most)s days.") % {"most": MOST_VALID_DAYS}
    return faults


def content_hash(new: NewOffer, *more: str) -> str:
    """What tells two askings under one key apart."""
    return sha256(json.dumps([asdict(new), *more], sort_keys=True, default=str).encode()).hexdigest()


def begin(new: NewOffer, *, lead: Firm, by: Actor, now: datetime, public_id: UUID | None) -> Bid:
    """The client, the need, the offer under its number and the lead's own share; the firm is locked by the caller."""
    count_offers(lead, now=now)
    group = group_of(new, by=by)
    bid = Bid.objects.create(
        public_id=public_id or uuid4(),
        lead=lead,
        client=client_of(new, lead=lead),
        need=Need.objects.create(firm=lead, title=new.title),
        number=next_number(lead, new.leaves_on.year),
        **columns_of(new, group=group),
        created_at=now,
        changed_at=now,
    )
    Part.objects.create(
        bid=bid,
        firm=lead,
        position=0,
        key=initials_for(lead.name, taken=()),
        role=Role.LEAD.value,
        state=PartState.IN.value,
        card=card_as_json(lead_card(lead, by=by)),
    )
    return bid


def columns_of(new: NewOffer, *, group: Group | None) -> dict[str, object]:
    """The columns of a bid that what was said fills."""
    rules = new.rules
    return {
        "title": new.title,
        "language": rules.language.value,
        "issued_on": new.leaves_on,
        "valid_until": new.valid_until,
        "delivery_from": new.delivery.starts_on if new.delivery else None,
        "delivery_to": new.delivery.ends_on if new.delivery else None,
        "invoicing": rules.invoicing.value,
        "liability": rules.liability.value,
        "payment_days": rules.payment_days,
        "price_visibility": rules.price_visibility.value,
        "theme": rules.theme.value,
        "profile": rules.profile.value,
        "always_ask": rules.always_ask,
        "leaves_at": new.leaves_at,
        "group": group,
        "group_rules_version": group.rules_version if group and plays_by(rules, group) else None,
    }


def plays_by(rules: Rules, group: Group) -> bool:
    """Whether these are exactly the rules the group has agreed on."""
    agreed = (group.invoicing, group.liability, group.payment_days, group.valid_days, group.price_visibility)
    said = (rules.invoicing, rules.liability, rules.payment_days, rules.valid_days, rules.price_visibility)
    return agreed == tuple(getattr(each, "value", each) for each in said)


def group_of(new: NewOffer, *, by: Actor) -> Group | None:
    """The group the offer is made with, if it is the actor's own; NotVisible for any other."""
    if new.group is None:
        return None
    group = Group.objects.visible_to(by).filter(public_id=new.group).first()
    if group is None:
        raise NotVisible
    return group


def client_of(new: NewOffer, *, lead: Firm) -> Client:
    """The client's row in the lead's book: the one that says exactly this already, or a new one."""
    deducts = deducts_vat(new.client_kind)
    contact_name = new.client_contact or new.client_name
    for known in Client.objects.filter(
        firm=lead, name=new.client_name, kind=new.client_kind.value, deducts_vat=deducts
    ).prefetch_related("contacts"):
        people = [(each.name, each.email, each.role) for each in known.contacts.all()]
        wanted = [(contact_name, new.client_email, ACCEPTS)] if new.client_email or new.client_contact else []
        if people == wanted:
            return known
    client = Client.objects.create(firm=lead, name=new.client_name, kind=new.client_kind.value, deducts_vat=deducts)
    if new.client_email or new.client_contact:
        ClientContact.objects.create(client=client, position=0, name=contact_name, email=new.client_email, role=ACCEPTS)
    return client


def deducts_vat(kind: ClientKind) -> bool:
    """Whether a client of this kind usually gets the VAT back, unless it is said otherwise later."""
    return kind in {ClientKind.BUSINESS, ClientKind.PUBLIC}


def lead_card(lead: Firm, *, by: Actor) -> FirmCard:
    """The lead's card as it goes into the offer, with the person who starts it as its contact."""
    person = Person.objects.get(pk=by.id or 0)
    through = (
        ServiceCompany(
            name=lead.service_company_name,
            business_id=lead.service_company_business_id,
            vat_liable=lead.service_company_vat_liable,
        )
        if lead.service_company_business_id
        else None
    )
    return FirmCard(
        name=lead.name,
        business_id=lead.business_id,
        legal_form=lead.legal_form,
        municipality=lead.municipality,
        staff=lead.staff,
        vat_liable=lead.vat_liable,
        invoiced_through=through,
        fields=tuple(lead.fields),
        skills=tuple(lead.skills),
        colour=lead.colour,
        contact=Contact(name=person.name or lead.name, email=person.email, phone=person.phone),
    )


def with_partners(bid: Bid, firms: Sequence[Asked], *, by: Actor, now: datetime) -> None:
    """Everybody named is asked, until the offer leaves; one letter each."""
    count_requests([each.email for each in firms], lead=bid.lead, by=by, now=now)
    members: dict[str, GroupMember] = {}
    if bid.group is not None:
        for member in GroupMember.objects.filter(group=bid.group).exclude(firm=bid.lead).select_related("firm"):
            members[member.firm.name.casefold()] = member
            if member.email:
                members[member.email.casefold()] = member
    for each in firms:
        ask(bid, each, by=by, now=now, until=bid.leaves_at or now, members=members)


def tie_to_meeting(bid: Bid, new: NewOffer, *, by: Actor, now: datetime) -> None:
    """The note the offer came from points to it; MeetingHasOffer when it points to another one."""
    if new.meeting is None:
        return
    meeting = Meeting.objects.visible_to(by).select_for_update().filter(public_id=new.meeting).first()
    if meeting is None:
        raise NotVisible
    if meeting.bid_id is not None:
        raise MeetingHasOffer
    Meeting.objects.filter(pk=meeting.pk).update_version(seen=meeting.version, bid=bid)
    audit.record("meeting.became_offer", on=meeting, by=by, at=now, offer=str(bid.public_id))
