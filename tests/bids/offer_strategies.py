"""Random joint offers that a bid package can hold, with everything an offer can have, and random choices of them."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from bids.choosing import can_be_chosen
from bids.content import (
    CLIENT,
    Adjustment,
    Choice,
    ClientCard,
    Contact,
    Endorsement,
    FirmCard,
    Instalment,
    JointOffer,
    Line,
    MilestoneCard,
    NamedChoice,
    NeedCard,
    OfferFile,
    OfferPart,
    Period,
    Reference,
    Section,
    ServiceCompany,
    Term,
    VatOfSupply,
)
from bids.pricing import least_lines_net
from bids.vocabulary import (
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
    VatCategory,
)
from kernel.business_id import check_digit
from kernel.uploads import clean_upload

KEYS = ["KUV", "SEL", "PAI", "ERÄ", "ÖLJ", "aik", "A1", "Z-9"]
SAID = [
    "Suunnittelu ja toteutus",
    "Selkokielinen **toimitustyö**\n\n- yksi\n- kaksi",
    "Ääkköset, “lainaukset” & <merkit>",
    "Mötesrum på 2:a våningen – 50 m²",
    "Pitkäyhdyssanahirviöjotaeivoitavuttaa",
    "1",
]
YEARS: dict[int, tuple[str, ...]] = {2025: ("25.5", "14", "10"), 2026: ("25.5", "13.5", "10")}
REASONS = {
    VatCategory.ZERO: "AVL 70 §",
    VatCategory.EXEMPT: "AVL 34 §",
    VatCategory.REVERSE: "AVL 8 c §",
}
UNITS = ["erä", "h", "kpl", "kk", "m²", "hlö", "sivu", "rullakko"]
PICTURE = clean_upload(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
).content

texts = st.sampled_from(SAID)
titles = st.sampled_from([text for text in SAID if "\n" not in text])


def scaled(most: int, places: int, least: int = 0) -> st.SearchStrategy[Decimal]:
    return st.integers(least, most).map(lambda number: Decimal(number).scaleb(-places))


unit_prices = st.one_of(
    st.sampled_from(["10.00", "10.10", "0.01", "0.315", "118.30"]).map(Decimal),
    scaled(200_000, 2),
    scaled(10_000_000, 4),
)
quantities = st.one_of(st.integers(1, 40).map(Decimal), scaled(50_000, 3, least=1))
percents = st.one_of(st.sampled_from(["0", "5", "8", "33.333", "100"]).map(Decimal), scaled(100_000, 3))


@st.composite
def periods(draw: st.DrawFn, year: int) -> Period:
    starts_on = draw(st.dates(date(year, 1, 1), date(year, 11, 30)))
    return Period(starts_on=starts_on, ends_on=starts_on + timedelta(days=draw(st.integers(0, 30))))


@st.composite
def supplies(draw: st.DrawFn, year: int) -> VatOfSupply:
    category = draw(st.sampled_from([VatCategory.STANDARD] * 5 + list(REASONS)))
    if category == VatCategory.STANDARD:
        return VatOfSupply(category=category, rate=Decimal(draw(st.sampled_from(YEARS[year]))))
    return VatOfSupply(category=category, reason=REASONS[category])


@st.composite
def plain_lines(draw: st.DrawFn, code: str, year: int) -> Line:
    delivered_in = draw(st.sampled_from([None, None, None, *YEARS]))
    pricing = draw(st.sampled_from(LinePricing))
    quantity = draw(quantities)
    return Line(
        code=code,
        text=draw(texts),
        quantity=quantity,
        unit_price=draw(unit_prices),
        vat=draw(supplies(delivered_in or year)),
        pricing=pricing,
        unit=draw(st.sampled_from(UNITS)),
        price_basis=draw(st.sampled_from([PriceBasis.NET, PriceBasis.NET, PriceBasis.GROSS])),
        discount_percent=draw(st.one_of(st.just(Decimal(0)), percents)),
        supply=draw(st.one_of(st.none(), st.sampled_from(Supply))),
        delivered=draw(periods(delivered_in)) if delivered_in else None,
        cap_quantity=quantity + draw(quantities) if pricing == LinePricing.CAP else None,
    )


@st.composite
def lines_by_part(draw: st.DrawFn, firms: int, year: int) -> list[list[Line]]:
    """Lines of every part: plain, optional, replacing (also another part's) and grouped (also across parts)."""
    count = draw(st.integers(1, 12))
    owners = [draw(st.integers(0, firms - 1)) for _ in range(count)]
    lines: list[Line] = []
    replaceable: list[str] = []
    members: dict[str, int] = {}
    for number in range(count):
        line = draw(plain_lines(f"R{number + 1}", year))
        kind = draw(st.sampled_from(["plain", "plain", "optional", "replacing", "grouped"]))
        if kind == "replacing" and replaceable:
            line = replace(line, replaces=draw(st.sampled_from(replaceable)), optional=draw(st.booleans()))
        elif kind == "grouped":
            group = draw(st.sampled_from(["väri", "koko"]))
            line = replace(line, group=group, default=group not in members)
            members[group] = members.get(group, 0) + 1
        else:
            line = replace(line, optional=kind == "optional")
            replaceable.append(line.code)
        lines.append(line)
    order = draw(st.permutations(range(count)))
    return [[lines[number] for number in order if owners[number] == firm] for firm in range(firms)]


@st.composite
def firm_cards(draw: st.DrawFn, business_id: str, name: str) -> FirmCard:
    is_light = draw(st.integers(0, 7)) == 0
    service = ServiceCompany(name="Laskutuspalvelu Oy", business_id="9000022-2", vat_liable=draw(st.booleans()))
    return FirmCard(
        name=name,
        business_id=None if is_light else business_id,
        legal_form=draw(st.sampled_from(["", "tmi", "oy", "osk"])),
        municipality=draw(st.sampled_from(["", "491", "208"])),
        staff=draw(st.one_of(st.none(), st.integers(1, 12))),
        vat_liable=draw(st.integers(0, 3)) > 0,
        invoiced_through=service if is_light else None,
        fields=tuple(draw(st.lists(titles, max_size=2, unique=True))),
        skills=tuple(draw(st.lists(titles, max_size=2, unique=True))),
        colour=draw(st.sampled_from(["", "#1d5c63"])),
        contact=draw(st.one_of(st.none(), contacts())),
    )


@st.composite
def contacts(draw: st.DrawFn) -> Contact:
    return Contact(
        name=draw(st.sampled_from(["Aino Esimerkki", "Åke Exempel"])),
        email=draw(st.sampled_from(["", "aino@example.invalid"])),
        phone=draw(st.sampled_from(["", "+358 40 000 0000"])),
        role=draw(st.sampled_from(["", "accepts", "laskutus"])),
    )


@st.composite
def parts_of_firms(draw: st.DrawFn, year: int) -> tuple[OfferPart, ...]:
    count = draw(st.integers(1, 5))
    keys = draw(st.permutations(KEYS))[:count]
    bases = draw(st.permutations([base for base in range(9_000_001, 9_000_020) if check_digit(str(base)) is not None]))
    lead = draw(st.integers(0, count - 1))
    lines = draw(lines_by_part(count, year))
    return tuple(
        OfferPart(
            key=key,
            role=Role.LEAD if number == lead else draw(st.sampled_from([Role.MEMBER, Role.SUBCONTRACTOR])),
            firm=draw(firm_cards(f"{bases[number]}-{check_digit(str(bases[number]))}", f"Yritys {key}")),
            lines=tuple(lines[number]),
            summary=draw(st.one_of(st.just(""), texts)),
            included=tuple(draw(st.lists(texts, max_size=2))),
            excluded=tuple(draw(st.lists(texts, max_size=1))),
            assumptions=tuple(draw(st.lists(texts, max_size=1))),
            references=tuple(Reference(title=title, year=2024, client="Kunta") for title in draw(few_titles)),
            endorsements=tuple(Endorsement(text=text, by="Naapuri Oy") for text in draw(few_titles)),
        )
        for number, key in enumerate(keys)
    )


few_titles = st.lists(titles, max_size=1)


@st.composite
def clients(draw: st.DrawFn) -> ClientCard:
    return ClientCard(
        name="Päiväkoti Pikkutikka Oy",
        kind=draw(st.sampled_from(ClientKind)),
        business_id=draw(st.sampled_from([None, "9000020-6"])),
        vat_number=draw(st.sampled_from([None, "FI90000206"])),
        municipality=draw(st.sampled_from(["", "491"])),
        deducts_vat=draw(st.booleans()),
        e_invoice=draw(st.sampled_from([None, "003790000206"])),
        order_reference=draw(st.sampled_from([None, "OSTO-7"])),
        contacts=tuple(draw(st.lists(contacts(), max_size=2))),
    )


@st.composite
def payment_plans(draw: st.DrawFn) -> tuple[Instalment, ...]:
    cuts = sorted(draw(st.lists(scaled(100_000, 3), max_size=4)))
    edges = [Decimal(0), *cuts, Decimal(100)]
    steps = [last - first for first, last in pairwise(edges)]
    return tuple(Instalment(name=f"{number}. erä", percent=step) for number, step in enumerate(steps, start=1))


@st.composite
def milestones(draw: st.DrawFn, keys: Sequence[str], period: Period) -> tuple[MilestoneCard, ...]:
    made: list[MilestoneCard] = []
    for number in range(draw(st.integers(0, 4))):
        starts_on = period.starts_on + timedelta(days=draw(st.integers(0, 20)))
        owner = draw(st.sampled_from([*keys, CLIENT]))
        made.append(
            MilestoneCard(
                id=f"m{number}",
                name=draw(titles),
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=draw(st.integers(0, 9))),
                owner=owner,
                needs=tuple(draw(st.lists(st.sampled_from(made), max_size=2, unique=True).map(ids))) if made else (),
                hands_over_to=draw(st.sampled_from(["", *(key for key in [*keys, CLIENT] if key != owner)])),
            )
        )
    return tuple(made)


