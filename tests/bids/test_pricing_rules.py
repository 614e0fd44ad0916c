"""How a sum is made: rounding, VAT, fee, discount, plan, caps and prices with VAT."""

from dataclasses import replace
from datetime import date
from decimal import Context, Decimal, localcontext

import pytest

from bids.choosing import ChoiceRefused, choice_of
from bids.content import Adjustment, Instalment, JointOffer, NamedChoice, Period, ServiceCompany, VatOfSupply
from bids.pricing import Totals, least_lines_net, priced_line, priced_lines, totals, totals_as_json
from bids.vat import NoRateKnown
from bids.vocabulary import Invoicing, LinePricing, PriceBasis, VatCategory
from tests.bids.offers import a_line, a_part, an_offer, exempt, standard

D = Decimal

EACH, LEAD = Invoicing.EACH, Invoicing.LEAD


def amount(euros: str) -> Adjustment:
    return Adjustment(name="summa", amount=D(euros))


def percent(per_hundred: str) -> Adjustment:
    return Adjustment(name="prosentti", percent=D(per_hundred))


def plan(*percents: str) -> tuple[Instalment, ...]:
    return tuple(Instalment(name=f"erä {number}", percent=D(step)) for number, step in enumerate(percents, start=1))


def sums(result: Totals) -> tuple[str, str, str]:
    return str(result.net), str(result.vat), str(result.gross)


def groups(result: Totals) -> list[tuple[str, str, str, str]]:
    return [(group.seller, group.category.value, str(group.taxable), str(group.vat)) for group in result.vat_groups]


def discounts(result: Totals) -> dict[str, str]:
    return {part.firm: str(part.discount) for part in result.parts}


def three_firms(price: str = "10.10", **said: object) -> JointOffer:
    return an_offer(
        a_part("AAA", a_line("A1", price), lead=True, business_id="9000001-1"),
        a_part("BBB", a_line("B1", price), business_id="9000003-8"),
        a_part("CCC", a_line("C1", price), business_id="9000004-6"),
        **said,
    )


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "net"),
    [
        ("9", "118.30", "5", "1011.47"),
        ("2.6", "31.25", "10", "73.13"),
        ("500", "0.315", "0", "157.50"),
        ("0.001", "0.0001", "0", "0.00"),
        ("0.5", "0.01", "0", "0.01"),
        ("3", "33.3333", "0", "100.00"),
        ("1", "100.00", "33.333", "66.67"),
        ("1", "100.00", "100", "0.00"),
        ("999999999.999", "1000000000.0000", "0", "999999999999000000.00"),
        ("999999999.999", "999999999.9999", "0.001", "999989999998900011.00"),
    ],
)
def test_a_lines_net_is_rounded_once_and_half_up(quantity: str, price: str, discount: str, net: str) -> None:
    line = a_line("A1", price, quantity=quantity, discount_percent=D(discount))
    offer = an_offer(a_part("AAA", line, lead=True))

    assert str(priced_line(offer, line).net) == net
    assert str(totals(offer).net) == net


def test_three_sellers_round_vat_three_times_and_one_seller_once() -> None:
    assert sums(totals(three_firms())) == ("30.30", "7.74", "38.04")
    assert sums(totals(three_firms(), invoicing=LEAD)) == ("30.30", "7.73", "38.03")


@pytest.mark.parametrize(
    ("price", "rate", "net", "vat"),
    [
        ("100.00", "25.5", "79.68", "20.32"),
        ("99.90", "13.5", "88.02", "11.88"),
        ("125.50", "25.5", "100.00", "25.50"),
    ],
)
def test_a_price_with_vat_is_taken_apart_once(price: str, rate: str, net: str, vat: str) -> None:
    line = a_line("A1", price, vat=standard(rate), price_basis=PriceBasis.GROSS)
    offer = an_offer(a_part("AAA", line, lead=True))

    priced = priced_line(offer, line)
    assert (str(priced.net), str(priced.gross_entered)) == (net, price)
    assert sums(totals(offer)) == (net, vat, price)


