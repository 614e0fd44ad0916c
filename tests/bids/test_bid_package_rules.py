from typing import Any

import pytest

from tests.bids.package_files import ABSENT, changed, example, places_of

DAYCARE = example("daycare")
TOURISM = example("tourism")

KUV, SEL, PAI = "parts[0]", "parts[1]", "parts[2]"
A1, A2, A3 = (f"{KUV}.lines[{at}]" for at in range(3))
A4, A7 = (f"{SEL}.lines[{at}]" for at in range(2))
A5, A5B, A6, A8 = (f"{PAI}.lines[{at}]" for at in range(4))

SMALL = {"id": "pieni", "name": "Pieni", "lines": ["A7"]}
LARGE = {"id": "laaja", "name": "Laaja", "lines": ["A5b", "A7", "A8"]}


def group_of(*lines: str, default: str | None) -> dict[str, Any]:
    grouped: dict[str, Any] = {f"{line}.group": "koko" for line in lines}
    return grouped | ({f"{default}.default": True} if default else {})


FAULTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "no firm leads": ({f"{KUV}.role": "member"}, [("parts", "lead_missing")]),
    "two firms lead": ({f"{PAI}.role": "lead"}, [(f"{PAI}.role", "lead_twice")]),
    "a role nobody knows hides no lead": ({f"{KUV}.role": "leader"}, [(f"{KUV}.role", "word_meant")]),
    "a key twice": (
        {f"{PAI}.key": "SEL", "milestones[4].owner": "KUV", "milestones[3].hands_over_to": None},
        [(f"{PAI}.key", "name_twice")],
    ),
    "a firm called client": (
        {f"{KUV}.key": "client", "sections[0].owner": None, "milestones[0].owner": "SEL", "milestones[1].owner": "PAI"},
        [(f"{KUV}.key", "key_reserved")],
    ),
    "a firm twice": ({f"{PAI}.firm.business_id": "9000001-1"}, [(f"{PAI}.firm.business_id", "firm_twice")]),
    "a code twice in different parts": ({f"{A6}.code": "A1"}, [(f"{A6}.code", "name_twice")]),
    "a section of nobody": ({"sections[1].owner": "XYZ"}, [("sections[1].owner", "firm_unknown")]),
    "a section of the client": ({"sections[1].owner": "client"}, [("sections[1].owner", "firm_unknown")]),
    "a milestone of nobody": ({"milestones[0].owner": "XYZ"}, [("milestones[0].owner", "firm_unknown")]),
    "handed over to nobody": (
        {"milestones[0].hands_over_to": "XYZ"},
        [("milestones[0].hands_over_to", "firm_unknown")],
    ),
    "handed over to itself": (
        {"milestones[0].hands_over_to": "KUV"},
        [("milestones[0].hands_over_to", "hands_over_to_itself")],
    ),
    "a milestone twice": ({"milestones[4].id": "m1"}, [("milestones[4].id", "name_twice")]),
    "a milestone that needs nothing known": (
        {"milestones[1].needs": ["m9"]},
        [("milestones[1].needs[0]", "milestone_unknown")],
    ),
    "a need twice": ({"milestones[1].needs": ["m1", "m1"]}, [("milestones[1].needs[1]", "name_twice")]),
    "a milestone that waits for itself": (
        {"milestones[0].needs": ["m1"]},
        [("milestones[0].needs", "milestones_in_a_circle")],
    ),
    "milestones in a circle": (
        {"milestones[0].needs": ["m3"]},
        [(f"milestones[{at}].needs", "milestones_in_a_circle") for at in range(3)],
    ),
    "a logo that is no file": ({f"{KUV}.firm.logo": "logo"}, [(f"{KUV}.firm.logo", "file_unknown")]),
    "a replaced line that is not there": ({f"{A5B}.replaces": "A99"}, [(f"{A5B}.replaces", "line_unknown")]),
    "a line that replaces itself": ({f"{A5B}.replaces": "A5b"}, [(f"{A5B}.replaces", "replaces_itself")]),
    "a replaced line that replaces": ({f"{A6}.replaces": "A5b"}, [(f"{A6}.replaces", "replaces_replacing")]),
    "two lines that replace each other": (
        {f"{A5}.replaces": "A5b"},
        [(f"{A5}.replaces", "replaces_replacing"), (f"{A5B}.replaces", "replaces_replacing")],
    ),
    "a replaced line of a group": (group_of(A5, A6, default=A5), [(f"{A5B}.replaces", "replaces_group_member")]),
    "a group without default": (group_of(A1, A2, default=None), [(f"{A1}.group", "group_without_default")]),
    "a group with two defaults": (
        group_of(A1, A2, default=A1) | {f"{A2}.default": True},
        [(f"{A2}.default", "group_default_twice")],
    ),
    "an option in a group": (group_of(A4, A7, default=A4), [(f"{A7}.optional", "group_optional")]),
    "a replacing line in a group": (group_of(A1, A5B, default=A1), [(f"{A5B}.replaces", "group_replaces")]),
    "a default without group": ({f"{A8}.default": True}, [(f"{A8}.default", "default_without_group")]),
    "a package with an unknown line": (
        {"packages": [{**SMALL, "lines": ["A7", "D12"]}]},
        [("packages[0].lines[1]", "line_unknown")],
    ),
    "a package with a line that counts anyway": (
        {"packages": [{**SMALL, "lines": ["A1"]}]},
        [("packages[0].lines[0]", "line_always_counts")],
    ),
    "a package with a line twice": (
        {"packages": [{**SMALL, "lines": ["A7", "A7"]}]},
        [("packages[0].lines[1]", "name_twice")],
    ),
    "a package with two of a group": (
        group_of(A1, A2, default=A1) | {"packages": [{**SMALL, "lines": ["A1", "A2"]}]},
        [("packages[0].lines[1]", "package_two_of_group")],
    ),
    "a package with two for one line": (
        {f"{A8}.replaces": "A5", f"{A8}.optional": False, "packages": [LARGE]},
        [("packages[0].lines[2]", "package_two_replace")],
    ),
    "two packages chosen beforehand": (
        {"packages": [{**SMALL, "default": True}, {**LARGE, "default": True}]},
        [("packages[1].default", "package_default_twice")],
    ),
    "a package twice": ({"packages": [SMALL, SMALL]}, [("packages[1].id", "name_twice")]),
    "validity before the offer": ({"valid_until": "2026-03-01"}, [("valid_until", "validity_order")]),
    "delivery backwards": ({"delivery": {"from": "2026-03-09", "to": "2026-03-08"}}, [("delivery.to", "period_order")]),
    "a milestone backwards": ({"milestones[0].ends_on": "2026-03-08"}, [("milestones[0].ends_on", "period_order")]),
    "a line's delivery backwards": (
        {f"{A1}.delivered_from": "2026-03-09", f"{A1}.delivered_to": "2026-03-08"},
        [(f"{A1}.delivered_to", "period_order")],
    ),
    "a line delivered in two ways": (
        {f"{A1}.delivered_from": "2026-03-09", f"{A1}.delivered_to": "2026-03-10", f"{A1}.delivered_on": "2026-03-10"},
        [(f"{A1}.delivered_on", "delivered_twice")],
    ),
    "half a period": ({f"{A1}.delivered_from": "2026-03-09"}, [(f"{A1}.delivered_to", "delivered_half")]),
    "no delivery at all": ({"delivery": ABSENT}, [("delivery", "delivery_missing")]),
    "an instalment above the whole": (
        {"payment_plan": [{"name": "kaikki", "percent": "100.001"}]},
        [("payment_plan[0].percent", "number_too_large")],
    ),
    "a plan of 99.999 percent": (
        {"payment_plan": [{"name": "heti", "percent": "40"}, {"name": "lopuksi", "percent": "59.999"}]},
        [("payment_plan", "plan_not_whole")],
    ),
    "a discount in two ways": (
        {"discount": {"name": "alennus", "percent": "5", "amount": "5"}},
        [("discount.amount", "adjustment_both")],
    ),
    "a discount of nothing": ({"discount": {"name": "alennus"}}, [("discount", "adjustment_none")]),
    "a fee of nothing": ({"coordination_fee": {"name": "koordinointi"}}, [("coordination_fee", "adjustment_none")]),
    "a cap that is missing": ({f"{A2}.pricing": "cap"}, [(f"{A2}.cap_quantity", "cap_missing")]),
    "a cap below the quantity": (
        {f"{A2}.pricing": "cap", f"{A2}.cap_quantity": "23.999"},
        [(f"{A2}.cap_quantity", "cap_below_quantity")],
    ),
    "a cap of a fixed price": ({f"{A2}.cap_quantity": "30"}, [(f"{A2}.cap_quantity", "cap_unneeded")]),
    "more euros than can be held": (
        {f"{A2}.quantity": "200", f"{A2}.unit_price": "1000000000"},
        [("parts", "offer_too_large")],
    ),
    "a rate of another year": ({f"{A2}.vat": "14"}, [(f"{A2}.vat", "vat_rate_not_in_force")]),
    "a rate that ends during the delivery": (
        {"delivery.from": "2025-12-20", f"{A2}.vat": "14"},
        [(f"{A2}.vat", "vat_split_the_line")],
    ),
    "a rate that begins during the delivery": (
        {"delivery.from": "2025-12-20", f"{A2}.vat": "13.5"},
        [(f"{A2}.vat", "vat_split_the_line")],
    ),
    "exempt without reason": ({f"{A2}.vat": "exempt"}, [(f"{A2}.vat_reason", "vat_reason_missing")]),
    "a reason beside a rate": ({f"{A2}.vat_reason": "AVL 34 §"}, [(f"{A2}.vat_reason", "vat_reason_unneeded")]),
}


