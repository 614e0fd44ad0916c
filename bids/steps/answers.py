"""What an asked firm says of its part, and writing it into the part's rows."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from bids import vat
from bids.content import Contact, FirmCard, JointOffer, Line, OfferPart, Period, ServiceCompany, VatOfSupply
from bids.models import Bid, BidFile, Invitation, LineItem, Milestone, MilestoneNeed, PackageLine, Part
from bids.queries.assets import asset_of
from bids.queries.firm_cards import card_as_json
from bids.steps.codes import fresh_code, never_again
from bids.steps.line_rows import columns_of, forget_empty_groups, next_position
from bids.steps.proposed_lines import part_by_key, usual_vat, with_line, without_line
from bids.vocabulary import LinePricing, PartState, PriceBasis, VatCategory
from kernel.actor import Actor, ActorKind
from kernel.errors import Refusal
from kernel.pictures import Picture
from members.models import Firm, Membership, Person

ANSWER_PLACE: Final = "answer"
"""The place of what is typed on the answer screen and not sent yet."""

ONE_LOT: Final = "erä"
"""The unit of work that is priced as a whole."""


class NoLongerAsked(Refusal):
    """The firm's place in the offer is gone."""

    code = "no-longer-asked"

    def __init__(self, state: PartState, lead: str) -> None:
        super().__init__(NO_LONGER[state], params={"lead": lead})


NO_LONGER: Final = {
    PartState.TAKEN_OVER: _("%(lead)s has taken this work over. What you typed is below; call them if you can do it."),
    PartState.LEFT_OUT: _("%(lead)s has left this work out of the offer. What you typed is below."),
    PartState.LEFT: _("Your firm has left this offer. Call %(lead)s if you want to come back."),
}


class AlreadyInTheOffer(Refusal):
    """The firm has a part of its own."""

    sentence = _("This firm is in the offer already.")
    code = "already-in-the-offer"


@dataclass(frozen=True, kw_only=True)
class AnsweredRow:
    """One row as the firm wants it. `row` names one that is there; the VAT is the usual one unless it is said.

    The price is what the firm gets: no discount comes off it. None leaves it as it is whether the client chooses.
    """

    text: str
    unit_price: Decimal
    row: UUID | None = None
    quantity: Decimal = Decimal(1)
    unit: str = ONE_LOT
    price_basis: PriceBasis = PriceBasis.NET
    optional: bool | None = None
    vat: VatOfSupply | None = None


@dataclass(frozen=True, kw_only=True)
class AnsweredStep:
    """One dated step of the firm's own work."""

    name: str
    days: Period
    step: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class FirmWords:
    """What the firm says about itself: who sells, and whether VAT comes on top."""

    name: str
    business_id: str | None = None
    invoiced_through: ServiceCompany | None = None
    vat_liable: bool = True


@dataclass(frozen=True, kw_only=True)
class PartAnswer:
    """A whole answer: rows with prices, when they are ready, and whatever else was written.

    None leaves texts and steps as they stand. Rows that are not named stay, unless they are in `removed`.
    """

    rows: tuple[AnsweredRow, ...]
    ready: Period | None = None
    keeps_days: bool = False
    removed: frozenset[UUID] = frozenset()
    summary: str | None = None
    included: tuple[str, ...] | None = None
    excluded: tuple[str, ...] | None = None
    assumptions: tuple[str, ...] | None = None
    steps: tuple[AnsweredStep, ...] | None = None
    removed_steps: frozenset[UUID] = frozenset()
    firm: FirmWords | None = None
    logo: Picture | None = field(default=None, repr=False)
    good_until: date | None = None


def part_to_answer(part: Part, *, bid: Bid) -> Part:
    """The part as it is now that its offer is locked; refused once the firm has no place in the offer any more."""
    fresh = Part.objects.select_related("firm", "bid__lead").get(pk=part.pk)
    fresh.bid = bid
    state = PartState(fresh.state)
    if state in NO_LONGER:
        raise NoLongerAsked(state, bid.lead.name)
    return fresh


def invitation_to_answer(by: Actor, part: Part, held: Invitation | None) -> Invitation | None:
    """The standing invitation this answer belongs to: the one held, else the one of the part."""
    standing = Invitation.objects.standing().filter(part=part)
    if by.kind is ActorKind.INVITED:
        return standing.get(pk=by.id or 0)
    if held is not None:
        return standing.filter(pk=held.pk).first()
    return standing.first()


