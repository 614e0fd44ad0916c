import json
import os
from decimal import Decimal
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from bids.content import NOTHING_CHOSEN, Choice, JointOffer
from bids.exports.bid_package import read_package
from bids.exports.ubl import quotation
from bids.exports.ubl.elements import CAC, CBC
from bids.exports.ubl.quotation import QUOTATION
from bids.pricing import totals
from bids.sheets.offer import offer_sheet
from bids.vocabulary import Invoicing, Language
from tests.bids.offer_strategies import offers_and_choices
from tests.bids.package_files import changed, example

SCHEMA = Path(__file__).parents[2] / "xsd" / "ubl-2.1" / "maindoc" / "UBL-Quotation-2.1.xsd"
NAMESPACES = {"q": QUOTATION, "cac": CAC, "cbc": CBC}

DAYCARE_CHOICES = [frozenset(codes) for count in range(4) for codes in combinations(["A5b", "A7", "A8"], count)]


@cache
def schema() -> Any:
    if not SCHEMA.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("the UBL schemas are not there: run make xsd before the tests")
        pytest.skip("the UBL schemas are not there: make xsd fetches them")
    return etree.XMLSchema(etree.parse(str(SCHEMA)))


def offer_in(name: str, **changes: Any) -> JointOffer:
    return read_package(json.dumps(changed(example(name), changes), ensure_ascii=False))


def tree_of(offer: JointOffer, choice: Choice = NOTHING_CHOSEN, language: Language = Language.FI) -> Any:
    return etree.fromstring(quotation(offer, choice, offer_sheet(offer, choice, language=language)))


def found(tree: Any, path: str) -> list[str]:
    return [element.text for element in tree.iterfind(path, NAMESPACES)]


def figure(tree: Any, name: str) -> Decimal:
    (text,) = found(tree, f"cac:QuotedMonetaryTotal/cbc:{name}")
    return Decimal(text)


def subtotals(tree: Any) -> list[tuple[str, str, str, str]]:
    return [
        (
            subtotal.findtext("cac:TaxCategory/cbc:Name", namespaces=NAMESPACES),
            subtotal.findtext("cac:TaxCategory/cbc:Percent", default="", namespaces=NAMESPACES),
            subtotal.findtext("cbc:TaxableAmount", namespaces=NAMESPACES),
            subtotal.findtext("cbc:TaxAmount", namespaces=NAMESPACES),
        )
        for subtotal in tree.iterfind("cac:TaxTotal/cac:TaxSubtotal", NAMESPACES)
    ]


def assert_it_adds_up(tree: Any, offer: JointOffer, choice: Choice) -> None:
    sums = totals(offer, choice)
    lines = sum(map(Decimal, found(tree, "cac:QuotationLine/cac:LineItem/cbc:LineExtensionAmount")), Decimal(0))
    charged = {"true": Decimal(0), "false": Decimal(0)}
    for adjustment in tree.iterfind("cac:AllowanceCharge", NAMESPACES):
        kind = adjustment.findtext("cbc:ChargeIndicator", namespaces=NAMESPACES)
        charged[kind] += Decimal(adjustment.findtext("cbc:Amount", namespaces=NAMESPACES))
    assert lines == figure(tree, "LineExtensionAmount") == sums.lines_net
    assert charged == {"true": sums.fee, "false": sums.discount}
    assert lines + charged["true"] - charged["false"] == figure(tree, "TaxExclusiveAmount") == sums.net
    assert figure(tree, "TaxInclusiveAmount") == figure(tree, "PayableAmount") == sums.gross
    assert sum((Decimal(vat) for *_, vat in subtotals(tree)), Decimal(0)) == sums.vat
    assert [Decimal(taxable) for _, _, taxable, _ in subtotals(tree)] == [each.taxable for each in sums.vat_groups]
    assert [Decimal(vat) for *_, vat in subtotals(tree)] == [each.vat for each in sums.vat_groups]


@pytest.mark.parametrize("name", ["daycare", "tourism", "everything", "minimal"])
@pytest.mark.parametrize("language", list(Language))
def test_every_example_is_a_valid_quotation(name: str, language: Language) -> None:
    schema().assertValid(tree_of(offer_in(name), language=language))


@pytest.mark.parametrize("lines", DAYCARE_CHOICES, ids=lambda lines: "+".join(sorted(lines)) or "nothing")
@pytest.mark.parametrize("invoicing", list(Invoicing))
def test_every_choice_of_the_daycare_is_valid_and_adds_up(lines: frozenset[str], invoicing: Invoicing) -> None:
    offer, choice = offer_in("daycare", invoicing=str(invoicing)), Choice(lines=lines)

    tree = tree_of(offer, choice)

    schema().assertValid(tree)
    assert_it_adds_up(tree, offer, choice)