def test_vat_of_prices_with_vat_is_still_rounded_by_group() -> None:
    lines = [a_line(f"A{number}", "0.99", price_basis=PriceBasis.GROSS) for number in range(1, 4)]
    offer = an_offer(a_part("AAA", *lines, lead=True))

    assert sums(totals(offer)) == ("2.37", "0.60", "2.97")


@pytest.mark.parametrize(
    ("vat", "liable"), [(standard(), False), (exempt(), True), (VatOfSupply(category=VatCategory.ZERO), True)]
)
def test_a_price_with_vat_that_carries_none_is_its_net(vat: VatOfSupply, *, liable: bool) -> None:
    line = a_line("A1", "100.00", vat=vat, price_basis=PriceBasis.GROSS)
    offer = an_offer(a_part("AAA", line, lead=True, vat_liable=liable))

    assert sums(totals(offer)) == ("100.00", "0.00", "100.00")


def test_a_line_keeps_its_net_when_the_lead_sells_it() -> None:
    gross = a_line("B1", "100.00", price_basis=PriceBasis.GROSS)
    offer = an_offer(
        a_part("AAA", a_line("A1", "10.00"), lead=True),
        a_part("BBB", gross, vat_liable=False),
        a_part("CCC", replace(gross, code="C1")),
    )

    nets = {code: str(line.net) for code, line in priced_lines(offer, LEAD).items()}
    assert nets == {"A1": "10.00", "B1": "100.00", "C1": "79.68"}
    assert sums(totals(offer, invoicing=LEAD)) == ("189.68", "48.37", "238.05")


def test_the_callers_decimal_precision_changes_nothing() -> None:
    offer = three_firms("123456789.1234", coordination_fee=percent("8"), discount=percent("3.333"))
    expected = totals_as_json(totals(offer))

    with localcontext(Context(prec=4)):
        narrow = totals_as_json(totals(offer))

    assert narrow == expected


def test_one_firm_may_sell_taxed_exempt_zero_rated_and_reverse_charged_lines() -> None:
    offer = an_offer(
        a_part(
            "AAA",
            a_line("A1", "10.00", vat=VatOfSupply(category=VatCategory.ZERO, reason="AVL 70 §")),
            a_line("A2", "20.00", vat=standard("10")),
            a_line("A3", "30.00", vat=exempt("AVL 34 §")),
            a_line("A4", "40.00", vat=standard("25.5")),
            a_line("A5", "50.00", vat=VatOfSupply(category=VatCategory.REVERSE, reason="AVL 8 c §")),
            a_line("A6", "60.00", vat=exempt("AVL 39 §")),
            lead=True,
        )
    )

    result = totals(offer)

    assert totals_as_json(result)["vat_groups"] == [
        {"seller": "AAA", "category": "AE", "rate": None, "taxable": "50.00", "vat": "0.00"},
        {"seller": "AAA", "category": "E", "rate": None, "taxable": "90.00", "vat": "0.00"},
        {"seller": "AAA", "category": "S", "rate": "25.5", "taxable": "40.00", "vat": "10.20"},
        {"seller": "AAA", "category": "S", "rate": "10", "taxable": "20.00", "vat": "2.00"},
        {"seller": "AAA", "category": "Z", "rate": "0", "taxable": "10.00", "vat": "0.00"},
    ]
    assert [group.reasons for group in result.vat_groups] == [
        ("AVL 8 c §",),
        ("AVL 34 §", "AVL 39 §"),
        (),
        (),
        ("AVL 70 §",),
    ]


def test_a_lead_outside_vat_sells_everything_without_and_its_partners_still_charge_it() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "100.00"), lead=True, vat_liable=False),
        a_part("BBB", a_line("B1", "200.00")),
        coordination_fee=amount("10.00"),
    )

    result = totals(offer, invoicing=LEAD)

    assert groups(result) == [("AAA", "O", "310.00", "0.00")]
    assert [(invoice.seller, invoice.buyer, str(invoice.gross)) for invoice in result.settlement] == [
        ("AAA", "client", "310.00"),
        ("BBB", "AAA", "251.00"),
    ]


