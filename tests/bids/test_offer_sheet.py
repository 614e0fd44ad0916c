"""The sheet of an offer says what its content says, to the cent, and can be stored and read again."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bids.content import (
    Adjustment,
    Choice,
    FirmCard,
    Instalment,
    JointOffer,
    MilestoneCard,
    NamedChoice,
    Period,
    Section,
    ServiceCompany,
)
from bids.pricing import ChoiceRefused, totals
from bids.sheets.lead_notes import lead_notes
from bids.sheets.offer import OfferSheet, cut_at_word, first_paragraph, offer_sheet, sheet_as_json, sheet_from_json
from bids.sheets.threads import contrast_on_white, readable
from bids.vocabulary import ClientKind, Invoicing, Language, Liability, LinePricing, PriceBasis, Profile
from tests.bids.cases import daycare, line, tourism

FI, SV, EN = Language.FI, Language.SV, Language.EN
N = "\u00a0"


def with_part(offer: JointOffer, key: str, **changes: object) -> JointOffer:
    parts = tuple(replace(part, **changes) if part.key == key else part for part in offer.parts)  # type: ignore[arg-type]
    return replace(offer, parts=parts)


def with_firm(offer: JointOffer, key: str, **changes: object) -> JointOffer:
    card: FirmCard = next(part.firm for part in offer.parts if part.key == key)
    return with_part(offer, key, firm=replace(card, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("offer", [daycare(), tourism()], ids=["daycare", "tourism"])
@pytest.mark.parametrize("language", list(Language))
def test_a_sheet_is_the_same_after_it_was_stored(offer: JointOffer, language: Language) -> None:
    sheet = offer_sheet(offer, language=language)

    assert sheet_from_json(json.loads(json.dumps(sheet_as_json(sheet)))) == sheet
    assert sheet_from_json(json.dumps(sheet_as_json(sheet))) == sheet


def test_a_sheet_of_another_form_is_refused() -> None:
    stored = sheet_as_json(offer_sheet(daycare()))

    with pytest.raises(ValueError, match="form 99"):
        sheet_from_json({**stored, "form": 99})


@pytest.mark.parametrize("language", list(Language))
def test_every_sum_of_the_daycare_stands_in_its_sheet(language: Language) -> None:
    sheet = offer_sheet(daycare(), language=language)

    assert (sheet.totals.net.value, sheet.totals.vat.value, sheet.totals.gross.value) == (
        "2873.65",
        "610.38",
        "3484.03",
    )
    assert [(one.firm, one.sums.net.value, one.sums.vat.value, one.sums.gross.value) for one in sheet.invoices] == [
        ("KUV", "2062.00", "525.81", "2587.81"),
        ("SEL", "480.00", "0.00", "480.00"),
        ("PAI", "331.65", "84.57", "416.22"),
    ]
    assert [(row.category, row.rate, row.taxable.value, row.vat.value) for row in sheet.vat_rows] == [
        ("S", "25.5", "2393.65", "610.38"),
        ("O", "", "480.00", "0.00"),
    ]


def test_every_choice_of_the_daycare_says_what_it_adds_and_what_the_whole_then_costs() -> None:
    sheet = offer_sheet(daycare())

    assert [
        (row.code, row.kind, row.adds.value, row.totals.net.value, row.totals.vat.value, row.totals.gross.value)
        for row in sheet.options
    ] == [
        ("A7", "option", "312.00", "3185.65", "610.38", "3796.03"),
        ("A5b", "alternative", "93.94", "2948.50", "629.47", "3577.97"),
        ("A8", "option", "213.10", "3043.45", "653.68", "3697.13"),
    ]
    assert sheet.options[1].instead_of == "rivin A5 (Juliste A2) tilalle"
    assert sheet.options[1].detail == f"10{N}kpl"


def test_what_is_chosen_counts_and_the_rest_is_reckoned_on_top_of_it() -> None:
    sheet = offer_sheet(daycare(), Choice(lines=frozenset({"A5b", "A7"})))

    assert sheet.totals.gross.value == "3889.97"
    by_code = {row.code: row for row in sheet.options}
    assert (by_code["A7"].is_chosen, by_code["A5b"].is_chosen, by_code["A8"].is_chosen) == (True, True, False)
    assert by_code["A8"].totals.gross.value == "4103.07"
    assert [row.code for row in sheet.firm("PAI").rows] == ["A6", "A5b"]
    assert sheet.firm("PAI").rows[1].stands_for == "Juliste A2"


def test_a_choice_that_cannot_be_priced_is_refused() -> None:
    with pytest.raises(ChoiceRefused):
        offer_sheet(daycare(), Choice(lines=frozenset({"A99"})))


def test_the_tourism_case_leads_with_the_sum_its_client_compares() -> None:
    sheet = offer_sheet(tourism())

    assert (sheet.headline, sheet.totals.net.value, sheet.totals.gross.value) == ("net", "3890.27", "4506.48")
    assert offer_sheet(daycare()).headline == "gross"
    assert [(row.rate, row.vat.value) for row in sheet.vat_rows] == [
        ("25.5", "197.63"),
        ("13.5", "412.91"),
        ("10", "5.67"),
    ]


def test_a_client_outside_business_is_told_the_sum_with_vat_first() -> None:
    offer = daycare()
    consumer = replace(offer, client=replace(offer.client, kind=ClientKind.CONSUMER))

    assert offer_sheet(consumer).headline == "gross"
    assert "loppusumma sisältää sen" in offer_sheet(consumer).clause("price_basis_consumer")


def test_a_unit_price_is_printed_whole() -> None:
    rows = {row.code: row for row in offer_sheet(daycare()).rows}

    assert (rows["A6"].unit_price, rows["A6"].quantity, rows["A6"].net.text) == ("0,315", "500", f"157,50{N}€")
    assert rows["A2"].discount == f"5{N}%"


def test_when_it_is_ready_is_a_week_or_the_days_of_an_event() -> None:
    def ready(offer: JointOffer) -> list[tuple[str, str]]:
        return [(fact.key, fact.text) for fact in offer_sheet(offer).facts if fact.key in {"ready", "when"}]

    assert ready(daycare()) == [("ready", f"viikolla{N}17")]
    assert ready(tourism()) == [("when", "11.–12.9.2026")]
    assert ready(replace(daycare(), milestones=())) == [("ready", "26.4.2026")]


def test_a_monthly_fee_does_not_put_off_when_the_work_is_ready() -> None:
    upkeep = replace(
        line("A9", "Ylläpito", "12", "kk", "20", pricing=LinePricing.RECURRING),
        delivered=Period(starts_on=date(2026, 5, 1), ends_on=date(2027, 4, 30)),
    )
    lead = daycare().lead
    offer = replace(with_part(daycare(), "KUV", lines=(*lead.lines, upkeep)), milestones=())

    assert [fact.text for fact in offer_sheet(offer).facts if fact.key == "ready"] == ["26.4.2026"]


def test_the_sentences_that_bind_stand_in_every_language() -> None:
    sheet = offer_sheet(daycare(), language=SV)
    by_key = {one.key: one for one in sheet.clauses_in_all}

    assert by_key["validity"].fi.startswith("Tarjous on sitova ja voimassa 1.4.2026 saakka.")
    assert by_key["validity"].sv.startswith("Offerten är bindande och gäller till och med 1.4.2026.")
    assert by_key["validity"].en == (
        f"The offer is binding and valid until 1{N}April 2026. "
        "Your acceptance must arrive by the end of that day, Finnish time."
    )
    assert sheet.clause("invoicing_each") == "Varje företag fakturerar sin egen del: ni får 3 fakturor."
    assert all(one.fi and one.sv and one.en for one in sheet.clauses_in_all)
    assert not any("{" in text for one in sheet.clauses_in_all for text in (one.fi, one.sv, one.en))


@pytest.mark.parametrize(
    ("liability", "invoicing", "says"),
    [
        (Liability.SEVERAL, Invoicing.EACH, "Kukin yritys vastaa vain omasta osuudestaan"),
        (Liability.JOINT, Invoicing.EACH, "yhteisvastuullisesti"),
        (Liability.LEAD, Invoicing.LEAD, "Kuvakulma Design Tmi vastaa kokonaisuudesta"),
    ],
)
def test_who_answers_for_what_is_said_in_its_own_sentence(
    liability: Liability, invoicing: Invoicing, says: str
) -> None:
    sheet = offer_sheet(replace(daycare(), liability=liability, invoicing=invoicing))

    assert [one.key for one in sheet.clauses if one.key.startswith("liability")] == [f"liability_{liability.value}"]
    assert says in sheet.clause(f"liability_{liability.value}")


def test_a_public_buyer_gets_an_anbud_and_a_private_one_an_offert() -> None:
    offer = daycare()
    public = replace(offer, client=replace(offer.client, kind=ClientKind.PUBLIC))

    assert offer_sheet(public, language=SV).document_name == "Gemensamt anbud"
    assert offer_sheet(public, language=SV).slip.sentence.startswith("Vi godkänner anbudet YT-2026-0001")
    assert offer_sheet(offer, language=SV).document_name == "Gemensam offert"


def test_one_invoice_is_the_leads_only_when_nobody_else_sells_anything() -> None:
    bare = with_part(with_part(daycare(), "KUV", lines=()), "SEL", lines=())
    options = tuple(replace(row, optional=True) for row in daycare().parts[1].lines)
    chosen_only = with_part(daycare(), "SEL", lines=options)
    chosen_only = with_part(chosen_only, "PAI", lines=())
    alone = with_part(with_part(daycare(), "SEL", lines=()), "PAI", lines=())

    assert offer_sheet(bare).clause("invoicing_each_one").endswith("saatte yhden laskun.")
    assert offer_sheet(chosen_only).clause("invoicing_each_one").startswith("Kukin yritys laskuttaa oman osuutensa")
    assert offer_sheet(alone).clause("invoicing_single") == "Kuvakulma Design Tmi laskuttaa koko tarjouksen."


def test_what_the_client_signs_is_no_term() -> None:
    sheet = offer_sheet(daycare())

    assert [one for one in sheet.clauses if one not in sheet.terms_clauses] == [
        one for one in sheet.clauses if one.text == sheet.slip.sentence
    ]
    assert len(sheet.terms_clauses) == len(sheet.clauses) - 1


def test_an_offer_whose_firms_say_nothing_of_their_work_has_no_scope() -> None:
    silent = replace(daycare(), parts=tuple(
        replace(part, summary="", included=(), excluded=(), assumptions=()) for part in daycare().parts
    ))  # fmt: skip

    assert offer_sheet(daycare()).has_scope
    assert not offer_sheet(silent).has_scope


def test_an_offer_that_does_not_bind_asks_for_no_acceptance() -> None:
    sheet = offer_sheet(replace(daycare(), binding=False))

    assert "Tämä ei ole tilaus" in sheet.slip.sentence
    assert "sitoumuksetta" in sheet.clause("validity_open")
    assert sheet.clause("validity") == ""


def test_when_the_lead_sells_everything_its_partners_have_no_invoice() -> None:
    sheet = offer_sheet(replace(daycare(), invoicing=Invoicing.LEAD))

    assert [(one.firm, one.sums.gross.value) for one in sheet.invoices] == [("KUV", "3606.43")]
    assert [firm.sums is None for firm in sheet.firms] == [False, True, True]
    assert sheet.firm("SEL").rows[0].vat == f"25,5{N}%"


def test_only_the_lead_learns_what_the_other_way_of_invoicing_would_cost() -> None:
    notes = lead_notes(daycare())

    assert notes.other_totals is not None
    assert notes.difference is not None
    assert (notes.other_totals.gross.value, notes.difference.text) == ("3606.43", f"+122,40{N}€")
    assert "3606.43" not in json.dumps(sheet_as_json(offer_sheet(daycare())))
    assert lead_notes(tourism()).other_why == "travel_margin_scheme"


def test_one_firm_stands_alone_and_nothing_says_joint() -> None:
    sheet = offer_sheet(replace(daycare(), parts=daycare().parts[:1], milestones=()))

    assert (sheet.is_joint, sheet.document_name, sheet.firms[0].role_text) == (False, "Tarjous", "")
    assert sheet.clause("liability_single") == "Kuvakulma Design Tmi vastaa koko työstä."
    assert {"no_company", "mandate", "substitution"}.isdisjoint(one.key for one in sheet.clauses)


def test_a_firm_that_sells_through_a_service_is_invoiced_by_that_service() -> None:
    through = ServiceCompany(name="Laskutuspalvelu Oy", business_id="9000011-8")
    sheet = offer_sheet(with_firm(daycare(), "SEL", business_id=None, invoiced_through=through))

    assert sheet.invoices[1].seller_name == "Laskutuspalvelu Oy"
    assert sheet.firm("SEL").seller_business_id == "9000011-8"
    assert sheet.firm("SEL").vat_status == ""
    assert sheet.clause("invoiced_through") == (
        "Yrityksen Selkopolku Tmi osuuden myy ja laskuttaa Laskutuspalvelu Oy (9000011-8)."
    )


def test_fee_discount_and_plan_are_shown_as_they_are_reckoned() -> None:
    offer = replace(
        daycare(),
        discount=Adjustment(name="pakettialennus", amount=Decimal("100.00")),
        coordination_fee=Adjustment(name="koordinointi", percent=Decimal(8)),
        payment_plan=(
            Instalment(name="tilattaessa", percent=Decimal(40)),
            Instalment(name="valmis", percent=Decimal(60)),
        ),
    )
    sheet, reckoned = offer_sheet(offer), totals(offer)

    assert sheet.discount is not None
    assert sheet.fee is not None
    assert (sheet.discount.text, sheet.fee.value) == (f"−100,00{N}€", f"{reckoned.fee}")
    assert sheet.firm("PAI").discount is not None
    assert sheet.firm("PAI").discount.value == "-11.54"
    assert [one.gross.value for one in sheet.plan] == [f"{one.gross}" for one in reckoned.instalments]
    assert sum(Decimal(one.gross.value) for one in sheet.plan) == Decimal(sheet.totals.gross.value)


def test_how_a_price_is_promised_stands_by_its_row() -> None:
    estimate = line("A9", "Lisätyö", "3", "h", "65", pricing=LinePricing.ESTIMATE)
    capped = replace(line("A10", "Työ", "3", "h", "65", pricing=LinePricing.CAP), cap_quantity=Decimal(5))
    gross = replace(line("A11", "Kirja", "1", "kpl", "125.50"), price_basis=PriceBasis.GROSS)
    sheet = offer_sheet(with_part(daycare(), "KUV", lines=(estimate, capped, gross)))
    rows = {row.code: row for row in sheet.rows}

    assert rows["A9"].promise == "arvio"
    assert rows["A10"].promise == f"arvio, jolla on kattohinta, enintään 5{N}h"
    assert rows["A11"].gross is not None
    assert (rows["A11"].net.value, rows["A11"].gross.value) == ("100.00", "125.50")
    assert {"estimate", "cap", "gross_rows"} <= {one.key for one in sheet.clauses}


def test_members_of_a_group_and_packages_are_choices_with_totals() -> None:
    small = replace(line("G1", "Pieni lava", "1", "erä", "100"), group="lava", default=True)
    large = replace(line("G2", "Iso lava", "1", "erä", "250"), group="lava")
    packages = (
        NamedChoice(id="perus", name="Perus", default=True),
        NamedChoice(id="laaja", name="Laaja", lines=("A7", "A8")),
    )
    offer = replace(with_part(daycare(), "KUV", lines=(*daycare().lead.lines, small, large)), packages=packages)
    sheet = offer_sheet(offer)

    assert [(row.code, row.is_chosen, row.adds_net.value) for row in sheet.groups[0].rows] == [
        ("G1", True, "0.00"),
        ("G2", False, "150.00"),
    ]
    assert [(row.code, row.is_chosen) for row in sheet.packages] == [("perus", True), ("laaja", False)]
    laaja = totals(offer, Choice(package="laaja"))
    assert sheet.packages[1].totals.gross.value == f"{laaja.gross}"
    assert sheet.packages[1].detail == "Ruotsinnos, Ikkunatarra"


def test_options_that_replace_one_line_are_each_reckoned_without_the_other() -> None:
    second = line("A5c", "Juliste A3", "20", "kpl", "9.90", replaces="A5")
    offer = with_part(daycare(), "PAI", lines=(*daycare().parts[2].lines, second))
    sheet = offer_sheet(offer, Choice(lines=frozenset({"A5b"})))

    row = next(row for row in sheet.options if row.code == "A5c")
    assert row.totals.gross.value == f"{totals(offer, Choice(lines=frozenset({'A5c'}))).gross}"


def test_the_chart_begins_with_the_fifth_step() -> None:
    five = daycare()
    four = replace(five, milestones=five.milestones[:4])

    assert offer_sheet(four).gantt is None
    chart = offer_sheet(five).gantt
    assert chart is not None
    assert [bar.owner for bar in chart.bars] == [step.owner for step in offer_sheet(five).steps]
    assert chart.bars[0].left == 0
    assert abs(chart.bars[-1].left + chart.bars[-1].width - 100) < 0.01
    assert all(bar.width > 0 for bar in chart.bars)
    assert [tick.label for tick in chart.ticks] == [f"vko{N}{week}" for week in range(11, 18)]


def test_a_long_schedule_is_measured_in_months() -> None:
    far = MilestoneCard(id="m9", name="juhla", starts_on=date(2026, 12, 30), ends_on=date(2027, 1, 2), owner="KUV")
    chart = offer_sheet(replace(daycare(), milestones=(*daycare().milestones, far))).gantt

    assert chart is not None
    assert [tick.label for tick in chart.ticks][0::5] == ["3/2026", "8/2026", "1/2027"]


def test_every_thread_is_readable_and_no_two_look_alike() -> None:
    part = daycare().lead
    colours = ("#ffd500", "#ffd600", "", "#1d5c63", "not a colour", "#000000", "#ffffff", "#00ff00", "", "")
    parts = tuple(
        replace(part, key=f"F{place}", firm=replace(part.firm, colour=colour), lines=())
        for place, colour in enumerate(colours)
    )
    others = tuple(replace(one, role=daycare().parts[1].role) for one in parts[1:])
    sheet = offer_sheet(replace(daycare(), parts=(replace(parts[0], lines=part.lines), *others), milestones=()))

    shown = [firm.thread.colour for firm in sheet.firms]
    assert all(contrast_on_white(colour) >= 4.5 for colour in shown)
    assert len(set(shown)) == len(shown)
    assert shown[5] == "#000000"


def test_a_colour_that_reads_already_is_left_as_it_is() -> None:
    assert readable("#1D5C63") == "#1d5c63"
    assert contrast_on_white("#ffffff") == pytest.approx(1.0)
    assert contrast_on_white("#000000") == pytest.approx(21.0)


def test_the_first_page_takes_its_text_from_what_all_share_or_from_the_need() -> None:
    assert first_paragraph("# Otsikko\n\n- lista\n\nTeemme kuvan.\n\nJa toisen.") == "Teemme kuvan."
    assert first_paragraph("# Otsikko\n\n- lista") == ""
    offer = replace(daycare(), sections=(Section(title="Osuus", text="Muiden.", owner="PAI"),))
    need = daycare().need
    assert need is not None
    assert offer_sheet(offer).lead_text == first_paragraph(need.text)
    shared = replace(offer, sections=(Section(title="Ratkaisu", text="Yhteinen."),))
    assert offer_sheet(shared).lead_text == "Yhteinen."


def test_a_line_is_cut_at_a_word_and_says_so() -> None:
    assert cut_at_word("lyhyt", 20) == "lyhyt"
    assert cut_at_word("yksi kaksi, kolme neljä", 12) == "yksi kaksi…"
    assert cut_at_word("x" * 30, 12) == f"{'x' * 12}…"


def test_a_firm_without_a_summary_is_told_by_what_it_sells() -> None:
    does = offer_sheet(with_part(daycare(), "KUV", summary="")).firms[0].does

    assert does == f"Työpaja ja tarvekartoitus; Infografiikan suunnittelu, 24{N}h; Saavutettava PDF-versio, 4{N}h"


def test_places_are_named_in_the_readers_language() -> None:
    assert offer_sheet(daycare(), language=SV).client.municipality == "S:t Michel"
    assert offer_sheet(with_firm(daycare(), "KUV", municipality="999")).firms[0].municipality == ""


def test_profile_and_language_come_from_the_offer_unless_asked_for() -> None:
    sheet: OfferSheet = offer_sheet(replace(daycare(), profile=Profile.FULL, language=SV))

    assert (sheet.profile, sheet.language, sheet.content_language, sheet.is_draft) == ("full", "sv", "sv", False)
    asked = offer_sheet(daycare(), language=EN, profile=Profile.FULL, is_draft=True)
    assert (asked.profile, asked.language, asked.content_language, asked.is_draft) == ("full", "en", "fi", True)