@pytest.mark.parametrize("which", FAULTS)
def test_each_broken_rule_is_told_at_its_place_and_no_other(which: str) -> None:
    changes, told = FAULTS[which]

    assert places_of(changed(DAYCARE, changes)) == told


SOUND: dict[str, dict[str, Any]] = {
    "a group over two firms": group_of(A1, A6, default=A6),
    "a package of options, an alternative and a group": group_of(A1, A2, default=A1)
    | {"packages": [{**LARGE, "lines": ["A2", "A5b", "A7"]}]},
    "a package that adds nothing": {"packages": [{**SMALL, "lines": []}]},
    "an alternative to an option": {f"{A6}.replaces": "A8"},
    "a milestone that two others wait for": {"milestones[2].needs": ["m1"]},
    "a discount of everything": {"discount": {"name": "lahja", "amount": "2873.65"}},
    "a cap at the quantity": {f"{A2}.pricing": "cap", f"{A2}.cap_quantity": "24"},
    "two light entrepreneurs of one service": {
        f"{place}.firm.{key}": value
        for place in (SEL, PAI)
        for key, value in {
            "business_id": None,
            "invoiced_through": {"name": "Laskutuspalvelu Lokki Oy", "business_id": "9000022-2"},
        }.items()
    },
    "a rate in force all through a delivery over the new year": {"delivery.from": "2025-12-20"},
    "a firm whose number is not known yet": {f"{PAI}.firm.business_id": None},
    "a one-day validity": {"valid_until": "2026-03-02"},
}


