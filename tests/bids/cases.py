"""The worked cases: two whole joint offers whose every figure is known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from bids.content import (
    CLIENT,
    ClientCard,
    Contact,
    FirmCard,
    JointOffer,
    Line,
    MilestoneCard,
    NeedCard,
    OfferPart,
    Period,
    Term,
)
from bids.vocabulary import ClientKind, LinePricing, Role, Supply
from tests.bids.offers import standard

D = Decimal


def line(
    code: str,
    text: str,
    quantity: str,
    unit: str,
    unit_price: str,
    rate: str = "25.5",
    *,
    discount: str = "0",
    pricing: LinePricing = LinePricing.UNIT,
    optional: bool = False,
    replaces: str | None = None,
    supply: Supply | None = None,
) -> Line:
    return Line(
        code=code,
        text=text,
        pricing=pricing,
        quantity=D(quantity),
        unit=unit,
        unit_price=D(unit_price),
        discount_percent=D(discount),
        vat=standard(rate),
        supply=supply,
        optional=optional,
        replaces=replaces,
    )


def contact(name: str, address: str, role: str = "") -> Contact:
    return Contact(name=name, email=f"{address}@example.invalid", phone="+358 40 000 0000", role=role)


def daycare() -> JointOffer:
    kuv = OfferPart(
        key="KUV",
        role=Role.LEAD,
        firm=FirmCard(
            name="Kuvakulma Design Tmi",
            business_id="9000001-1",
            legal_form="tmi",
            municipality="491",
            staff=1,
            fields=("graafinen suunnittelu",),
            skills=("infografiikka", "saavutettavuus"),
            colour="#1d5c63",
            contact=contact("Kaisa Kuvakulma", "kaisa"),
        ),
        summary="Suunnittelemme infografiikan ja sen saavutettavan verkkoversion.",
        lines=(
            line("A1", "Työpaja ja tarvekartoitus", "1", "erä", "320.00", pricing=LinePricing.FIXED),
            line("A2", "Infografiikan suunnittelu", "24", "h", "65.00", discount="5"),
            line("A3", "Saavutettava PDF-versio", "4", "h", "65.00"),
        ),
    )
    sel = OfferPart(
        key="SEL",
        role=Role.MEMBER,
        firm=FirmCard(
            name="Selkopolku Tmi",
            business_id="9000003-8",
            legal_form="tmi",
            municipality="405",
            staff=1,
            vat_liable=False,
            fields=("kirjoittaminen",),
            skills=("selkokieli",),
            contact=contact("Selma Selkopolku", "selma"),
        ),
        summary="Muokkaamme tekstit selkokielelle.",
        lines=(
            line("A4", "Selkokielinen toimitustyö", "10", "h", "48.00"),
            line("A7", "Ruotsinnos", "6", "h", "52.00", optional=True),
        ),
    )
    pai = OfferPart(
        key="PAI",
        role=Role.MEMBER,
        firm=FirmCard(
            name="Painopiste Savo Oy",
            business_id="9000004-6",
            legal_form="oy",
            municipality="491",
            staff=4,
            fields=("painotuotteet",),
            skills=("julisteet", "esitteet"),
            contact=contact("Pekka Painopiste", "pekka"),
        ),
        summary="Painamme julisteet ja esitteet.",
        lines=(
            line("A5", "Juliste A2", "15", "kpl", "12.90", discount="10"),
            line("A6", "Esite A5, 4-sivuinen", "500", "kpl", "0.315"),
            line("A5b", "Juliste A1", "10", "kpl", "24.90", replaces="A5"),
            line("A8", "Ikkunatarra", "2", "kpl", "84.90", optional=True),
        ),
    )
    return JointOffer(
        number="YT-2026-0001",
        title="Infografiikka päiväkodin palveluseteleistä ja maksuista",
        issued_on=date(2026, 3, 2),
        valid_until=date(2026, 4, 1),
        reference="TuuniCafe 16.2.2026",
        delivery=Period(starts_on=date(2026, 3, 9), ends_on=date(2026, 4, 26)),
        client=ClientCard(
            name="Päiväkoti Pikkutikka Oy",
            kind=ClientKind.BUSINESS,
            business_id="9000020-6",
            municipality="491",
            deducts_vat=False,
            contacts=(contact("Tiina Tikka", "tiina", role="accepts"),),
        ),
        need=NeedCard(
            title="Vanhemmat ja henkilöstö ymmärtävät palvelusetelit ja maksut",
            skills=("infografiikka", "selkokieli", "julisteet"),
            municipality="491",
        ),
        terms=(Term(title="Viivästyskorko", text="Viivästyskorko korkolain mukaan."),),
        parts=(kuv, sel, pai),
        milestones=(
            milestone("m1", "työpaja", (3, 9), (3, 15), "KUV"),
            milestone("m2", "luonnos", (3, 23), (3, 29), "KUV", "m1"),
            milestone("m3", "selkotarkistus", (3, 30), (4, 5), "SEL", "m2"),
            milestone("m4", "hyväksyntä", (4, 6), (4, 12), CLIENT, "m3"),
            milestone("m5", "painosta", (4, 20), (4, 26), "PAI", "m4"),
        ),
    )


def tourism(reduced_rate: str = "13.5") -> JointOffer:
    dyy = OfferPart(
        key="DYY",
        role=Role.LEAD,
        firm=FirmCard(
            name="Dyynimajat Oy",
            business_id="9000005-4",
            legal_form="oy",
            municipality="208",
            staff=6,
            fields=("majoitus",),
            contact=contact("Dagmar Dyyni", "dagmar"),
        ),
        lines=(
            line(
                "B1",
                "Majoitus 2 hh, 1 yö, aamiainen",
                "9",
                "huone",
                "118.30",
                reduced_rate,
                discount="5",
                supply=Supply.ACCOMMODATION,
            ),
            line("B2", "Hiekkarannikko-lehti, irtonumero", "18", "kpl", "3.15", "10"),
        ),
    )
    lie = OfferPart(
        key="LIE",
        role=Role.MEMBER,
        firm=FirmCard(
            name="Nuotiokahvila Liekki Tmi",
            business_id="9000006-2",
            legal_form="tmi",
            municipality="208",
            staff=2,
            fields=("ravintola",),
            contact=contact("Lilli Liekki", "lilli"),
        ),
        lines=(
            line("B3", "Keittolounas", "18", "hlö", "14.60", reduced_rate),
            line("B4", "Illallinen, 3 ruokalajia", "18", "hlö", "39.00", reduced_rate),
            line("B5", "Tervetuliaismalja (alkoholi)", "18", "hlö", "7.50", "25.5"),
            line("B4b", "Saaristobuffet", "18", "hlö", "33.50", reduced_rate, replaces="B4"),
        ),
    )
    era = OfferPart(
        key="ERÄ",
        role=Role.MEMBER,
        firm=FirmCard(
            name="Erärinki Oy",
            business_id="9000007-0",
            legal_form="oy",
            municipality="977",
            staff=3,
            fields=("ohjelmapalvelut",),
            contact=contact("Eero Erärinki", "eero"),
        ),
        lines=(
            line("B6", "Opastettu dyynivaellus", "1", "ryhmä", "640.00", "25.5", supply=Supply.TRAVEL_OTHER),
            line("B7", "Frisbeegolf-ohjaus", "18", "hlö", "17.35", reduced_rate, supply=Supply.TRAVEL_OTHER),
        ),
    )
    kal = OfferPart(
        key="KAL",
        role=Role.MEMBER,
        firm=FirmCard(
            name="Tilausajo Kallio Ky",
            business_id="9000008-9",
            legal_form="ky",
            municipality="977",
            staff=5,
            fields=("henkilökuljetus",),
            contact=contact("Kalle Kallio", "kalle"),
        ),
        lines=(
            line(
                "B8",
                "Tilausajo Ylivieska–Kalajoki–Ylivieska",
                "2",
                "ajo",
                "385.00",
                reduced_rate,
                supply=Supply.TRANSPORT,
            ),
        ),
    )
    return JointOffer(
        number="YT-2026-0002",
        title="Elämysviikonloppu dyyneillä",
        issued_on=date(2026, 3, 16),
        valid_until=date(2026, 4, 15),
        delivery=Period(starts_on=date(2026, 9, 11), ends_on=date(2026, 9, 12)),
        client=ClientCard(
            name="Konepaja Jokilaakso Oy",
            kind=ClientKind.BUSINESS,
            business_id="9000021-4",
            municipality="563",
            contacts=(contact("Jaana Jokilaakso", "jaana", role="accepts"),),
        ),
        need=NeedCard(title="Virkistysviikonloppu 18 hengelle", municipality="563"),
        terms=(Term(title="Maksuaika", text="14 pv netto tapahtuman jälkeen, ei ennakkomaksua."),),
        parts=(dyy, lie, era, kal),
    )


def tourism_in_2025() -> JointOffer:
    return replace(tourism("14"), delivery=Period(starts_on=date(2025, 12, 12), ends_on=date(2025, 12, 12)))


def without(offer: JointOffer, *keys: str) -> JointOffer:
    return replace(offer, parts=tuple(part for part in offer.parts if part.key not in keys))


def with_hourly_price(offer: JointOffer, code: str, price: str) -> JointOffer:
    def repriced(part: OfferPart) -> OfferPart:
        lines = tuple(replace(row, unit_price=D(price)) if row.code == code else row for row in part.lines)
        return replace(part, lines=lines)

    return replace(offer, parts=tuple(map(repriced, offer.parts)))


def milestone(
    identity: str, name: str, first: tuple[int, int], last: tuple[int, int], owner: str, *needs: str
) -> MilestoneCard:
    return MilestoneCard(
        id=identity,
        name=name,
        starts_on=date(2026, *first),
        ends_on=date(2026, *last),
        owner=owner,
        needs=needs,
    )
