import json
from typing import Any

import pytest
from hypothesis import given, settings

from bids.content import NOTHING_CHOSEN, Choice, JointOffer
from bids.exports.bid_package import read_package
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.shapes import shapes_within
from bids.exports.twin import CLIENT_SEES, offer_twin, twin_bytes
from bids.pricing import plain, totals, totals_as_json
from bids.sheets.offer import offer_sheet
from bids.vocabulary import Invoicing, Language
from tests.bids.offer_strategies import offers_and_choices
from tests.bids.package_files import changed, example

HIDDEN = {
    "adjustment": {"amount", "percent"},
    "client": {"deducts_vat"},
    "file": {"base64", "type"},
    "firm": {"colour", "logo"},
    "line": {"supply", "vat", "vat_reason"},
    "need": {"skills"},
    "offer": {"files", "format", "price_visibility", "profile", "theme"},
}


def offer_in(name: str, **changes: Any) -> JointOffer:
    return read_package(json.dumps(changed(example(name), changes), ensure_ascii=False))


def twin_of(offer: JointOffer, choice: Choice = NOTHING_CHOSEN, language: Language = Language.FI) -> dict[str, Any]:
    return offer_twin(offer, choice, offer_sheet(offer, choice, language=language))


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(keys_in, value.values()))
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def test_every_key_of_a_package_is_either_shown_or_hidden_on_purpose() -> None:
    shapes = {name: {key.name for key in shape.keys} for name, shape in shapes_within(OFFER).items()}

    assert {
        name: keys - CLIENT_SEES.get(name, frozenset()) for name, keys in shapes.items() if name in HIDDEN
    } == HIDDEN
    assert {name: keys - CLIENT_SEES.get(name, frozenset()) for name, keys in shapes.items() if name not in HIDDEN} == {
        name: set() for name in shapes.keys() - HIDDEN.keys()
    }
    assert all(CLIENT_SEES[name] <= shapes[name] for name in CLIENT_SEES)


@pytest.mark.parametrize("lines", [(), ("A5b",), ("A7", "A8"), ("A5b", "A7", "A8")])
@pytest.mark.parametrize("invoicing", list(Invoicing))
def test_its_sums_are_those_of_the_choice(lines: tuple[str, ...], invoicing: Invoicing) -> None:
    offer = offer_in("daycare", invoicing=str(invoicing))
    choice = Choice(lines=frozenset(lines))
    said = totals_as_json(totals(offer, choice))

    twin = twin_of(offer, choice)

    sums = twin["totals"]
    assert {key: sums[key] for key in ("net", "vat", "gross")} == {key: said[key] for key in ("net", "vat", "gross")}
    assert sums["invoices"][0] == {key: said["settlement"][0][key] for key in ("from", "net", "vat", "gross")}
    assert twin["choice"]["lines"] == sorted(lines)
    assert twin["counted"] == [line["code"] for part in twin["parts"] for line in part["lines"] if line["counts"]]


def test_nothing_between_the_firms_reaches_the_client() -> None:
    offer = offer_in(
        "daycare",
        invoicing="lead",
        coordination_fee={"name": "koordinointi", "percent": "7.125"},
        price_visibility="own",
    )

    twin = twin_of(offer)

    between = {"lead_keeps", "other_invoicing", "settlement", "fee_share", "price_visibility", "warnings", "theme"}
    assert keys_in(twin) & between == set()
    assert "7.125" not in json.dumps(twin)
    assert [invoice["from"] for invoice in twin["totals"]["invoices"]] == ["KUV"]
    assert twin["coordination_fee"] == {"name": "koordinointi"}


def test_a_lines_vat_is_that_of_its_seller() -> None:
    by_each, by_lead = (twin_of(offer_in("daycare", invoicing=way)) for way in ("each", "lead"))

    assert by_each["parts"][1]["lines"][0]["vat"] == {"category": "O", "rate": None, "reason": "AVL 3 §"}
    assert by_lead["parts"][1]["lines"][0]["vat"] == {"category": "S", "rate": "25.5", "reason": ""}


@pytest.mark.parametrize("language", list(Language))
def test_the_legal_sentences_are_those_of_the_document(language: Language) -> None:
    offer = offer_in("everything")

    twin = twin_of(offer, language=language)

    sheet = offer_sheet(offer, language=language)
    assert twin["wordings"]["language"] == language
    assert [clause["text"] for clause in twin["wordings"]["clauses"]] == [clause.text for clause in sheet.clauses]
    exempt = next(group for group in twin["totals"]["vat_groups"] if group["category"] == "E")
    assert len(exempt["wordings"]) == 2
    assert all("34" in wording or "37" in wording for wording in exempt["wordings"])


@settings(max_examples=15, deadline=None)
@given(offers_and_choices())
def test_the_sums_of_any_offer_and_choice_are_the_priced_ones(drawn: tuple[JointOffer, Choice]) -> None:
    offer, choice = drawn
    sums = totals(offer, choice)

    twin = json.loads(twin_bytes(offer, choice, offer_sheet(offer, choice)))

    assert twin["totals"]["gross"] == f"{sums.gross:f}"
    assert [group["taxable"] for group in twin["totals"]["vat_groups"]] == [f"{g.taxable:f}" for g in sums.vat_groups]
    assert [group["rate"] for group in twin["totals"]["vat_groups"]] == [
        None if group.rate is None else plain(group.rate) for group in sums.vat_groups
    ]