def test_the_daycares_quotation_has_the_figures_of_the_case() -> None:
    tree = tree_of(offer_in("daycare"))

    assert (figure(tree, "TaxExclusiveAmount"), figure(tree, "PayableAmount")) == (
        Decimal("2873.65"),
        Decimal("3484.03"),
    )
    assert subtotals(tree) == [
        ("Kuvakulma Design Tmi", "25.5", "2062.00", "525.81"),
        ("Selkopolku Tmi", "", "480.00", "0.00"),
        ("Painopiste Savo Oy", "25.5", "331.65", "84.57"),
    ]


@pytest.mark.parametrize(
    ("lines", "net", "gross"), [(frozenset(), "3890.27", "4506.48"), (frozenset({"B4b"}), "3791.27", "4394.11")]
)
def test_the_weekends_quotation_carries_the_seven_vat_groups(lines: frozenset[str], net: str, gross: str) -> None:
    offer, choice = offer_in("tourism"), Choice(lines=lines)

    tree = tree_of(offer, choice)

    assert_it_adds_up(tree, offer, choice)
    assert (figure(tree, "TaxExclusiveAmount"), figure(tree, "PayableAmount")) == (Decimal(net), Decimal(gross))
    assert [(seller, percent) for seller, percent, *_ in subtotals(tree)] == [
        ("Dyynimajat Oy", "13.5"),
        ("Dyynimajat Oy", "10"),
        ("Nuotiokahvila Liekki Tmi", "25.5"),
        ("Nuotiokahvila Liekki Tmi", "13.5"),
        ("Erärinki Oy", "25.5"),
        ("Erärinki Oy", "13.5"),
        ("Tilausajo Kallio Ky", "13.5"),
    ]


def test_a_discount_of_everything_stands_at_the_firms_it_takes_all_from() -> None:
    offer, choice = offer_in("daycare", discount={"name": "lahja", "amount": "2873.65"}), NOTHING_CHOSEN

    tree = tree_of(offer, choice)

    schema().assertValid(tree)
    assert_it_adds_up(tree, offer, choice)
    assert found(tree, "cac:AllowanceCharge/cbc:Amount") == ["2062.00", "480.00", "331.65"]


def test_options_and_alternatives_stand_apart_from_what_counts() -> None:
    tree = tree_of(offer_in("daycare"))

    lines = {
        line.findtext("cbc:ID", namespaces=NAMESPACES): line for line in tree.iterfind("cac:QuotationLine", NAMESPACES)
    }
    assert list(lines) == ["A1", "A2", "A3", "A4", "A7", "A5", "A6", "A8"]
    assert found(lines["A5"], "cac:AlternativeLineItem/cbc:ID") == ["A5b"]
    assert found(lines["A5"], "cac:AlternativeLineItem/cbc:LineExtensionAmount") == ["249.00"]
    assert found(lines["A7"], "cac:LineItem/cbc:LineExtensionAmount") == []
    assert found(lines["A7"], "cac:LineItem/cbc:MinimumQuantity") == ["0"]
    assert found(lines["A7"], "cbc:Note") == ["Valinnainen, ei mukana summassa: 312,00\u00a0€ ilman alv."]
    assert found(tree, "cbc:LineCountNumeric") == ["8"]


def test_a_chosen_alternative_counts_and_the_line_it_replaces_becomes_the_alternative() -> None:
    tree = tree_of(offer_in("daycare"), Choice(lines=frozenset({"A5b"})))

    ids = found(tree, "cac:QuotationLine/cbc:ID")
    assert "A5b" in ids
    assert "A5" not in ids
    assert found(tree, "cac:QuotationLine/cac:AlternativeLineItem/cbc:ID") == ["A5"]


def test_every_line_names_its_seller_and_maker() -> None:
    tree = tree_of(offer_in("everything"))

    line = next(
        line
        for line in tree.iterfind("cac:QuotationLine", NAMESPACES)
        if line.findtext("cbc:ID", None, NAMESPACES) == "Å1"
    )
    seller = "cac:LineItem/cac:OriginatorParty"
    assert found(line, f"{seller}/cac:PartyName/cbc:Name") == ["Å"]
    assert found(line, f"{seller}/cac:PartyLegalEntity/cbc:RegistrationName") == ["Laskutuspalvelu Lokki Oy"]
    assert found(line, f"{seller}/cac:PartyIdentification/cbc:ID") == ["9000023-0"]
    assert found(line, f"{seller}/cac:PartyTaxScheme/cbc:CompanyID") == ["FI90000230"]
    assert found(line, "cac:LineItem/cac:Item/cac:ManufacturerParty/cac:PartyName/cbc:Name") == ["Å"]