def test_a_service_company_sells_by_its_own_vat_status() -> None:
    service = ServiceCompany(name="Laskutuspalvelu Oy", business_id="9000022-2", vat_liable=True)
    offer = an_offer(a_part("AAA", a_line("A1", "100.00"), lead=True, vat_liable=False, invoiced_through=service))

    assert groups(totals(offer)) == [("AAA", "S", "100.00", "25.50")]


def test_the_fee_is_a_percentage_of_the_partners_parts_alone() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "1000.00"), lead=True),
        a_part("BBB", a_line("B1", "300.00"), a_line("B2", "900.00", optional=True)),
        a_part("CCC", a_line("C1", "100.00")),
        coordination_fee=percent("8"),
    )

    result = totals(offer)

    assert (str(result.lines_net), str(result.fee), str(result.net)) == ("1400.00", "32.00", "1432.00")
    assert {part.firm: str(part.fee_share) for part in result.parts} == {"AAA": "0.00", "BBB": "24.00", "CCC": "8.00"}
    assert groups(result)[0] == ("AAA", "S", "1032.00", "263.16")
    lead = result.parts[0]
    assert (str(lead.net), str(lead.vat), str(lead.gross)) == ("1000.00", "255.00", "1255.00")
    assert str(result.lead_keeps.net) == "1032.00"


def test_the_fee_joins_the_leads_own_group_before_vat_is_rounded() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "10.10"), lead=True),
        a_part("BBB", a_line("B1", "500.00", vat=standard("10"))),
        coordination_fee=amount("10.10"),
    )

    assert groups(totals(offer)) == [("AAA", "S", "20.20", "5.15"), ("BBB", "S", "500.00", "50.00")]


def test_a_lead_without_lines_still_invoices_the_fee() -> None:
    offer = an_offer(a_part("AAA", lead=True), a_part("BBB", a_line("B1", "100.00")), coordination_fee=percent("10"))

    assert [(invoice.seller, str(invoice.gross)) for invoice in totals(offer).settlement] == [
        ("AAA", "12.55"),
        ("BBB", "125.50"),
    ]


@pytest.mark.parametrize(
    ("delivery", "own_days", "vat"),
    [
        (Period(starts_on=date(2024, 8, 1), ends_on=date(2024, 8, 31)), None, "24.00"),
        (Period(starts_on=date(2024, 8, 31), ends_on=date(2024, 9, 1)), None, "25.50"),
        (None, [(2024, 8, 30), (2024, 8, 31)], "24.00"),
        (None, [(2024, 9, 1), (2024, 8, 31)], "25.50"),
    ],
)
def test_the_fee_carries_the_general_rate_of_the_last_delivery_day(
    delivery: Period | None, own_days: list[tuple[int, int, int]] | None, vat: str
) -> None:
    days = [date(*day) for day in own_days or []]
    periods: list[Period | None] = [Period(starts_on=day, ends_on=day) for day in days]
    periods = periods or [None, None]
    reverse = VatOfSupply(category=VatCategory.EXEMPT)
    offer = an_offer(
        a_part("AAA", a_line("A1", "1.00", vat=reverse, delivered=periods[0], optional=True), lead=True),
        a_part("BBB", a_line("B1", "1.00", vat=reverse, delivered=periods[1])),
        coordination_fee=amount("100.00"),
        delivery=delivery,
    )

    assert str(totals(offer).vat) == vat


def test_a_fee_without_any_delivery_day_is_refused() -> None:
    offer = three_firms(coordination_fee=percent("8"), delivery=None)

    with pytest.raises(ChoiceRefused) as refused:
        totals(offer)

    assert [fault.code for fault in refused.value.faults] == ["fee_without_delivery"]


def test_a_fee_before_the_table_of_rates_is_refused() -> None:
    long_ago = Period(starts_on=date(2001, 1, 1), ends_on=date(2001, 1, 2))

    with pytest.raises(NoRateKnown):
        totals(three_firms(coordination_fee=percent("8"), delivery=long_ago))


def test_a_fee_in_euros_is_shared_equally_when_the_partners_parts_cost_nothing() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "100.00"), lead=True),
        a_part("BBB", a_line("B1", "5.00", optional=True), business_id="9000003-8"),
        a_part("CCC", a_line("C1", "0.00"), business_id="9000004-6"),
        coordination_fee=amount("0.03"),
    )

    result = totals(offer)

    assert str(result.net) == "100.03"
    assert {part.firm: str(part.fee_share) for part in result.parts} == {"AAA": "0.00", "BBB": "0.02", "CCC": "0.01"}