def card_of_firm(firm: Firm, *, person: Person) -> FirmCard:
    """A firm's own card as it goes into an offer, with the person who speaks for it."""
    through = (
        ServiceCompany(
            name=firm.service_company_name,
            business_id=firm.service_company_business_id,
            vat_liable=firm.service_company_vat_liable,
        )
        if firm.service_company_business_id
        else None
    )
    return FirmCard(
        name=firm.name,
        business_id=firm.business_id,
        legal_form=firm.legal_form,
        municipality=firm.municipality,
        staff=firm.staff,
        vat_liable=firm.vat_liable,
        invoiced_through=through,
        fields=tuple(firm.fields),
        skills=tuple(firm.skills),
        colour=firm.colour,
        contact=Contact(name=person.name or firm.name, email=person.email, phone=person.phone),
    )


def take_own_card(part: Part, firm: Firm, *, person: Person) -> bool:
    """The part is this firm's from now on, with the card the firm has made of itself; False if it was so already."""
    if part.firm_id == firm.pk and part.card.get("business_id") == firm.business_id:
        return False
    if Part.objects.filter(bid=part.bid, firm=firm).exclude(pk=part.pk).exists():
        raise AlreadyInTheOffer
    part.firm = firm
    part.card = card_as_json(card_of_firm(firm, person=person))
    Part.objects.filter(pk=part.pk).update(firm=firm, card=part.card)
    return True


def owned_by_others(business_id: str, part: Part, *, email: str) -> Firm | None:
    """The firm here that has this Business ID and people of its own, none of whom reads this address; else None."""
    firm = Firm.objects.filter(business_id=business_id).exclude(pk=part.firm_id).first()
    if firm is None:
        return None
    people = Membership.objects.filter(firm=firm)
    if not people.exists() or (email and people.filter(person__email__iexact=email).exists()):
        return None
    return firm


def proposed(offer: JointOffer, key: str, answer: PartAnswer, *, bid: Bid) -> JointOffer:
    """The offer as this answer would leave it; codes of new rows are taken, so the caller holds the offer's lock."""
    part = part_by_key(offer, key)
    offer = _with_part(offer, replace(part, firm=_card(part.firm, answer.firm), **_texts(answer)))
    codes = dict(LineItem.objects.filter(bid=bid, part__key=key).values_list("public_id", "code"))
    for gone in answer.removed & codes.keys():
        if any(line.code == codes[gone] for line in part_by_key(offer, key).lines):
            offer = without_line(offer, codes[gone])
    for row in answer.rows:
        offer = with_line(offer, key, _line(row, answer, offer, key, codes=codes, bid=bid))
    return offer


def write_answer(
    part: Part, answer: PartAnswer, after: JointOffer, *, before: JointOffer, bid: Bid, now: datetime
) -> None:
    """Make the part's rows say what `after` says of it."""
    said, was = part_by_key(after, part.key), part_by_key(before, part.key)
    _write_lines(part, said, was, bid=bid)
    _write_steps(part, answer, bid=bid)
    card = (
        said.firm if answer.logo is None else replace(said.firm, logo=_kept_logo(part, answer.logo, bid=bid, now=now))
    )
    columns = {
        "card": card_as_json(card),
        "summary": said.summary,
        "included": list(said.included),
        "excluded": list(said.excluded),
        "assumptions": list(said.assumptions),
        "state": PartState.IN.value,
    }
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, **columns)
    part.refresh_from_db()


def _with_part(offer: JointOffer, part: OfferPart) -> JointOffer:
    return replace(offer, parts=tuple(part if each.key == part.key else each for each in offer.parts))


def _card(card: FirmCard, said: FirmWords | None) -> FirmCard:
    if said is None:
        return card
    return replace(
        card,
        name=said.name or card.name,
        business_id=said.business_id,
        invoiced_through=said.invoiced_through,
        vat_liable=said.vat_liable,
    )


def _texts(answer: PartAnswer) -> dict[str, Any]:
    said = {name: getattr(answer, name) for name in ("summary", "included", "excluded", "assumptions")}
    return {name: value for name, value in said.items() if value is not None}


def _line(
    row: AnsweredRow, answer: PartAnswer, offer: JointOffer, key: str, *, codes: dict[UUID, str], bid: Bid
) -> Line:
    code = codes.get(row.row) if row.row else None
    known = next((line for line in part_by_key(offer, key).lines if line.code == code), None)
    delivered = known.delivered if known is not None and answer.keeps_days else _own_days(answer.ready, offer)
    last_day = delivered.ends_on if delivered else _last_day(offer)
    line = known or Line(
        code=fresh_code(bid),
        text=row.text,
        quantity=row.quantity,
        unit_price=row.unit_price,
        vat=usual_vat(offer, key, last_day),
        pricing=LinePricing.FIXED if row.unit == ONE_LOT else LinePricing.UNIT,
    )
    said = replace(
        line,
        text=row.text,
        quantity=row.quantity,
        unit=row.unit,
        unit_price=row.unit_price,
        price_basis=row.price_basis,
        discount_percent=Decimal(0),
        optional=line.optional if row.optional is None or line.group or line.replaces else row.optional,
        delivered=delivered,
        vat=_said_vat(row.vat, line.vat),
    )
    if row.unit == ONE_LOT and line.unit != ONE_LOT:
        said = replace(said, pricing=LinePricing.FIXED, cap_quantity=None)
    return replace(said, vat=_in_force(said.vat, last_day))


