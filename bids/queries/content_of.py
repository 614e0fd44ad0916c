"""Gather the rows of an offer into what the offer says."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.db.models import Prefetch

from bids.content import (
    CLIENT,
    Adjustment,
    ClientCard,
    Contact,
    Instalment,
    JointOffer,
    Line,
    MilestoneCard,
    NamedChoice,
    NeedCard,
    OfferFile,
    OfferPart,
    Period,
    Section,
    Term,
    VatOfSupply,
)
from bids.content import Endorsement as Praise
from bids.content import Reference as EarlierWork
from bids.models import (
    Bid,
    BidFile,
    Client,
    LineItem,
    Milestone,
    MilestoneNeed,
    Need,
    Package,
    PackageLine,
    Part,
)
from bids.models import Section as SectionRow
from bids.models.bid import BidQuerySet
from bids.queries.firm_cards import card_from_json
from bids.queries.nothing_dangling import nothing_dangling
from bids.vocabulary import (
    IN_THE_OFFER,
    ClientKind,
    Invoicing,
    Language,
    Liability,
    LinePricing,
    PriceBasis,
    PriceVisibility,
    Profile,
    Role,
    Supply,
    Theme,
    VatCategory,
)
from kernel.files import read

Row = TypeVar("Row")
Value = TypeVar("Value")


def content_of(bid: Bid) -> JointOffer:
    """Everything the offer says now; `FileIsCorruptError` when a stored picture is not what it was.

    The number of queries does not depend on the number of rows.
    """
    return offer_of(whole_bids().get(pk=bid.pk))


def offer_of(bid: Bid, *, with_files: bool = True) -> JointOffer:
    """The same for a bid whose rows were fetched with `whole_bids`; of a firm that is out nothing is left."""
    offer = JointOffer(
        number=bid.number,
        title=bid.title,
        issued_on=bid.issued_on,
        valid_until=bid.valid_until,
        language=Language(bid.language),
        binding=bid.binding,
        reference=bid.reference,
        delivery=_period(bid.delivery_from, bid.delivery_to),
        invoicing=Invoicing(bid.invoicing),
        liability=Liability(bid.liability),
        payment_days=bid.payment_days,
        price_visibility=PriceVisibility(bid.price_visibility),
        theme=Theme(bid.theme),
        profile=Profile(bid.profile),
        discount=_adjustment(bid.discount_name, bid.discount_percent, bid.discount_amount),
        coordination_fee=_adjustment(bid.fee_name, bid.fee_percent, bid.fee_amount),
        payment_plan=_each(
            lambda step: Instalment(name=step.name, percent=_plain(step.percent)), bid.payment_plan.all()
        ),
        terms=_each(lambda term: Term(title=term.title, text=term.text), bid.terms.all()),
        general_terms=bid.general_terms,
        notes=tuple(bid.notes),
        client=_client(bid.client),
        need=_need(bid.need) if bid.need else None,
        sections=_each(_section, bid.sections.all()),
        parts=_each(_part, (part for part in bid.parts.all() if part.state in IN_THE_OFFER)),
        milestones=_each(_milestone, bid.milestones.all()),
        packages=_each(_package, bid.packages.all()),
        files=_each(_file, bid.files.all()) if with_files else (),
    )
    return nothing_dangling(offer) if any(part.state not in IN_THE_OFFER for part in bid.parts.all()) else offer


def whole_bids() -> BidQuerySet:
    """Bids with every row that belongs to them, in a number of queries that does not grow with them."""
    lines = LineItem.objects.select_related("replaces", "group").order_by("position")
    needs = MilestoneNeed.objects.select_related("needs").order_by("position")
    chosen = PackageLine.objects.select_related("line").order_by("position")
    return Bid.objects.select_related("client", "need", "lead").prefetch_related(
        "client__contacts",
        "payment_plan",
        "terms",
        Prefetch(
            "parts", Part.objects.select_related("firm").order_by("position").prefetch_related(Prefetch("lines", lines))
        ),
        Prefetch("sections", SectionRow.objects.select_related("owner")),
        Prefetch(
            "milestones",
            Milestone.objects.select_related("owner", "hands_over_to").prefetch_related(
                Prefetch("milestone_needs", needs)
            ),
        ),
        Prefetch("packages", Package.objects.prefetch_related(Prefetch("package_lines", chosen))),
        Prefetch("files", BidFile.objects.select_related("asset")),
    )


def _each(make: Callable[[Row], Value], rows: Iterable[Row]) -> tuple[Value, ...]:
    return tuple(make(row) for row in rows)


def _plain(value: Decimal) -> Decimal:
    """The same number without the zeros its column adds."""
    return Decimal(f"{value.normalize():f}")


def _plain_or_none(value: Decimal | None) -> Decimal | None:
    return None if value is None else _plain(value)


def _period(starts_on: date | None, ends_on: date | None) -> Period | None:
    return Period(starts_on=starts_on, ends_on=ends_on) if starts_on and ends_on else None


def _adjustment(name: str, percent: Decimal | None, amount: Decimal | None) -> Adjustment | None:
    if percent is None and amount is None:
        return None
    return Adjustment(name=name, percent=_plain_or_none(percent), amount=_plain_or_none(amount))


def _client(client: Client) -> ClientCard:
    return ClientCard(
        name=client.name,
        kind=ClientKind(client.kind),
        business_id=client.business_id,
        vat_number=client.vat_number,
        municipality=client.municipality,
        deducts_vat=client.deducts_vat,
        e_invoice=client.e_invoice,
        order_reference=client.order_reference,
        contacts=_each(
            lambda contact: Contact(name=contact.name, email=contact.email, phone=contact.phone, role=contact.role),
            client.contacts.all(),
        ),
    )


def _need(need: Need) -> NeedCard:
    return NeedCard(title=need.title, text=need.text, skills=tuple(need.skills), municipality=need.municipality)


def _section(section: SectionRow) -> Section:
    owner = section.owner.key if section.owner else ""
    return Section(title=section.title, text=section.text, owner=owner, language=section.language)


def _part(part: Part) -> OfferPart:
    return OfferPart(
        key=part.key,
        role=Role(part.role),
        firm=card_from_json(part.card),
        lines=_each(_line, part.lines.all()),
        summary=part.summary,
        included=tuple(part.included),
        excluded=tuple(part.excluded),
        assumptions=tuple(part.assumptions),
        references=tuple(EarlierWork(**reference) for reference in part.references),
        endorsements=tuple(Praise(**endorsement) for endorsement in part.endorsements),
    )


def _line(line: LineItem) -> Line:
    return Line(
        code=line.code,
        text=line.text,
        quantity=_plain(line.quantity),
        unit_price=_plain(line.unit_price),
        vat=VatOfSupply(
            category=VatCategory(line.vat_category), rate=_plain_or_none(line.vat_rate), reason=line.vat_reason
        ),
        pricing=LinePricing(line.pricing),
        unit=line.unit,
        price_basis=PriceBasis(line.price_basis),
        discount_percent=_plain(line.discount_percent),
        supply=Supply(line.supply) if line.supply else None,
        delivered=_period(line.delivered_from, line.delivered_to),
        optional=line.optional,
        replaces=line.replaces.code if line.replaces else None,
        group=line.group.name if line.group else None,
        default=line.default,
        cap_quantity=_plain_or_none(line.cap_quantity),
    )


def _milestone(milestone: Milestone) -> MilestoneCard:
    receiver = CLIENT if milestone.hands_over_to_client else ""
    return MilestoneCard(
        id=milestone.identifier,
        name=milestone.name,
        starts_on=milestone.starts_on,
        ends_on=milestone.ends_on,
        owner=milestone.owner.key if milestone.owner else CLIENT,
        needs=tuple(need.needs.identifier for need in milestone.milestone_needs.all()),
        hands_over_to=milestone.hands_over_to.key if milestone.hands_over_to else receiver,
    )


def _package(package: Package) -> NamedChoice:
    return NamedChoice(
        id=package.identifier,
        name=package.name,
        text=package.text,
        lines=tuple(chosen.line.code for chosen in package.package_lines.all()),
        default=package.default,
    )


def _file(file: BidFile) -> OfferFile:
    return OfferFile(name=file.name, media_type=file.asset.media_type, data=read(file.asset.sha256))
