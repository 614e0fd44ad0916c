"""What the lead is told, asked and stopped by before sending."""

from dataclasses import replace
from datetime import date

import pytest

from bids.cautions import Caution, CautionKind, cautions
from bids.content import Adjustment, ClientCard, Contact, JointOffer, MilestoneCard, Period, ServiceCompany, VatOfSupply
from bids.vocabulary import ClientKind, Invoicing, Liability, Supply, VatCategory
from tests.bids.cases import D, daycare, tourism
from tests.bids.offers import a_line, a_part, an_offer, exempt, standard

CONTACTS = (Contact(name="Asta Asiakas", role="accepts"),)
CLIENT = ClientCard(name="Asiakas Oy", contacts=CONTACTS)


def quiet(*parts: object, **said: object) -> JointOffer:
    return an_offer(*parts, **{"client": CLIENT, **said})


def a_lead(*lines: object, **firm: object) -> object:
    return a_part("VET", *lines, lead=True, business_id="9000001-1", **firm)


def a_partner(*lines: object, key: str = "KUM", **firm: object) -> object:
    return a_part(key, *lines, **{"business_id": "9000003-8", **firm})


def codes(offer: JointOffer) -> list[str]:
    return [caution.code for caution in cautions(offer)]


def the(code: str, offer: JointOffer) -> Caution:
    return next(caution for caution in cautions(offer) if caution.code == code)


def test_an_ordinary_offer_raises_nothing() -> None:
    assert cautions(quiet(a_lead(a_line("A1", "100.00")), a_partner(a_line("B1", "100.00")))) == ()


def test_the_daycare_only_hears_that_its_first_dates_come_before_validity_ends() -> None:
    assert cautions(daycare()) == (
        Caution(
            kind=CautionKind.NOTE,
            code="milestone_before_validity_ends",
            params={"milestone": "työpaja", "starts_on": date(2026, 3, 9), "order_by": date(2026, 3, 6)},
            path="milestones[0]",
        ),
    )


def test_the_weekend_asks_whether_it_is_a_travel_package() -> None:
    assert cautions(tourism()) == (
        Caution(
            kind=CautionKind.LEGAL_QUESTION,
            code="travel_package",
            params={"lines": ("B1", "B6", "B7", "B8")},
            path="parts[0].lines[0]",
        ),
    )


def test_the_lead_reselling_the_weekend_also_hears_of_the_margin_scheme_and_of_who_answers() -> None:
    assert codes(replace(tourism(), invoicing=Invoicing.LEAD)) == [
        "travel_package",
        "travel_margin_scheme",
        "lead_invoices_each_answers",
    ]


@pytest.mark.parametrize(
    ("supplies", "days", "asked"),
    [
        ((Supply.ACCOMMODATION, Supply.TRANSPORT), 1, True),
        ((Supply.TRANSPORT, Supply.TRAVEL_OTHER), 2, True),
        ((Supply.TRANSPORT, Supply.TRAVEL_OTHER), 1, False),
        ((Supply.ACCOMMODATION, Supply.ACCOMMODATION), 2, False),
        ((Supply.ACCOMMODATION, None), 2, False),
    ],
)
def test_a_travel_package_needs_two_kinds_of_travel_service_and_a_night(
    supplies: tuple[Supply | None, Supply | None], days: int, *, asked: bool
) -> None:
    period = Period(starts_on=date(2026, 9, 11), ends_on=date(2026, 9, 10 + days))
    first, second = supplies
    offer = quiet(
        a_lead(a_line("A1", "100.00", supply=first)),
        a_partner(a_line("B1", "100.00", supply=second)),
        delivery=period,
    )

    assert ("travel_package" in codes(offer)) is asked


def test_two_firms_that_share_a_field_raise_one_question_that_names_both() -> None:
    offer = quiet(
        a_lead(a_line("A1", "100.00"), fields=("Painotuotteet", "kuvaus")),
        a_partner(a_line("B1", "100.00"), fields=("painotuotteet",)),
        a_partner(a_line("C1", "100.00"), key="KOL", fields=("siivous",)),
    )

    assert cautions(offer) == (
        Caution(
            kind=CautionKind.LEGAL_QUESTION,
            code="competitors",
            params={"firms": ("Yritys VET", "Yritys KUM"), "fields": ("painotuotteet",)},
            path="parts",
        ),
    )


def test_construction_asks_whether_the_buyer_builds_too_unless_the_buyer_is_a_consumer() -> None:
    lead = a_lead(a_line("A1", "100.00"), a_line("A2", "100.00", supply=Supply.CONSTRUCTION))
    consumer = ClientCard(name="Kuluttaja", kind=ClientKind.CONSUMER, contacts=CONTACTS)

    assert the("construction_reverse_charge", quiet(lead)).path == "parts[0].lines[1]"
    assert codes(quiet(lead, client=consumer)) == ["consumer_client"]