def test_a_lead_alone_keeps_a_fee_in_euros() -> None:
    offer = an_offer(a_part("AAA", a_line("A1", "100.00"), lead=True), coordination_fee=amount("10.00"))

    assert sums(totals(offer)) == ("110.00", "28.05", "138.05")


def test_a_discount_is_shared_to_the_cent_and_ties_go_to_the_lowest_business_id() -> None:
    offer = three_firms("10.00", discount=amount("10.00"))
    ids = ["9000004-6", "9000001-1", "9000003-8"]
    parts = tuple(
        replace(part, firm=replace(part.firm, business_id=identity))
        for part, identity in zip(offer.parts, ids, strict=True)
    )

    assert discounts(totals(offer)) == {"AAA": "3.34", "BBB": "3.33", "CCC": "3.33"}
    assert discounts(totals(replace(offer, parts=parts))) == {"AAA": "3.33", "BBB": "3.34", "CCC": "3.33"}
    assert discounts(totals(replace(offer, parts=offer.parts[::-1]))) == {"AAA": "3.34", "BBB": "3.33", "CCC": "3.33"}


def test_a_tie_between_firms_without_a_business_id_goes_by_key() -> None:
    offer = an_offer(
        a_part("ÖÖÖ", a_line("A1", "10.00"), lead=True),
        a_part("BBB", a_line("B1", "10.00")),
        discount=amount("0.01"),
    )

    assert discounts(totals(offer)) == {"ÖÖÖ": "0.00", "BBB": "0.01"}


def test_a_discount_in_percent_is_rounded_before_it_is_shared_and_leaves_the_fee_alone() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "0.55"), lead=True),
        a_part("BBB", a_line("B1", "0.40")),
        discount=percent("10"),
        coordination_fee=amount("100.00"),
    )

    result = totals(offer)

    assert str(result.discount) == "0.10"
    assert discounts(result) == {"AAA": "0.06", "BBB": "0.04"}
    assert str(result.net) == "100.85"


def test_the_cent_left_over_from_a_discount_goes_to_the_largest_remainder() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "41.00"), lead=True),
        a_part("BBB", a_line("B1", "41.00")),
        a_part("CCC", a_line("C1", "18.00")),
        discount=amount("0.10"),
    )

    assert discounts(totals(offer)) == {"AAA": "0.04", "BBB": "0.04", "CCC": "0.02"}


def test_a_discount_in_percent_is_of_lines_already_rounded_and_is_rounded_once() -> None:
    dust = [a_line(f"A{number}", "0.005") for number in range(1, 11)]
    halves = an_offer(a_part("AAA", *dust, lead=True), discount=percent("50"))
    thirds = three_firms("0.15", discount=percent("10"))

    assert (str(totals(halves).lines_net), str(totals(halves).discount)) == ("0.10", "0.05")
    assert str(totals(thirds).discount) == "0.05"
    assert discounts(totals(thirds)) == {"AAA": "0.02", "BBB": "0.02", "CCC": "0.01"}


def test_inside_a_part_a_discount_goes_over_its_vat_groups_and_ties_go_by_category_and_rate() -> None:
    offer = an_offer(
        a_part(
            "AAA",
            a_line("A1", "10.00", vat=standard("25.5")),
            a_line("A2", "10.00", vat=standard("13.5")),
            a_line("A3", "10.00", vat=exempt()),
            lead=True,
        ),
        discount=amount("0.02"),
    )

    assert groups(totals(offer)) == [
        ("AAA", "E", "9.99", "0.00"),
        ("AAA", "S", "10.00", "2.55"),
        ("AAA", "S", "9.99", "1.35"),
    ]


def test_a_discount_reduces_what_vat_is_taken_of() -> None:
    offer = an_offer(a_part("AAA", a_line("A1", "100.00"), lead=True), discount=amount("10.00"))

    assert sums(totals(offer)) == ("90.00", "22.95", "112.95")


