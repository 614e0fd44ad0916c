"""Spread what an offer says over rows: the mirror of `content_of`."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID, uuid4

from bids.content import CLIENT, Adjustment, ClientCard, JointOffer, Line, OfferFile, OfferPart, Period
from bids.models import (
    Asset,
    Bid,
    BidFile,
    Client,
    ClientContact,
    LineItem,
    Milestone,
    MilestoneNeed,
    Need,
    OptionGroup,
    Package,
    PackageLine,
    Part,
    PlannedInstalment,
    Section,
    Term,
)
from bids.queries.assets import asset_of
from bids.queries.firm_cards import card_as_json
from bids.queries.firms_of_an_offer import partner_firm
from bids.vocabulary import PartState, Role
from members.models import Firm


def write_offer(
    offer: JointOffer,
    *,
    lead: Firm,
    number: str,
    now: datetime,
    public_id: UUID | None = None,
    firms: Mapping[str, Firm] | None = None,
) -> Bid:
    """New rows for everything the offer says, under this number; to be called inside an action.

    `firms` says by the keys of the parts whose row is known already; for the others what their card says finds it.
    """
    bid = Bid.objects.create(
        public_id=public_id or uuid4(),
        lead=lead,
        client=client_row(offer.client, lead=lead),
        need=_need(offer, lead=lead),
        number=number,
        title=offer.title,
        language=offer.language.value,
        issued_on=offer.issued_on,
        valid_until=offer.valid_until,
        binding=offer.binding,
        reference=offer.reference,
        delivery_from=_first(offer.delivery),
        delivery_to=_last(offer.delivery),
        invoicing=offer.invoicing.value,
        liability=offer.liability.value,
        payment_days=offer.payment_days,
        price_visibility=offer.price_visibility.value,
        theme=offer.theme.value,
        profile=offer.profile.value,
        **_adjustment("discount", offer.discount),
        **_adjustment("fee", offer.coordination_fee),
        general_terms=offer.general_terms,
        notes=list(offer.notes),
        created_at=now,
        changed_at=now,
    )
    parts = {
        part.key: _part(part, bid=bid, position=n, firm=(firms or {}).get(part.key))
        for n, part in enumerate(offer.parts)
    }
    lines = _lines(offer, bid=bid, parts=parts)
    _texts(offer, bid=bid, parts=parts)
    _milestones(offer, bid=bid, parts=parts)
    _packages(offer, bid=bid, lines=lines)
    _files(offer.files, bid=bid, lead=lead, now=now)
    return bid


def _first(period: Period | None) -> date | None:
    return period.starts_on if period else None


def _last(period: Period | None) -> date | None:
    return period.ends_on if period else None


def _adjustment(prefix: str, adjustment: Adjustment | None) -> dict[str, object]:
    if adjustment is None:
        return {}
    return {
        f"{prefix}_name": adjustment.name,
        f"{prefix}_percent": adjustment.percent,
        f"{prefix}_amount": adjustment.amount,
    }


def client_row(card: ClientCard, *, lead: Firm) -> Client:
    """The row of the lead's client that says exactly this; a new one where there is none."""
    values = asdict(card) | {"kind": card.kind.value}
    contacts = values.pop("contacts")
    for known in Client.objects.filter(firm=lead, **values).prefetch_related("contacts"):
        standing = [(c.name, c.email, c.phone, c.role) for c in known.contacts.all()]
        if standing == [(c.name, c.email, c.phone, c.role) for c in card.contacts]:
            return known
    client = Client.objects.create(firm=lead, **values)
    ClientContact.objects.bulk_create(
        ClientContact(client=client, position=n, **contact) for n, contact in enumerate(contacts)
    )
    return client


def _need(offer: JointOffer, *, lead: Firm) -> Need | None:
    if offer.need is None:
        return None
    need = offer.need
    return Need.objects.create(
        firm=lead, title=need.title, text=need.text, skills=list(need.skills), municipality=need.municipality
    )


