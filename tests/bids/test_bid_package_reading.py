import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bids.content import NOTHING_CHOSEN, JointOffer, Period, VatOfSupply
from bids.exports.bid_package import PackageRefused, read_own_package, read_package, write_package
from bids.pricing import totals
from bids.vocabulary import ClientKind, Invoicing, Language, Liability, LinePricing, PriceBasis, Supply, VatCategory
from tests.bids import cases
from tests.bids.package_files import ABSENT, PACKAGES, changed, example, faults_of, places_of

DAYCARE = example("daycare")


def read(package: dict[str, Any]) -> JointOffer:
    return read_package(json.dumps(package, ensure_ascii=False))


@pytest.mark.parametrize(("name", "case"), [("daycare", cases.daycare()), ("tourism", cases.tourism())])
def test_the_examples_hold_the_worked_cases(name: str, case: JointOffer) -> None:
    offer = read(example(name))

    assert totals(offer, NOTHING_CHOSEN) == replace(totals(case, NOTHING_CHOSEN), counted=totals(offer).counted)
    assert set(totals(offer).counted) == set(totals(case).counted)
    assert {line.code for line in offer.lines} == {line.code for line in case.lines}
    assert (offer.number, offer.issued_on, offer.valid_until) == (case.number, case.issued_on, case.valid_until)


@pytest.mark.parametrize("name", ["daycare", "tourism"])
def test_no_two_firms_of_an_example_share_a_field(name: str) -> None:
    fields = [field for part in read(example(name)).parts for field in part.firm.fields]

    assert len(fields) == len(set(fields))


def test_what_is_left_out_has_its_default() -> None:
    offer = read(example("minimal"))

    (line,) = offer.lines
    assert line.vat == VatOfSupply(category=VatCategory.STANDARD, rate=Decimal("25.5"))
    assert (line.unit, line.pricing, line.price_basis) == ("erä", LinePricing.FIXED, PriceBasis.NET)
    assert (line.delivered, line.supply, line.group, line.optional) == (None, None, None, False)
    assert (offer.language, offer.invoicing, offer.liability) == (Language.FI, Invoicing.EACH, Liability.SEVERAL)
    assert (offer.payment_days, offer.binding, offer.client.kind) == (14, True, ClientKind.BUSINESS)


@pytest.mark.parametrize(
    ("delivery", "rate"),
    [
        ({"from": "2024-08-30", "to": "2024-08-31"}, "24"),
        ({"from": "2024-09-01", "to": "2024-09-01"}, "25.5"),
    ],
)
def test_a_vat_left_out_is_the_general_rate_of_the_last_day(delivery: dict[str, str], rate: str) -> None:
    offer = read(changed(example("minimal"), {"delivery": delivery}))

    assert offer.lines[0].vat.rate == Decimal(rate)


def test_a_line_may_have_a_day_or_a_period_of_its_own() -> None:
    line = DAYCARE["parts"][0]["lines"][0]
    package = changed(
        DAYCARE,
        {
            "parts[0].lines[0]": {**line, "delivered_on": "2026-03-12"},
            "parts[0].lines[1]": {**line, "code": "A2", "delivered_from": "2026-03-23", "delivered_to": "2026-03-29"},
        },
    )

    first, second, third = read(package).parts[0].lines

    assert first.delivered == Period(starts_on=date(2026, 3, 12), ends_on=date(2026, 3, 12))
    assert second.delivered == Period(starts_on=date(2026, 3, 23), ends_on=date(2026, 3, 29))
    assert third.delivered is None


def test_lines_may_all_have_days_of_their_own_in_place_of_the_offers() -> None:
    package = changed(example("minimal"), {"delivery": ABSENT, "parts[0].lines[0].delivered_on": "2025-12-31"})

    assert read(package).delivery is None


@pytest.mark.parametrize(
    ("word", "category"),
    [("zero", VatCategory.ZERO), ("exempt", VatCategory.EXEMPT), ("reverse", VatCategory.REVERSE)],
)
def test_a_supply_without_vat_says_why(word: str, category: VatCategory) -> None:
    said = {"parts[0].lines[0].vat": word, "parts[0].lines[0].vat_reason": "AVL 34 §"}

    assert read(changed(DAYCARE, said)).lines[0].vat == VatOfSupply(category=category, reason="AVL 34 §")