def test_a_discount_of_everything_leaves_no_invoice_but_the_fee() -> None:
    offer = three_firms("10.00", discount=percent("100"), coordination_fee=amount("5.00"))

    result = totals(offer)

    assert sums(result) == ("5.00", "1.28", "6.28")
    assert [invoice.seller for invoice in result.settlement] == ["AAA"]


def test_a_discount_above_the_lines_of_a_choice_is_refused_with_both_sums() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "100.00"), a_line("A1b", "50.00", replaces="A1"), lead=True),
        discount=amount("60.00"),
    )

    assert str(totals(offer).net) == "40.00"
    with pytest.raises(ChoiceRefused) as refused:
        totals(offer, choice_of(["A1b"]))
    assert [(fault.code, fault.params) for fault in refused.value.faults] == [
        ("discount_above_lines_net", {"discount": "60.00", "lines_net": "50.00"})
    ]


def test_the_leads_sale_and_the_partners_invoices_start_from_the_same_shares_of_a_discount() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "10.00"), lead=True, business_id="9000001-1"),
        a_part("BBB", a_line("B1", "10.00"), vat_liable=False, business_id="9000003-8"),
        a_part("CCC", a_line("C1", "5.00"), a_line("C2", "5.00", vat=standard("10")), business_id="9000004-6"),
        discount=amount("10.00"),
        coordination_fee=amount("4.00"),
        invoicing=LEAD,
    )

    result = totals(offer)

    assert discounts(result) == {"AAA": "3.34", "BBB": "3.33", "CCC": "3.33"}
    assert groups(result) == [("AAA", "S", "20.67", "5.27"), ("AAA", "S", "3.33", "0.33")]
    invoiced = {invoice.seller: (str(invoice.net), str(invoice.vat)) for invoice in result.settlement}
    assert invoiced == {"AAA": ("24.00", "5.60"), "BBB": ("6.67", "0.00"), "CCC": ("6.67", "1.18")}
    assert totals_as_json(result)["lead_keeps"] == {"part": "10.00", "fee": "4.00", "discount": "3.34", "net": "10.66"}


def test_the_last_instalment_is_the_rest() -> None:
    offer = an_offer(a_part("AAA", a_line("A1", "79.68"), lead=True), payment_plan=plan("33.333", "33.333", "33.334"))

    assert [str(step.gross) for step in totals(offer).instalments] == ["33.33", "33.33", "33.34"]


def test_the_plan_runs_for_every_seller_and_the_client_sees_the_sum() -> None:
    offer = three_firms(payment_plan=plan("40", "60"))

    each, lead = totals(offer), totals(offer, invoicing=LEAD)

    assert totals_as_json(each)["instalments"] == [
        {
            "name": "erä 1",
            "percent": "40",
            "gross": "15.21",
            "by_seller": {"AAA": "5.07", "BBB": "5.07", "CCC": "5.07"},
        },
        {
            "name": "erä 2",
            "percent": "60",
            "gross": "22.83",
            "by_seller": {"AAA": "7.61", "BBB": "7.61", "CCC": "7.61"},
        },
    ]
    assert [(str(step.gross), dict(step.by_seller)) for step in lead.instalments] == [
        ("15.21", {"AAA": D("15.21")}),
        ("22.82", {"AAA": D("22.82")}),
    ]


def test_no_instalment_of_a_tiny_sum_is_below_zero() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "0.02", vat=exempt()), lead=True), payment_plan=plan("25", "25", "25", "25")
    )

    assert [str(step.gross) for step in totals(offer).instalments] == ["0.01", "0.01", "0.00", "0.00"]


def capped(code: str, quantity: str, cap: str, **said: object) -> object:
    return a_line(code, "10.00", quantity=quantity, pricing=LinePricing.CAP, cap_quantity=D(cap), **said)


def test_a_capped_line_counts_at_its_quantity_and_the_ceiling_stands_beside_it() -> None:
    offer = an_offer(a_part("AAA", capped("A1", "10", "15"), a_line("A2", "100.00"), lead=True))

    result = totals(offer)

    assert str(result.net) == "200.00"
    assert totals_as_json(result)["caps_reached"] == {"net": "250.00", "vat": "63.75", "gross": "313.75"}
    assert str(result.ceiling_gross) == "313.75"