def _part(part: OfferPart, *, bid: Bid, position: int, firm: Firm | None) -> Part:
    is_lead = part.role == Role.LEAD
    return Part.objects.create(
        bid=bid,
        firm=bid.lead if is_lead else firm or partner_firm(part.firm, bid=bid),
        position=position,
        key=part.key,
        role=part.role.value,
        state=(PartState.IN if is_lead else PartState.LISTED).value,
        card=card_as_json(part.firm),
        summary=part.summary,
        included=list(part.included),
        excluded=list(part.excluded),
        assumptions=list(part.assumptions),
        references=[asdict(reference) for reference in part.references],
        endorsements=[asdict(endorsement) for endorsement in part.endorsements],
    )


def _lines(offer: JointOffer, *, bid: Bid, parts: dict[str, Part]) -> dict[str, LineItem]:
    names = dict.fromkeys(line.group for line in offer.lines if line.group)
    groups = {name: OptionGroup.objects.create(bid=bid, name=name) for name in names}
    rows: dict[str, LineItem] = {}
    for part in offer.parts:
        for position, line in enumerate(part.lines):
            rows[line.code] = _line(line, bid=bid, part=parts[part.key], position=position, groups=groups)
    LineItem.objects.bulk_create(rows.values())
    replacing = [line for line in offer.lines if line.replaces]
    for line in replacing:
        rows[line.code].replaces = rows[str(line.replaces)]
    LineItem.objects.bulk_update([rows[line.code] for line in replacing], ["replaces"])
    return rows


def _line(line: Line, *, bid: Bid, part: Part, position: int, groups: dict[str, OptionGroup]) -> LineItem:
    return LineItem(
        bid=bid,
        part=part,
        position=position,
        code=line.code,
        text=line.text,
        pricing=line.pricing.value,
        quantity=line.quantity,
        cap_quantity=line.cap_quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        price_basis=line.price_basis.value,
        discount_percent=line.discount_percent,
        vat_category=line.vat.category.value,
        vat_rate=line.vat.rate,
        vat_reason=line.vat.reason,
        supply=line.supply.value if line.supply else "",
        delivered_from=_first(line.delivered),
        delivered_to=_last(line.delivered),
        optional=line.optional,
        group=groups[line.group] if line.group else None,
        default=line.default,
    )


def _texts(offer: JointOffer, *, bid: Bid, parts: dict[str, Part]) -> None:
    PlannedInstalment.objects.bulk_create(
        PlannedInstalment(bid=bid, position=n, name=step.name, percent=step.percent)
        for n, step in enumerate(offer.payment_plan)
    )
    Term.objects.bulk_create(
        Term(bid=bid, position=n, title=term.title, text=term.text) for n, term in enumerate(offer.terms)
    )
    Section.objects.bulk_create(
        Section(
            bid=bid,
            position=n,
            title=section.title,
            text=section.text,
            owner=parts.get(section.owner),
            language=section.language,
        )
        for n, section in enumerate(offer.sections)
    )


def _milestones(offer: JointOffer, *, bid: Bid, parts: dict[str, Part]) -> None:
    rows = {
        card.id: Milestone(
            bid=bid,
            position=n,
            identifier=card.id,
            name=card.name,
            starts_on=card.starts_on,
            ends_on=card.ends_on,
            owner=parts.get(card.owner),
            hands_over_to=parts.get(card.hands_over_to),
            hands_over_to_client=card.hands_over_to == CLIENT,
        )
        for n, card in enumerate(offer.milestones)
    }
    Milestone.objects.bulk_create(rows.values())
    MilestoneNeed.objects.bulk_create(
        MilestoneNeed(milestone=rows[card.id], needs=rows[needed], position=n)
        for card in offer.milestones
        for n, needed in enumerate(card.needs)
    )


def _packages(offer: JointOffer, *, bid: Bid, lines: dict[str, LineItem]) -> None:
    for position, card in enumerate(offer.packages):
        package = Package.objects.create(
            bid=bid, position=position, identifier=card.id, name=card.name, text=card.text, default=card.default
        )
        PackageLine.objects.bulk_create(
            PackageLine(package=package, line=lines[code], position=n) for n, code in enumerate(card.lines)
        )


def _files(files: Iterable[OfferFile], *, bid: Bid, lead: Firm, now: datetime) -> None:
    for position, file in enumerate(files):
        asset: Asset = asset_of(file.data, file.media_type, firm=lead, now=now)
        BidFile.objects.create(bid=bid, position=position, name=file.name, asset=asset)
