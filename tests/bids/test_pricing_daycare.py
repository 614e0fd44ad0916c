"""The daycare's infographic: every figure of the case."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bids.content import Adjustment
from bids.pricing import Totals, choice_of, counted_lines, plain, priced_lines, totals, totals_as_json
from bids.vocabulary import Invoicing, VatCategory
from tests.bids.cases import daycare, with_hourly_price

D = Decimal

CHOICES = {
    "nothing": ([], "2873.65", "610.38", "3484.03", "732.78", "3606.43", "122.40"),
    "A5b": (["A5b"], "2948.50", "629.47", "3577.97", "751.87", "3700.37", "122.40"),
    "A7": (["A7"], "3185.65", "610.38", "3796.03", "812.34", "3997.99", "201.96"),
    "A8": (["A8"], "3043.45", "653.68", "3697.13", "776.08", "3819.53", "122.40"),
    "A7 and A8": (["A7", "A8"], "3355.45", "653.68", "4009.13", "855.64", "4211.09", "201.96"),
    "A5b and A7": (["A5b", "A7"], "3260.50", "629.47", "3889.97", "831.43", "4091.93", "201.96"),
    "A5b and A8": (["A5b", "A8"], "3118.30", "672.77", "3791.07", "795.17", "3913.47", "122.40"),
    "all three": (["A5b", "A7", "A8"], "3430.30", "672.77", "4103.07", "874.73", "4305.03", "201.96"),
}

KUV = ("2062.00", "525.81", "2587.81")
SEL = ("480.00", "0.00", "480.00")
PAI = ("331.65", "84.57", "416.22")
SEL_WITH_A7 = ("792.00", "0.00", "792.00")
PAI_WITH_A5B = ("406.50", "103.66", "510.16")
PAI_WITH_A8 = ("501.45", "127.87", "629.32")
PAI_WITH_BOTH = ("576.30", "146.96", "723.26")

FIRMS = [
    ([], KUV, SEL, PAI),
    (["A5b"], KUV, SEL, PAI_WITH_A5B),
    (["A7"], KUV, SEL_WITH_A7, PAI),
    (["A8"], KUV, SEL, PAI_WITH_A8),
    (["A7", "A8"], KUV, SEL_WITH_A7, PAI_WITH_A8),
    (["A5b", "A7"], KUV, SEL_WITH_A7, PAI_WITH_A5B),
    (["A5b", "A8"], KUV, SEL, PAI_WITH_BOTH),
    (["A5b", "A7", "A8"], KUV, SEL_WITH_A7, PAI_WITH_BOTH),
]


def total_of(result: Totals) -> tuple[Decimal, Decimal, Decimal]:
    return result.net, result.vat, result.gross


@pytest.mark.parametrize("row", CHOICES.values(), ids=CHOICES.keys())
def test_every_choice_costs_what_the_case_says_when_each_firm_invoices(row: tuple) -> None:
    codes, net, vat, gross, *_ = row

    result = totals(daycare(), choice_of(codes))

    assert total_of(result) == (D(net), D(vat), D(gross))


@pytest.mark.parametrize("row", CHOICES.values(), ids=CHOICES.keys())
def test_every_choice_costs_what_the_case_says_when_the_lead_invoices(row: tuple) -> None:
    codes, net, _, _, lead_vat, lead_gross, _ = row

    result = totals(daycare(), choice_of(codes), invoicing=Invoicing.LEAD)

    assert total_of(result) == (D(net), D(lead_vat), D(lead_gross))


@pytest.mark.parametrize("row", CHOICES.values(), ids=CHOICES.keys())
def test_every_choice_shows_beside_it_what_the_other_way_of_invoicing_would_cost(row: tuple) -> None:
    codes, net, vat, gross, lead_vat, lead_gross, difference = row

    each = totals(daycare(), choice_of(codes))
    lead = totals(daycare(), choice_of(codes), invoicing=Invoicing.LEAD)

    assert (each.other_invoicing.net, each.other_invoicing.vat, each.other_invoicing.gross) == (
        D(net),
        D(lead_vat),
        D(lead_gross),
    )
    assert (lead.other_invoicing.net, lead.other_invoicing.vat, lead.other_invoicing.gross) == (
        D(net),
        D(vat),
        D(gross),
    )
    assert lead.gross - each.gross == D(difference)


@pytest.mark.parametrize(("codes", "kuv", "sel", "pai"), FIRMS)
def test_every_firm_invoices_what_the_case_says(
    codes: list[str], kuv: tuple[str, ...], sel: tuple[str, ...], pai: tuple[str, ...]
) -> None:
    result = totals(daycare(), choice_of(codes))

    expected = [(key, *map(D, sums)) for key, sums in (("KUV", kuv), ("SEL", sel), ("PAI", pai))]
    assert [(invoice.seller, invoice.net, invoice.vat, invoice.gross) for invoice in result.settlement] == expected
    assert [(part.firm, part.net, part.vat, part.gross) for part in result.parts] == expected
    assert {invoice.buyer for invoice in result.settlement} == {"client"}


def test_the_totals_as_json_are_those_of_the_package_format() -> None:
    kuv = {"category": "S", "rate": "25.5", "taxable": "2062.00", "vat": "525.81"}
    sel = {"category": "O", "rate": None, "taxable": "480.00", "vat": "0.00"}
    pai = {"category": "S", "rate": "25.5", "taxable": "331.65", "vat": "84.57"}
    nothing = {"discount": "0.00", "fee_share": "0.00"}

    assert totals_as_json(totals(daycare())) == {
        "lines_net": "2873.65",
        "fee": "0.00",
        "discount": "0.00",
        "net": "2873.65",
        "vat": "610.38",
        "gross": "3484.03",
        "vat_groups": [{"seller": "KUV", **kuv}, {"seller": "SEL", **sel}, {"seller": "PAI", **pai}],
        "parts": [
            {"firm": "KUV", "lines_net": "2062.00", **nothing, "net": "2062.00", "vat": "525.81", "gross": "2587.81"},
            {"firm": "SEL", "lines_net": "480.00", **nothing, "net": "480.00", "vat": "0.00", "gross": "480.00"},
            {"firm": "PAI", "lines_net": "331.65", **nothing, "net": "331.65", "vat": "84.57", "gross": "416.22"},
        ],
        "settlement": [
            {"from": "KUV", "to": "client", "net": "2062.00", "vat": "525.81", "gross": "2587.81", "vat_groups": [kuv]},
            {"from": "SEL", "to": "client", "net": "480.00", "vat": "0.00", "gross": "480.00", "vat_groups": [sel]},
            {"from": "PAI", "to": "client", "net": "331.65", "vat": "84.57", "gross": "416.22", "vat_groups": [pai]},
        ],
        "lead_keeps": {"part": "2062.00", "fee": "0.00", "discount": "0.00", "net": "2062.00"},
        "instalments": [],
        "caps_reached": {"net": "2873.65", "vat": "610.38", "gross": "3484.03"},
        "ceiling_gross": None,
        "other_invoicing": {"net": "2873.65", "vat": "732.78", "gross": "3606.43"},
        "warnings": [],
    }


def test_every_line_has_the_net_of_the_case_whether_or_not_it_counts() -> None:
    nets = {code: line.net for code, line in priced_lines(daycare()).items()}

    assert nets == {
        "A1": D("320.00"),
        "A2": D("1482.00"),
        "A3": D("260.00"),
        "A4": D("480.00"),
        "A7": D("312.00"),
        "A5": D("174.15"),
        "A6": D("157.50"),
        "A5b": D("249.00"),
        "A8": D("169.80"),
    }


def test_a_firm_outside_vat_sells_without_a_rate_and_never_as_exempt_or_zero_rated() -> None:
    result = totals(daycare(), choice_of(["A7"]))

    groups = [(group.category, group.rate) for group in result.vat_groups if group.seller == "SEL"]
    assert groups == [(VatCategory.OUTSIDE, None)]
    assert priced_lines(daycare())["A4"].reason == "AVL 3 §"


def test_the_lead_would_sell_the_lines_of_a_firm_outside_vat_at_their_own_rate() -> None:
    line = priced_lines(daycare(), Invoicing.LEAD)["A4"]

    assert (line.firm, line.seller, line.category, line.rate, line.net) == (
        "SEL",
        "KUV",
        VatCategory.STANDARD,
        D("25.5"),
        D("480.00"),
    )


def test_each_partner_invoices_the_lead_by_its_own_status_when_the_lead_invoices() -> None:
    result = totals(daycare(), invoicing=Invoicing.LEAD)

    assert [(invoice.seller, invoice.buyer, invoice.net, invoice.vat) for invoice in result.settlement] == [
        ("KUV", "client", D("2873.65"), D("732.78")),
        ("SEL", "KUV", D("480.00"), D("0.00")),
        ("PAI", "KUV", D("331.65"), D("84.57")),
    ]
    assert [(part.net, part.vat, part.gross) for part in result.parts] == [
        (D("2062.00"), None, None),
        (D("480.00"), None, None),
        (D("331.65"), None, None),
    ]


def test_the_poster_and_its_replacement_never_count_together() -> None:
    assert [line.code for line in counted_lines(daycare())] == ["A1", "A2", "A3", "A4", "A5", "A6"]
    assert [line.code for line in counted_lines(daycare(), choice_of(["A5b"]))] == ["A1", "A2", "A3", "A4", "A6", "A5b"]


def test_the_unit_price_keeps_its_third_decimal() -> None:
    leaflet = next(line for line in daycare().lines if line.code == "A6")

    assert plain(leaflet.unit_price) == "0.315"
    assert priced_lines(daycare())["A6"].net == D("157.50")


@pytest.mark.parametrize(("hourly_price", "own_net"), [("48.00", "320.11"), ("44.00", "319.95"), ("52.00", "320.27")])
def test_a_partners_price_moves_another_partners_share_of_a_discount(hourly_price: str, own_net: str) -> None:
    offer = replace(
        with_hourly_price(daycare(), "A4", hourly_price), discount=Adjustment(name="alennus", amount=D("100.00"))
    )

    result = totals(offer)

    assert {part.firm: part.net for part in result.parts}["PAI"] == D(own_net)


def test_a_discount_of_100_takes_11_54_from_the_printer() -> None:
    offer = replace(daycare(), discount=Adjustment(name="alennus", amount=D("100.00")))

    result = totals(offer)

    assert {part.firm: part.discount for part in result.parts} == {
        "KUV": D("71.76"),
        "SEL": D("16.70"),
        "PAI": D("11.54"),
    }