def test_a_firm_outside_vat_has_no_vat_number_and_a_category_without_percentage() -> None:
    tree = tree_of(offer_in("daycare"))

    (line,) = (
        line
        for line in tree.iterfind("cac:QuotationLine", NAMESPACES)
        if line.findtext("cbc:ID", None, NAMESPACES) == "A4"
    )
    assert found(line, "cac:LineItem/cac:OriginatorParty/cac:PartyTaxScheme") == []
    category = "cac:LineItem/cac:Item/cac:ClassifiedTaxCategory"
    assert found(line, f"{category}/cbc:ID") == ["O"]
    assert found(line, f"{category}/cbc:Percent") == []
    assert found(line, f"{category}/cbc:TaxExemptionReason") == [
        "Ei arvonlisäverovelvollinen (AVL 3 §, vähäinen toiminta)"
    ]


def test_a_discounted_line_shows_what_it_was() -> None:
    tree = tree_of(offer_in("daycare"))

    (discount,) = (
        item.find("cac:AllowanceCharge", NAMESPACES)
        for item in tree.iterfind("cac:QuotationLine/cac:LineItem", NAMESPACES)
        if item.findtext("cbc:ID", None, NAMESPACES) == "A2"
    )
    assert found(discount, "cbc:Amount") == ["78.00"]
    assert found(discount, "cbc:BaseAmount") == ["1560.00"]
    assert found(discount, "cbc:MultiplierFactorNumeric") == ["0.05"]


def test_who_when_and_until_stand_at_the_top() -> None:
    tree = tree_of(offer_in("daycare"))

    assert found(tree, "cbc:ID") == ["YT-2026-0001"]
    assert found(tree, "cac:ValidityPeriod/cbc:EndDate") == ["2026-04-01"]
    assert found(tree, "cac:SellerSupplierParty/cac:Party/cac:PartyName/cbc:Name") == ["Kuvakulma Design Tmi"]
    assert found(tree, "cac:SellerSupplierParty/cac:Party/cac:Contact/cbc:ElectronicMail") == [
        "kaisa.kuvanto@example.invalid"
    ]
    assert found(tree, "cac:BuyerCustomerParty/cac:Party/cac:Contact/cbc:Name") == ["Tiina Tikka"]
    assert found(tree, "cac:Delivery/cac:PromisedDeliveryPeriod/cbc:StartDate") == ["2026-03-09"]
    assert "päivät pätevät, jos tilaus tehdään viimeistään 6.3.2026" in found(tree, "cbc:Note")


def test_the_legal_sentences_are_those_of_the_document() -> None:
    offer = offer_in("daycare")

    notes = set(found(tree_of(offer, language=Language.SV), "cbc:Note"))

    clauses = offer_sheet(offer, language=Language.SV).clauses
    assert {clause.text for clause in clauses if clause.text not in notes} == {
        clause.text for clause in clauses if clause.key.startswith("acceptance")
    }


def test_what_xml_cannot_hold_is_left_out() -> None:
    tree = tree_of(offer_in("daycare", title="Juliste\ufffe ja <esite> & ]]> muut"))

    assert found(tree, "cbc:Note")[0] == "Juliste ja <esite> & ]]> muut"


def test_an_offer_still_without_lines_is_a_valid_quotation_of_nothing() -> None:
    tree = tree_of(offer_in("minimal", **{"parts[0].lines": []}))

    schema().assertValid(tree)
    assert figure(tree, "PayableAmount") == Decimal(0)


@settings(max_examples=25, deadline=None)
@given(offers_and_choices())
def test_any_offer_and_choice_is_valid_adds_up_and_holds_every_line_once(drawn: tuple[JointOffer, Choice]) -> None:
    offer, choice = drawn

    tree = tree_of(offer, choice, offer.language)

    assert_it_adds_up(tree, offer, choice)
    codes = found(tree, "cac:QuotationLine/cac:LineItem/cbc:ID") + found(
        tree, "cac:QuotationLine/cac:AlternativeLineItem/cbc:ID"
    )
    assert sorted(codes) == sorted(line.code for line in offer.lines)
    schema().assertValid(tree)