def test_construction_by_a_partner_is_asked_about_between_partner_and_lead_when_the_lead_sells_it_on() -> None:
    partner = a_partner(a_line("B1", "100.00", supply=Supply.CONSTRUCTION))
    offer = quiet(a_lead(a_line("A1", "100.00")), partner, invoicing=Invoicing.LEAD, liability=Liability.LEAD)

    assert codes(offer) == ["construction_reverse_charge", "construction_reverse_charge_to_lead"]


def test_reverse_charge_needs_the_clients_vat_number() -> None:
    reverse = VatOfSupply(category=VatCategory.REVERSE, reason="AVL 8 c §")
    lead = a_lead(a_line("A1", "100.00", vat=reverse, supply=Supply.CONSTRUCTION))

    assert codes(quiet(lead)) == ["reverse_charge_without_vat_number"]
    assert codes(quiet(lead, client=replace(CLIENT, vat_number="FI90000206"))) == []


@pytest.mark.parametrize(
    ("owner", "invoicing", "asked"),
    [
        ("partner", Invoicing.LEAD, True),
        ("partner", Invoicing.EACH, False),
        ("lead", Invoicing.LEAD, False),
    ],
)
def test_health_care_is_asked_about_only_where_the_lead_sells_it_on(
    owner: str, invoicing: Invoicing, *, asked: bool
) -> None:
    care = a_line("H1", "100.00", vat=exempt(), supply=Supply.HEALTH)
    other = a_line("A1", "100.00")
    lead, partner = (care, other) if owner == "lead" else (other, care)
    offer = quiet(a_lead(lead), a_partner(partner), invoicing=invoicing, liability=Liability.JOINT)

    assert ("health_resold" in codes(offer)) is asked


@pytest.mark.parametrize(
    ("kind", "days", "expected"),
    [
        (ClientKind.PUBLIC, 30, []),
        (ClientKind.PUBLIC, 31, [(CautionKind.LEGAL_QUESTION, "public_payment_days")]),
        (ClientKind.BUSINESS, 30, []),
        (ClientKind.BUSINESS, 31, [(CautionKind.NOTE, "long_payment_days")]),
        (ClientKind.ASSOCIATION, 45, []),
    ],
)
def test_more_than_thirty_days_to_pay_is_noticed(
    kind: ClientKind, days: int, expected: list[tuple[CautionKind, str]]
) -> None:
    offer = quiet(a_lead(a_line("A1", "100.00")), client=replace(CLIENT, kind=kind), payment_days=days)

    assert [(caution.kind, caution.code) for caution in cautions(offer)] == expected


@pytest.mark.parametrize(
    ("invoicing", "liability", "expected"),
    [
        (Invoicing.EACH, Liability.SEVERAL, []),
        (Invoicing.EACH, Liability.JOINT, []),
        (Invoicing.EACH, Liability.LEAD, ["each_invoices_lead_answers"]),
        (Invoicing.LEAD, Liability.SEVERAL, ["lead_invoices_each_answers"]),
        (Invoicing.LEAD, Liability.JOINT, []),
        (Invoicing.LEAD, Liability.LEAD, []),
    ],
)
def test_who_invoices_and_who_answers_are_compared(
    invoicing: Invoicing, liability: Liability, expected: list[str]
) -> None:
    offer = quiet(a_lead(a_line("A1", "100.00")), invoicing=invoicing, liability=liability)

    assert codes(offer) == expected


@pytest.mark.parametrize(
    ("price", "discount", "invoicing", "firms"),
    [
        ("9000.00", None, Invoicing.LEAD, []),
        ("9000.01", None, Invoicing.LEAD, ["Yritys KUM"]),
        ("9000.01", "0.02", Invoicing.LEAD, []),
        ("9000.01", None, Invoicing.EACH, []),
    ],
)
def test_a_subcontract_of_exactly_nine_thousand_euros_needs_no_papers(
    price: str, discount: str | None, invoicing: Invoicing, firms: list[str]
) -> None:
    offer = quiet(
        a_lead(a_line("A1", "9000.01")),
        a_partner(a_line("B1", price)),
        invoicing=invoicing,
        liability=Liability.LEAD,
        discount=Adjustment(name="alennus", amount=D(discount)) if discount else None,
    )

    found = [caution for caution in cautions(offer) if caution.code == "contractors_obligations"]
    assert [caution.params["firm"] for caution in found] == firms


def test_an_offer_without_a_total_yet_still_gets_its_cautions() -> None:
    offer = quiet(
        a_lead(a_line("A1", "1.00")),
        a_partner(a_line("B1", "9500.00")),
        invoicing=Invoicing.LEAD,
        discount=Adjustment(name="alennus", amount=D("20000.00")),
    )

    assert codes(offer) == ["lead_invoices_each_answers"]


def test_a_lead_outside_vat_cannot_deduct_what_its_partners_charge() -> None:
    offer = quiet(
        a_lead(a_line("A1", "100.00"), vat_liable=False),
        a_partner(a_line("B1", "100.00")),
        invoicing=Invoicing.LEAD,
        liability=Liability.LEAD,
    )

    assert codes(offer) == ["lead_outside_vat"]