@pytest.mark.parametrize(
    ("codes", "ceiling"),
    [((), None), (("A1",), "313.75"), (("A3",), None), (("A1", "A3"), None)],
)
def test_at_most_is_said_only_when_something_is_capped_and_no_estimate_is_open(
    codes: tuple[str, ...], ceiling: str | None
) -> None:
    offer = an_offer(
        a_part(
            "AAA",
            capped("A1", "10", "15", optional=True),
            a_line("A2", "100.00"),
            a_line("A3", "5.00", pricing=LinePricing.ESTIMATE, optional=True),
            lead=True,
        )
    )

    assert totals_as_json(totals(offer, choice_of(codes)))["ceiling_gross"] == ceiling


def test_at_the_caps_percentages_follow_and_euros_stay() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "100.00"), lead=True),
        a_part("BBB", capped("B1", "10", "20")),
        coordination_fee=percent("10"),
        discount=amount("20.00"),
    )

    result = totals(offer)

    assert (str(result.net), str(result.fee)) == ("190.00", "10.00")
    assert str(result.caps_reached.net) == "300.00"


def test_a_recurring_line_counts_its_whole_term() -> None:
    line = a_line("A1", "49.90", quantity="12", unit="kk", pricing=LinePricing.RECURRING)

    assert str(totals(an_offer(a_part("AAA", line, lead=True))).net) == "598.80"


def test_a_firm_none_of_whose_lines_count_is_listed_and_sends_no_invoice() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "100.00"), lead=True),
        a_part("BBB", a_line("B1", "50.00", optional=True)),
    )

    result = totals(offer)

    assert [(part.firm, str(part.net), str(part.gross)) for part in result.parts] == [
        ("AAA", "100.00", "125.50"),
        ("BBB", "0.00", "0.00"),
    ]
    assert [invoice.seller for invoice in result.settlement] == ["AAA"]
    assert [group.seller for group in result.vat_groups] == ["AAA"]


def test_the_lead_need_not_stand_first() -> None:
    offer = three_firms("100.00", invoicing=LEAD)
    moved = replace(offer, parts=(offer.parts[1], offer.parts[2], offer.parts[0]))

    result = totals(moved)

    assert [(invoice.seller, invoice.buyer) for invoice in result.settlement] == [
        ("BBB", "AAA"),
        ("CCC", "AAA"),
        ("AAA", "client"),
    ]
    assert sums(result) == sums(totals(offer))


def test_the_package_named_wide_costs_what_its_lines_cost() -> None:
    offer = an_offer(
        a_part("AAA", a_line("A1", "100.00"), a_line("A2", "10.00", optional=True), lead=True),
        a_part("BBB", a_line("B1", "20.00", group="g", default=True), a_line("B2", "30.00", group="g")),
        packages=(NamedChoice(id="laaja", name="Laaja", lines=("A2", "B2"), default=True),),
    )

    assert str(totals(offer).net) == "140.00"
    assert str(totals(offer, choice_of([], package="")).net) == "120.00"


def test_the_least_that_lines_can_cost_takes_every_cheaper_way() -> None:
    offer = an_offer(
        a_part(
            "AAA",
            a_line("A1", "100.00"),
            a_line("A2", "40.00"),
            a_line("A3", "500.00", optional=True),
            a_line("G1", "30.00", group="g", default=True),
            a_line("G2", "20.00", group="g"),
            lead=True,
        ),
        a_part(
            "BBB",
            a_line("A1b", "60.00", replaces="A1"),
            a_line("A1c", "70.00", replaces="A1"),
            a_line("A2b", "50.00", replaces="A2"),
            a_line("A3b", "1.00", replaces="A3"),
            a_line("G1b", "5.00", replaces="G1"),
        ),
    )

    assert least_lines_net(offer) == D("105.00")


def test_a_line_is_priced_alike_alone_and_among_all() -> None:
    offer = three_firms()

    for model in (EACH, LEAD):
        for line in offer.lines:
            assert priced_line(offer, line, model) == priced_lines(offer, model)[line.code]
