"""The experience weekend: every figure of the case, and what must not come out."""

from collections import defaultdict
from decimal import Decimal

import pytest

from bids.pricing import TRAVEL_MARGIN_SCHEME, Totals, choice_of, counted_lines, priced_lines, totals, totals_as_json
from bids.vocabulary import Invoicing
from kernel.money import round_half_up
from tests.bids.cases import tourism, tourism_in_2025, without

D = Decimal


def groups_of(result: Totals) -> list[tuple[str, Decimal | None, Decimal, Decimal]]:
    return [(group.seller, group.rate, group.taxable, group.vat) for group in result.vat_groups]


def rates_of(result: Totals) -> dict[Decimal, tuple[Decimal, Decimal]]:
    sums: dict[Decimal, list[Decimal]] = defaultdict(lambda: [D(0), D(0)])
    for group in result.vat_groups:
        assert group.rate is not None
        sums[group.rate][0] += group.taxable
        sums[group.rate][1] += group.vat
    return {rate: (taxable, vat) for rate, (taxable, vat) in sums.items()}


def invoices_of(result: Totals) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    return {invoice.seller: (invoice.net, invoice.vat, invoice.gross) for invoice in result.settlement}


def test_the_weekend_costs_what_the_case_says() -> None:
    result = totals(tourism())

    assert (result.net, result.vat, result.gross) == (D("3890.27"), D("616.21"), D("4506.48"))
    assert round_half_up(result.gross / 18) == D("250.36")
    assert round_half_up(result.net / 18) == D("216.13")


def test_the_seven_vat_groups_stand_in_document_order_highest_rate_first() -> None:
    assert groups_of(totals(tourism())) == [
        ("DYY", D("13.5"), D("1011.47"), D("136.55")),
        ("DYY", D("10"), D("56.70"), D("5.67")),
        ("LIE", D("25.5"), D("135.00"), D("34.43")),
        ("LIE", D("13.5"), D("964.80"), D("130.25")),
        ("ERÄ", D("25.5"), D("640.00"), D("163.20")),
        ("ERÄ", D("13.5"), D("312.30"), D("42.16")),
        ("KAL", D("13.5"), D("770.00"), D("103.95")),
    ]


def test_every_seller_invoices_what_the_case_says() -> None:
    assert invoices_of(totals(tourism())) == {
        "DYY": (D("1068.17"), D("142.22"), D("1210.39")),
        "LIE": (D("1099.80"), D("164.68"), D("1264.48")),
        "ERÄ": (D("952.30"), D("205.36"), D("1157.66")),
        "KAL": (D("770.00"), D("103.95"), D("873.95")),
    }


def test_the_rates_add_up_over_sellers() -> None:
    assert rates_of(totals(tourism())) == {
        D("25.5"): (D("775.00"), D("197.63")),
        D("13.5"): (D("3058.57"), D("412.91")),
        D("10"): (D("56.70"), D("5.67")),
    }


def test_every_line_has_the_net_of_the_case() -> None:
    assert {code: line.net for code, line in priced_lines(tourism()).items()} == {
        "B1": D("1011.47"),
        "B2": D("56.70"),
        "B3": D("262.80"),
        "B4": D("702.00"),
        "B5": D("135.00"),
        "B4b": D("603.00"),
        "B6": D("640.00"),
        "B7": D("312.30"),
        "B8": D("770.00"),
    }


def test_the_buffet_in_place_of_the_dinner_changes_only_its_own_seller() -> None:
    dinner, buffet = totals(tourism()), totals(tourism(), choice_of(["B4b"]))

    assert (buffet.net, buffet.vat, buffet.gross) == (D("3791.27"), D("602.84"), D("4394.11"))
    assert round_half_up(buffet.gross / 18) == D("244.12")
    assert ("LIE", D("13.5"), D("865.80"), D("116.88")) in groups_of(buffet)
    assert invoices_of(buffet)["LIE"] == (D("1000.80"), D("151.31"), D("1152.11"))
    assert rates_of(buffet)[D("13.5")] == (D("2959.57"), D("399.54"))
    assert invoices_of(buffet) | {"LIE": None} == invoices_of(dinner) | {"LIE": None}


def test_vat_is_never_rounded_line_by_line() -> None:
    offer = tourism()
    priced = priced_lines(offer)

    by_line = sum(
        round_half_up(priced[line.code].net * line.vat.rate / 100)
        for line in counted_lines(offer, choice_of(["B4b"]))
        if line.vat.rate is not None
    )

    assert by_line == D("602.85")
    assert totals(offer, choice_of(["B4b"])).vat == D("602.84")


def test_the_rates_of_2025_give_the_sums_of_2025() -> None:
    result = totals(tourism_in_2025())

    assert (result.net, result.vat, result.gross) == (D("3890.27"), D("631.50"), D("4521.77"))
    assert [(seller, vat) for seller, rate, _, vat in groups_of(result) if rate == 14] == [
        ("DYY", D("141.61")),
        ("LIE", D("135.07")),
        ("ERÄ", D("43.72")),
        ("KAL", D("107.80")),
    ]
    assert rates_of(result)[D(14)][1] == D("428.20")
    assert rates_of(result)[D("25.5")] == rates_of(totals(tourism()))[D("25.5")]
    assert rates_of(result)[D(10)] == rates_of(totals(tourism()))[D(10)]


def test_a_firm_that_drops_out_takes_its_lines_with_it_and_changes_nobody_elses_invoice() -> None:
    result = totals(without(tourism(), "ERÄ"))

    assert (result.net, result.vat, result.gross) == (D("2937.97"), D("410.85"), D("3348.82"))
    whole = invoices_of(totals(tourism()))
    del whole["ERÄ"]
    assert invoices_of(result) == whole


@pytest.mark.parametrize("codes", [[], ["B4b"]])
def test_the_lead_invoicing_everything_is_never_shown_as_a_fact_beside_the_offer(codes: list[str]) -> None:
    result = totals(tourism(), choice_of(codes))

    assert result.other_invoicing.why == TRAVEL_MARGIN_SCHEME
    assert totals_as_json(result)["other_invoicing"] == {
        "net": None,
        "vat": None,
        "gross": None,
        "why": "travel_margin_scheme",
    }
    assert totals_as_json(result)["warnings"] == []


def test_an_offer_in_which_the_lead_resells_travel_carries_a_warning() -> None:
    result = totals(tourism(), invoicing=Invoicing.LEAD)

    assert totals_as_json(result)["warnings"] == ["travel_margin_scheme"]
    assert totals_as_json(result)["other_invoicing"] == {"net": "3890.27", "vat": "616.21", "gross": "4506.48"}


def test_a_lead_that_sells_only_its_own_travel_service_gets_no_warning() -> None:
    result = totals(without(tourism(), "ERÄ", "KAL"), invoicing=Invoicing.LEAD)

    assert result.warnings == ()