def ids(needed: Sequence[MilestoneCard]) -> list[str]:
    return [milestone.id for milestone in needed]


@st.composite
def adjustments(draw: st.DrawFn, name: str, most: Decimal) -> Adjustment:
    if draw(st.booleans()):
        return Adjustment(name=name, percent=draw(percents))
    return Adjustment(name=name, amount=draw(scaled(int(most.scaleb(2)), 2)))


@st.composite
def picked(draw: st.DrawFn, offer: JointOffer, already: frozenset[str] = frozenset()) -> frozenset[str]:
    """Codes that can be chosen together on top of those already chosen."""
    lines = [line for line in offer.lines if can_be_chosen(line)]
    taken = {claim for line in lines if line.code in already for claim in claims(line)}
    chosen = set()
    for line in draw(st.permutations(lines)):
        if line.code not in already and not claims(line) & taken and draw(st.booleans()):
            chosen.add(line.code)
            taken |= claims(line)
    return frozenset(chosen)


def claims(line: Line) -> set[tuple[str, str]]:
    """What only one chosen line may have: a place in a group, or the place of the line it replaces."""
    wanted = (("group", line.group), ("replaces", line.replaces))
    return {(kind, name) for kind, name in wanted if name is not None}


@st.composite
def packages(draw: st.DrawFn, offer: JointOffer) -> tuple[NamedChoice, ...]:
    count = draw(st.integers(0, 2))
    default = draw(st.integers(0, 3))
    return tuple(
        NamedChoice(
            id=f"p{number}",
            name=draw(titles),
            text=draw(texts),
            lines=tuple(sorted(draw(picked(offer)))),
            default=number == default,
        )
        for number in range(count)
    )