def _said_vat(said: VatOfSupply | None, standing: VatOfSupply) -> VatOfSupply:
    """The VAT that was chosen; the one that stands, with its legal reason, when that is the same."""
    if said is None or (said.category, said.rate) == (standing.category, standing.rate):
        return standing
    return said


def _own_days(ready: Period | None, offer: JointOffer) -> Period | None:
    """The days of a row, None when they are the offer's own last day or days."""
    if ready is None or ready == offer.delivery:
        return None
    if offer.delivery and ready.starts_on == ready.ends_on == offer.delivery.ends_on:
        return None
    return ready


def _last_day(offer: JointOffer) -> date:
    return offer.delivery.ends_on if offer.delivery else offer.issued_on


def _in_force(supply: VatOfSupply, day: date) -> VatOfSupply:
    """The same VAT, at the rate that has followed it when it is no longer in force on the day."""
    if supply.category != VatCategory.STANDARD or supply.rate is None or vat.is_in_force(supply.rate, day):
        return supply
    try:
        return replace(supply, rate=vat.general_rate(day))
    except vat.NoRateKnown:
        return supply


def _write_lines(part: Part, said: OfferPart, was: OfferPart, *, bid: Bid) -> None:
    rows = {row.code: row for row in LineItem.objects.filter(part=part)}
    stays = {line.code for line in said.lines}
    gone = [rows[line.code] for line in was.lines if line.code not in stays and line.code in rows]
    # A row that is offered in place of another holds that one, so it goes first.
    for row in sorted(gone, key=lambda each: each.replaces_id is None):
        PackageLine.objects.filter(line=row).delete()
        row.delete()
        never_again(bid, row.code)
    before = {line.code: line for line in was.lines}
    for line in said.lines:
        if line.code not in rows:
            place = next_position(part.lines.all())
            LineItem.objects.create(bid=bid, part=part, position=place, code=line.code, **columns_of(line, bid))
        elif before.get(line.code) != line:
            own = LineItem.objects.filter(pk=rows[line.code].pk)
            own.update_version(seen=rows[line.code].version, **columns_of(line, bid))
    forget_empty_groups(bid)


def _write_steps(part: Part, answer: PartAnswer, *, bid: Bid) -> None:
    if answer.steps is None:
        return
    own: QuerySet[Milestone] = Milestone.objects.filter(bid=bid, owner=part)
    gone = own.filter(public_id__in=answer.removed_steps)
    MilestoneNeed.objects.filter(needs__in=gone).delete()
    gone.delete()
    known = {row.public_id: row for row in own}
    taken = set(Milestone.objects.filter(bid=bid).values_list("identifier", flat=True))
    for step in answer.steps:
        columns = {"name": step.name, "starts_on": step.days.starts_on, "ends_on": step.days.ends_on}
        row = known.get(step.step) if step.step else None
        if row is None:
            last = Milestone.objects.filter(bid=bid).aggregate(last=Max("position"))["last"]
            identifier = _identifier(part.key, taken)
            taken.add(identifier)
            place = 0 if last is None else last + 1
            Milestone.objects.create(bid=bid, owner=part, position=place, identifier=identifier, **columns)
        elif any(getattr(row, name) != value for name, value in columns.items()):
            Milestone.objects.filter(pk=row.pk).update_version(seen=row.version, **columns)


def _identifier(key: str, taken: set[str]) -> str:
    number = 1
    while f"{key}-{number}" in taken:
        number += 1
    return f"{key}-{number}"


def _file_stem(key: str) -> str:
    """The firm's initials with the letters a file's name may have: "SÄH" is "sah"."""
    plain = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().casefold()
    return "".join(sign for sign in plain if sign.isalnum()) or "logo"


def _kept_logo(part: Part, picture: Picture, *, bid: Bid, now: datetime) -> str:
    """The picture among the offer's files, under a name of the firm's own."""
    asset = asset_of(picture.content, picture.media_type, firm=part.firm, now=now)
    ending = picture.media_type.rsplit("/", 1)[-1].split("+")[0]
    names: Sequence[str] = list(BidFile.objects.filter(bid=bid).values_list("name", flat=True))
    same = BidFile.objects.filter(bid=bid, asset=asset).first()
    if same is not None:
        return same.name
    number = 1
    while (name := f"{_file_stem(part.key)}-{number}.{ending}") in names:
        number += 1
    last = BidFile.objects.filter(bid=bid).aggregate(last=Max("position"))["last"]
    BidFile.objects.create(bid=bid, position=0 if last is None else last + 1, name=name, asset=asset)
    return name