def test_null_stands_for_nothing_where_nothing_is_the_default() -> None:
    nothing = dict.fromkeys(["supply", "group", "replaces", "vat_reason", "cap_quantity", "delivered_on"])
    package = changed(DAYCARE, {f"parts[0].lines[0].{key}": value for key, value in nothing.items()})
    package = changed(package, {"discount": None, "reference": None, "milestones": None, "client.vat_number": None})

    offer = read(package)

    assert offer.lines[0] == read(DAYCARE).lines[0]
    assert (offer.reference, offer.milestones) == ("", ())


def test_texts_are_composed_and_hide_nothing() -> None:
    package = changed(DAYCARE, {"title": " Pa\u0308iva\u0308\u202ekoti\u0000\nhinnasto ", "notes[0]": "a\r\nb\u2028c"})

    offer = read(package)

    assert offer.title == "Päiväkoti hinnasto"
    assert offer.notes == ("a\nb\nc",)


def test_a_supply_may_raise_a_legal_question() -> None:
    assert read(example("tourism")).lines[0].supply == Supply.ACCOMMODATION


def test_twelve_planted_faults_are_all_told_at_once_and_nothing_else() -> None:
    assert places_of((PACKAGES / "twelve_faults.json").read_bytes()) == [
        ("valid_until", "day_beyond_month"),
        ("client.business_id", "business_id_check_digit"),
        ("client.contacts[0].email", "email_shape"),
        ("parts[0].lines[0].unit_price", "number_format"),
        ("parts[0].lines[1].quantity", "number_with_unit"),
        ("parts[0].lines[2].pric", "key_meant"),
        ("parts[1].role", "lead_twice"),
        ("parts[1].lines[0].vat", "vat_rate_not_in_force"),
        ("parts[2].lines[1].replaces", "line_unknown"),
        ("parts[2].lines[2].code", "name_twice"),
        ("milestones[4].owner", "firm_unknown"),
        ("payment_plan", "plan_not_whole"),
    ]


def test_names_that_are_kept_alike_are_one_name() -> None:
    composed, typed = "Ä\u00e9", "Ä\u0065\u0301"
    package = changed(DAYCARE, {"parts[0].lines[0].code": composed, "parts[0].lines[1].code": typed})

    assert places_of(package) == [("parts[0].lines[1].code", "name_twice")]


def test_a_name_nobody_can_see_is_none() -> None:
    package = changed(DAYCARE, {"parts[0].lines[0].code": "\ufeff"})

    assert places_of(package) == [("parts[0].lines[0].code", "name_shape")]


def test_a_text_is_as_long_as_it_is_kept() -> None:
    grows = "\ufb2c" * 200

    assert places_of(changed(DAYCARE, {"client.name": grows})) == [("client.name", "text_too_long")]


def test_the_refusal_names_every_path() -> None:
    with pytest.raises(PackageRefused, match=r"title: key_missing; .*valid_until: day_format") as refused:
        read(changed(DAYCARE, {"title": ABSENT, "valid_until": "huhtikuussa"}))

    assert len(refused.value.faults) == 2


def test_more_faults_than_anybody_reads_are_counted() -> None:
    package = changed(DAYCARE, {"notes": [1] * 100, "client.contacts": [7] * 20, "parts[0].included": [1] * 100})

    faults = faults_of(package)

    assert len(faults) == 201
    assert (faults[-1].code, dict(faults[-1].params)) == ("more_faults", {"count": 20})


def test_another_json_file_is_told_apart_in_one_sentence() -> None:
    assert places_of('{"name": "punos", "version": 3}') == [("format", "format_missing")]
    assert places_of("[]") == [("", "not_an_object")]


def test_what_was_stored_stays_readable_when_a_rule_no_longer_holds() -> None:
    unfinished = replace(cases.daycare(), delivery=None, packages=())
    stored = json.dumps(write_package(unfinished), ensure_ascii=False)

    assert read_own_package(stored) == unfinished
    assert places_of(stored) == [("delivery", "delivery_missing")]


def test_what_was_never_a_package_is_not_read_as_an_own_one() -> None:
    with pytest.raises(PackageRefused):
        read_own_package('{"format": "punos.bid-package/1"}')
