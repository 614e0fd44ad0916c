"""Who sees which price: what is hidden from a reader moves nothing of what they read."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from bids.content import NOTHING_CHOSEN, Adjustment, Choice, Instalment, JointOffer, Line, OfferPart
from bids.pricing import ChoiceRefused, totals, totals_as_json
from bids.sheets.offer import offer_sheet, sheet_as_json
from bids.visibility import (
    CLIENTS_EYES,
    SYSTEMS_EYES,
    Eyes,
    Reader,
    seen,
    seen_totals_as_json,
    without_hidden,
)
from bids.vocabulary import Invoicing, LinePricing, PriceBasis, PriceVisibility
from tests.bids.cases import daycare, tourism
from tests.bids.offer_strategies import offers_and_choices, scaled
from tests.bids.offers import D, a_line, a_part, an_offer

OWN, WITH_TOTAL, ALL = PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL, PriceVisibility.ALL
thorough = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def eyes_of(key: str, mode: PriceVisibility) -> Eyes:
    return Eyes(reader=Reader.FIRM, key=key, mode=mode)


def read(offer: JointOffer, choice: Choice, eyes: Eyes) -> str:
    """All that these eyes read: the sums, the sheet, or why there are none."""
    try:
        sums = [seen_totals_as_json(seen(offer, eyes, choice, invoicing=model).sums) for model in (None, *Invoicing)]
        return json.dumps([sums, sheet_as_json(offer_sheet(offer, choice, eyes=eyes))])
    except ChoiceRefused as refused:
        return str(refused)


def three_firms(*, first: str = "1000", second: str = "400", third: str = "700") -> JointOffer:
    return an_offer(
        a_part("AAA", a_line("A1", first), lead=True),
        a_part("BBB", a_line("B1", second), a_line("B2", "50", optional=True)),
        a_part("CCC", a_line("C1", third, quantity="3"), a_line("C2", "90", optional=True)),
        payment_plan=(Instalment(name="alku", percent=D("30")), Instalment(name="loppu", percent=D("70"))),
    )


@st.composite
def other_figures(draw: st.DrawFn, line: Line) -> Line:
    """The same row with another price, quantity and discount."""
    return replace(
        line,
        quantity=draw(scaled(9999, 3, least=1)),
        unit_price=draw(scaled(99999, 4)),
        discount_percent=draw(scaled(99, 3)),
        cap_quantity=None if line.cap_quantity is None else D("99999"),
    )


@st.composite
def two_worlds(draw: st.DrawFn) -> tuple[JointOffer, JointOffer, Choice, str]:
    """An offer, the same with every figure of all firms but one changed, a choice, and the key of that one firm."""
    offer, choice = draw(offers_and_choices(discount=None))
    own = draw(st.sampled_from([part.key for part in offer.parts]))
    parts = tuple(
        part if part.key == own else replace(part, lines=tuple(draw(other_figures(line)) for line in part.lines))
        for part in offer.parts
    )
    fee = offer.coordination_fee and Adjustment(name=offer.coordination_fee.name, amount=draw(scaled(900, 2)))
    return offer, replace(offer, parts=parts, coordination_fee=fee), choice, own


@given(two_worlds())
@settings(thorough, max_examples=120)
def test_in_mode_own_no_figure_of_another_firm_moves_what_a_firm_reads(
    worlds: tuple[JointOffer, JointOffer, Choice, str],
) -> None:
    one, other, choice, own = worlds

    assert read(one, choice, eyes_of(own, OWN)) == read(other, choice, eyes_of(own, OWN))


@given(two_worlds())
@thorough
def test_a_choice_that_is_not_the_offers_own_tells_nothing_more_with_the_total(
    worlds: tuple[JointOffer, JointOffer, Choice, str],
) -> None:
    one, other, choice, own = worlds
    assume(totals(one, choice).counted != totals(one).counted)

    assert read(one, choice, eyes_of(own, WITH_TOTAL)) == read(other, choice, eyes_of(own, WITH_TOTAL))


@given(scaled(600, 2))
@thorough
def test_in_mode_own_and_total_what_others_shift_between_them_is_not_seen(moved: Decimal) -> None:
    one = three_firms(first="1000", third="700")
    other = three_firms(first=str(D(1000) - 3 * moved), third=str(D(700) + moved))
    assume(totals(one).vat == totals(other).vat)
    eyes = eyes_of("BBB", WITH_TOTAL)

    assert totals(one).net == totals(other).net
    for choice in (NOTHING_CHOSEN, Choice(lines=frozenset({"B2"})), Choice(lines=frozenset({"C2"}))):
        assert read(one, choice, eyes) == read(other, choice, eyes)


def test_the_two_worlds_do_differ_for_who_may_see_them() -> None:
    one, other = three_firms(), three_firms(first="940", third="720")

    for eyes in (CLIENTS_EYES, SYSTEMS_EYES, eyes_of("BBB", ALL)):
        assert read(one, NOTHING_CHOSEN, eyes) != read(other, NOTHING_CHOSEN, eyes)


@pytest.mark.parametrize("mode", [OWN, WITH_TOTAL])
@pytest.mark.parametrize("make", [daycare, tourism])
@pytest.mark.parametrize("model", Invoicing)
def test_what_a_firm_reads_of_its_own_part_is_what_the_offer_says(
    make: type, mode: PriceVisibility, model: Invoicing
) -> None:
    offer: JointOffer = replace(make(), invoicing=model, discount=None)
    true = totals(offer)
    whole = offer_sheet(offer)
    for part in offer.parts[1:]:
        reads = seen(offer, eyes_of(part.key, mode)).sums
        own = next(one for one in true.parts if one.firm == part.key)
        sheet = offer_sheet(offer, eyes=eyes_of(part.key, mode))

        assert [(one.firm, one.lines_net, one.net, one.vat, one.gross) for one in reads.parts] == [
            (own.firm, own.lines_net, own.net, own.vat, own.gross)
        ]
        assert reads.settlement == tuple(one for one in true.settlement if one.seller == part.key)
        assert sheet.firm(part.key) == whole.firm(part.key)
        assert list(sheet.invoices) == [one for one in whole.invoices if one.firm == part.key]


def test_of_others_a_firm_reads_words_but_no_figure() -> None:
    line = a_line("C1", "123.45", quantity="17", unit="tunti", discount_percent=D("3"))
    capped = replace(line, code="C9", pricing=LinePricing.CAP, cap_quantity=D("71"), price_basis=PriceBasis.GROSS)
    part: OfferPart = replace(a_part("CCC", line, capped), included=("Siivous",))
    offer = an_offer(a_part("AAA", a_line("A1", "5000.00"), lead=True), a_part("BBB", a_line("B1", "10.00")), part)

    sheet = offer_sheet(offer, eyes=eyes_of("BBB", OWN))

    theirs = sheet.firm("CCC")
    assert [row.text for row in theirs.rows] == ["Rivi C1", "Rivi C1"]
    assert theirs.included == ("Siivous",)
    assert theirs.does == "Rivi C1; Rivi C1"
    assert theirs.hides_prices
    assert not sheet.firm("BBB").hides_prices
    said = json.dumps(sheet_as_json(sheet), ensure_ascii=False)
    for figure in ("123,45", "123.45", "17", "71", "2035", "2 035", "5 000", "5000"):
        assert figure not in said.replace(sheet.number, "").replace("2026", ""), figure


def test_the_total_is_read_in_the_mode_that_shows_it_and_for_the_offers_own_choice_alone() -> None:
    offer = three_firms()
    choosing = Choice(lines=frozenset({"C2"}))

    assert seen(offer, eyes_of("BBB", WITH_TOTAL)).sums.total is not None
    assert offer_sheet(offer, eyes=eyes_of("BBB", WITH_TOTAL)).totals == offer_sheet(offer).totals
    assert seen(offer, eyes_of("BBB", WITH_TOTAL), choosing).sums.total is None
    assert seen(offer, eyes_of("BBB", WITH_TOTAL), invoicing=Invoicing.LEAD).sums.total is None
    assert seen(offer, eyes_of("BBB", OWN)).sums.total is None
    assert offer_sheet(offer, eyes=eyes_of("BBB", OWN)).hides_totals


def test_a_firm_is_told_what_its_own_option_adds_and_not_what_anothers_does() -> None:
    offer = three_firms()
    rows = {row.code: row for row in offer_sheet(offer, eyes=eyes_of("BBB", OWN)).choices}
    whole = {row.code: row for row in offer_sheet(offer).choices}

    assert rows["B2"].adds == whole["B2"].adds
    assert rows["B2"].totals.gross.is_hidden
    assert rows["C2"].adds.is_hidden
    assert rows["C2"].detail == ""


def test_an_own_row_that_takes_the_place_of_anothers_does_not_tell_the_difference() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "777.00"), lead=True),
        a_part("BBB", a_line("B1", "10.00", replaces="A1", optional=True)),
    )

    (row,) = offer_sheet(offer, eyes=eyes_of("BBB", WITH_TOTAL)).choices

    assert row.adds.is_hidden


def test_ones_share_of_a_discount_is_read_for_the_offers_own_choice_alone() -> None:
    offer = replace(three_firms(), discount=Adjustment(name="alennus", amount=D("310.00")))
    eyes = eyes_of("BBB", OWN)

    (now,) = seen(offer, eyes).sums.parts
    (then,) = seen(offer, eyes, Choice(lines=frozenset({"C2"}))).sums.parts

    assert now.net == next(one for one in totals(offer).parts if one.firm == "BBB").net
    assert (then.lines_net, then.discount, then.net, then.gross) == (D("400.00"), None, None, None)


def test_a_discount_above_what_the_offer_comes_to_is_no_refusal_for_who_cannot_see_why() -> None:
    offer = replace(three_firms(), discount=Adjustment(name="alennus", amount=D("99999.00")))

    with pytest.raises(ChoiceRefused):
        seen(offer, SYSTEMS_EYES)
    assert seen(offer, eyes_of("BBB", WITH_TOTAL)).sums.total is None


@given(offers_and_choices())
@thorough
@example((daycare(), NOTHING_CHOSEN))
def test_who_sees_every_price_reads_just_what_pricing_says(drawn: tuple[JointOffer, Choice]) -> None:
    offer, choice = drawn

    for eyes in (SYSTEMS_EYES, Eyes(reader=Reader.LEAD, key=offer.lead.key), eyes_of("whoever", ALL)):
        assert without_hidden(offer, eyes) is offer
        assert seen_totals_as_json(seen(offer, eyes, choice).sums) == totals_as_json(totals(offer, choice))


def test_the_client_reads_the_offer_and_not_what_firms_settle_between_them() -> None:
    offer = replace(three_firms(), invoicing=Invoicing.LEAD)

    sums = seen(offer, CLIENTS_EYES).sums

    assert sums.total is not None
    assert [one.buyer for one in sums.settlement] == ["client"]
    assert sums.lead_keeps is None
    assert sums.other_invoicing.gross is None


def test_nobodys_eyes_see_nothing() -> None:
    eyes = Eyes()

    asked = [eyes.sees_every_price, eyes.sees_totals, eyes.sees_lead_notes, eyes.sees_client_contact]
    asked += [eyes.sees_price_of(""), eyes.sees_costs_of(""), eyes.sees_settlement_of("")]

    assert not any(asked)
    assert seen(three_firms(), eyes).sums.parts == ()


def test_costs_are_ones_own_whoever_reads() -> None:
    lead = Eyes(reader=Reader.LEAD, key="AAA", own_costs=True)
    partner = replace(eyes_of("BBB", ALL), own_costs=True)

    assert lead.sees_costs_of("AAA")
    assert not lead.sees_costs_of("BBB")
    assert partner.sees_costs_of("BBB")
    assert not partner.sees_costs_of("AAA")
    assert not eyes_of("BBB", ALL).sees_costs_of("BBB")
    assert not any(eyes.sees_costs_of("AAA") for eyes in (CLIENTS_EYES, SYSTEMS_EYES))