@st.composite
def joint_offers(draw: st.DrawFn, /, **said: Any) -> JointOffer:
    """A joint offer that keeps every rule of the bid package; what is said by keyword is taken as it is."""
    year = draw(st.sampled_from(list(YEARS)))
    parts = draw(parts_of_firms(year))
    delivery = draw(periods(year))
    keys = [part.key for part in parts]
    issued_on = draw(st.dates(date(2025, 1, 1), date(2026, 6, 30)))
    has_logo = draw(st.booleans())
    if has_logo:
        parts = (replace(parts[0], firm=replace(parts[0].firm, logo="logo-1")), *parts[1:])
    offer = JointOffer(
        number="YT-2026-0100",
        title=draw(titles),
        issued_on=issued_on,
        valid_until=issued_on + timedelta(days=draw(st.integers(0, 60))),
        client=draw(clients()),
        parts=parts,
        language=draw(st.sampled_from(Language)),
        binding=draw(st.booleans()),
        reference=draw(st.sampled_from(["", "TuuniCafe 16.2.2026"])),
        delivery=delivery,
        invoicing=draw(st.sampled_from(Invoicing)),
        liability=draw(st.sampled_from(Liability)),
        payment_days=draw(st.integers(0, 60)),
        price_visibility=draw(st.sampled_from(PriceVisibility)),
        profile=draw(st.sampled_from(Profile)),
        coordination_fee=draw(st.one_of(st.none(), adjustments("koordinointi", Decimal("500.00")))),
        payment_plan=draw(st.one_of(st.just(()), payment_plans())),
        terms=tuple(Term(title=title, text=draw(texts)) for title in draw(few_titles)),
        general_terms=draw(st.sampled_from(["", "JYSE 2025 palvelut"])),
        notes=tuple(draw(st.lists(texts, max_size=2))),
        need=draw(st.one_of(st.none(), st.builds(NeedCard, title=titles, text=texts, municipality=st.just("491")))),
        sections=tuple(
            Section(title=title, text=draw(texts), owner=draw(st.sampled_from(["", *keys])))
            for title in draw(few_titles)
        ),
        milestones=draw(milestones(keys, delivery)),
        files=(OfferFile(name="logo-1", media_type="image/png", data=PICTURE),) if has_logo else (),
    )
    discount = draw(st.one_of(st.none(), adjustments("alennus", least_lines_net(offer))))
    offer = replace(offer, discount=discount, packages=draw(packages(offer)))
    return replace(offer, **said) if said else offer


@st.composite
def choices(draw: st.DrawFn, offer: JointOffer) -> Choice:
    """A choice of the offer that can be priced."""
    by_id: Mapping[str, NamedChoice] = {package.id: package for package in offer.packages}
    package = draw(st.sampled_from([None, "", *by_id]))
    applied = next((each for each in offer.packages if each.default), None) if package is None else by_id.get(package)
    packaged = frozenset(applied.lines) if applied else frozenset()
    return Choice(lines=draw(picked(offer, packaged)), package=package)


@st.composite
def offers_and_choices(draw: st.DrawFn, /, **said: Any) -> tuple[JointOffer, Choice]:
    """A joint offer with one of its choices."""
    offer = draw(joint_offers(**said))
    return offer, draw(choices(offer))