@pytest.mark.parametrize(
    ("starts_on", "order_by"),
    [
        (date(2026, 4, 1), date(2026, 3, 31)),
        (date(2026, 3, 9), date(2026, 3, 6)),
        (date(2026, 3, 8), date(2026, 3, 6)),
        (date(2026, 3, 2), date(2026, 3, 2)),
    ],
)
def test_the_day_to_order_by_is_the_working_day_before_the_first_step_and_never_before_the_offer(
    starts_on: date, order_by: date
) -> None:
    steps = (
        MilestoneCard(id="m2", name="myöhemmin", starts_on=date(2026, 4, 20), ends_on=date(2026, 4, 21), owner="VET"),
        MilestoneCard(id="m1", name="ensin", starts_on=starts_on, ends_on=starts_on, owner="VET"),
    )
    note = the("milestone_before_validity_ends", quiet(a_lead(a_line("A1", "100.00")), milestones=steps))

    assert (note.params["milestone"], note.params["order_by"], note.path) == ("ensin", order_by, "milestones[1]")


def test_a_step_after_validity_ends_is_no_matter() -> None:
    step = MilestoneCard(id="m1", name="työ", starts_on=date(2026, 4, 2), ends_on=date(2026, 4, 2), owner="VET")

    assert cautions(quiet(a_lead(a_line("A1", "100.00")), milestones=(step,))) == ()


@pytest.mark.parametrize(("staff", "expected"), [(9, []), (10, ["not_a_micro_enterprise"]), (None, [])])
def test_a_firm_of_ten_is_no_micro_enterprise(staff: int | None, expected: list[str]) -> None:
    assert codes(quiet(a_lead(a_line("A1", "100.00"), staff=staff))) == expected


@pytest.mark.parametrize(("count", "expected"), [(10, []), (11, ["more_than_ten_firms"])])
def test_at_most_ten_firms_send_an_offer(count: int, expected: list[str]) -> None:
    partners = [a_partner(a_line(f"B{number}", "1.00"), key=f"K{number}") for number in range(1, count)]

    assert codes(quiet(a_lead(a_line("A1", "100.00")), *partners)) == expected


def test_a_firm_that_sells_needs_a_business_id_or_an_invoicing_service() -> None:
    service = ServiceCompany(name="Laskutuspalvelu Oy", business_id="9000022-2")
    nobody = a_partner(a_line("B1", "100.00"), business_id=None)
    through = a_partner(a_line("B1", "100.00"), business_id=None, invoiced_through=service)
    nothing_to_sell = a_partner(business_id=None)
    lead = a_lead(a_line("A1", "100.00"))

    assert the("seller_without_business_id", quiet(lead, nobody)) == Caution(
        kind=CautionKind.STOP,
        code="seller_without_business_id",
        params={"firm": "Yritys KUM"},
        path="parts[1].firm.business_id",
    )
    assert codes(quiet(lead, through)) == []
    assert codes(quiet(lead, nothing_to_sell)) == []


def test_a_lead_that_only_collects_a_fee_sells_too() -> None:
    lead = a_part("VET", lead=True)
    offer = quiet(
        lead, a_partner(a_line("B1", "100.00")), coordination_fee=Adjustment(name="koordinointi", percent=D(8))
    )

    assert codes(offer) == ["seller_without_business_id"]


def test_a_rate_that_is_not_in_force_stops_and_one_that_changes_asks_for_a_split() -> None:
    winter = Period(starts_on=date(2025, 12, 1), ends_on=date(2026, 1, 31))
    offer = quiet(
        a_lead(
            a_line("A1", "100.00", vat=standard("24")),
            a_line("A2", "100.00", vat=standard("14"), delivered=winter),
        )
    )

    found = [(caution.kind, caution.code, caution.path, caution.params["day"]) for caution in cautions(offer)]
    assert found == [
        (CautionKind.STOP, "rate_not_in_force", "parts[0].lines[0].vat", date(2026, 4, 26)),
        (CautionKind.STOP, "split_the_line", "parts[0].lines[1].vat", date(2026, 1, 1)),
    ]


def test_a_client_without_anybody_who_accepts_is_noted() -> None:
    client = ClientCard(name="Asiakas Oy", contacts=(Contact(name="Asta Asiakas"),))

    assert codes(quiet(a_lead(a_line("A1", "100.00")), client=client)) == ["nobody_accepts"]


def test_stops_come_first_and_notes_last() -> None:
    offer = quiet(
        a_part("VET", a_line("A1", "100.00"), lead=True, staff=12, fields=("kuvaus",)),
        a_partner(a_line("B1", "100.00"), fields=("kuvaus",)),
    )

    assert [caution.kind for caution in cautions(offer)] == [
        CautionKind.STOP,
        CautionKind.LEGAL_QUESTION,
        CautionKind.NOTE,
    ]