@pytest.mark.parametrize("which", SOUND)
def test_what_looks_odd_but_is_sound_is_taken(which: str) -> None:
    assert places_of(changed(DAYCARE, SOUND[which])) == []


@pytest.mark.parametrize(
    ("amount", "told"), [("2873.65", []), ("2873.66", [("discount.amount", "discount_too_large")])]
)
def test_a_discount_may_take_the_smallest_choice_and_no_cent_more(amount: str, told: list[tuple[str, str]]) -> None:
    assert places_of(changed(DAYCARE, {"discount": {"name": "lahja", "amount": amount}})) == told


def test_a_discount_is_not_judged_against_lines_that_could_not_be_read() -> None:
    changes = {"discount": {"name": "lahja", "amount": "2873.66"}, f"{A2}.quantity": "24h"}

    assert places_of(changed(DAYCARE, changes)) == [(f"{A2}.quantity", "number_with_unit")]


def test_a_name_that_could_not_be_read_makes_no_other_name_unknown() -> None:
    changes = {f"{A5}.code": "A 5!", f"{SEL}.key": "", "milestones[0].id": ""}

    assert places_of(changed(DAYCARE, changes)) == [
        (f"{SEL}.key", "name_shape"),
        (f"{A5}.code", "name_shape"),
        ("milestones[0].id", "name_shape"),
    ]


def test_a_line_without_any_delivery_is_named_when_others_have_theirs() -> None:
    changes = {"delivery": None, **{f"{line}.delivered_on": "2026-04-24" for line in (A1, A2, A3, A4, A7, A5, A6, A8)}}

    assert places_of(changed(DAYCARE, changes)) == [(f"{A5B}.delivered_on", "line_delivery_missing")]


def test_a_fee_alone_needs_a_day_for_its_rate() -> None:
    changes: dict[str, Any] = {
        "delivery": None,
        "coordination_fee": {"name": "koordinointi", "amount": "100"},
        **{f"{part}.lines": [] for part in (KUV, SEL, PAI)},
    }

    assert places_of(changed(DAYCARE, changes)) == [("delivery", "delivery_missing")]


def test_four_hundred_lines_are_taken_and_one_more_is_not() -> None:
    line = DAYCARE["parts"][0]["lines"][0]
    lines = [{**line, "code": f"L{number}"} for number in range(401)]

    assert places_of(changed(TOURISM, {f"{PAI}.lines": lines[:393]})) == []
    assert places_of(changed(TOURISM, {f"{PAI}.lines": lines[:394]})) == [("parts", "lines_too_many")]


def test_twenty_firms_are_taken_and_one_more_is_not() -> None:
    def firm(number: int) -> dict[str, Any]:
        through = {"name": "Laskutuspalvelu Lokki Oy", "business_id": "9000022-2"}
        return {
            "key": f"F{number}",
            "role": "member",
            "firm": {"name": f"Yritys {number}", "invoiced_through": through},
        }

    parts = [*DAYCARE["parts"], *(firm(number) for number in range(18))]

    assert places_of(changed(DAYCARE, {"parts": parts[:20]})) == []
    assert places_of(changed(DAYCARE, {"parts": parts})) == [("parts", "list_too_long")]
