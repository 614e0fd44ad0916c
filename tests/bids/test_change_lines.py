"""Rows are added, changed, moved and taken away: what they say, whose they are, and what never happens to them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from bids.actions.add_line import add_line
from bids.actions.change_line import change_line
from bids.actions.move_line import move_line
from bids.actions.paste_lines import paste_lines
from bids.actions.remove_line import remove_line
from bids.content import Line
from bids.models import Bid, LineItem, OptionGroup
from bids.queries.content_of import content_of
from bids.steps.editing import StandsForAnother
from bids.steps.proposed_lines import read_line, read_line_change
from bids.vocabulary import LinePricing, PriceBasis, VatCategory
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, NotVisible, Stale
from kernel.models import AuditEvent
from members.vocabulary import MembershipRole
from tests.bids.editors import a_row, asked, lead_of, line_of, part_of, partner_of, the_offer


@pytest.fixture(autouse=True)
def _in_english(db: None) -> Iterator[None]:  # noqa: ARG001 - rows are rows
    """Rows are rows, and refusals are read in English."""
    with translation.override("en"):
        yield


@pytest.fixture
def bid(now: datetime) -> Bid:
    return the_offer(now)


@pytest.fixture
def lead(bid: Bid) -> Actor:
    return lead_of(bid)


def said(bid: Bid, code: str) -> Line:
    return next(line for line in content_of(bid).lines if line.code == code)


def events(bid: Bid) -> list[str]:
    return list(AuditEvent.objects.about(bid.public_id).order_by("seq").values_list("type", flat=True))


def test_a_new_row_is_the_last_of_its_part_and_costs_what_was_typed(bid: Bid, lead: Actor, now: datetime) -> None:
    before = content_of(bid)

    row = add_line(part=part_of(bid, "KUV"), line=read_line(a_row(unit="kpl")), by=lead, now=now)

    after = content_of(bid)
    assert after.parts[0].lines[:-1] == before.parts[0].lines
    new = after.parts[0].lines[-1]
    assert (new.code, new.text, new.quantity, new.unit_price) == (
        row.code,
        "Opastekyltti",
        Decimal(2),
        Decimal("120.00"),
    )
    assert (new.pricing, new.price_basis) == (LinePricing.FIXED, PriceBasis.NET)
    assert events(bid)[-1] == "line.added"


def test_a_code_is_never_given_twice_even_when_its_row_is_gone(bid: Bid, lead: Actor, now: datetime) -> None:
    given = {line.code for line in content_of(bid).lines}
    for _time in range(3):
        row = add_line(part=part_of(bid, "KUV"), line=read_line(a_row()), by=lead, now=now)
        assert row.code not in given
        given.add(row.code)
        remove_line(line=line_of(bid, row.code), seen=1, by=lead, now=now)


def test_a_removed_row_of_the_package_leaves_its_code_behind_too(bid: Bid, lead: Actor, now: datetime) -> None:
    remove_line(line=line_of(bid, "A8"), seen=1, by=lead, now=now)
    codes = {add_line(part=part_of(bid, "KUV"), line=read_line(a_row()), by=lead, now=now).code for _ in range(9)}
    assert "A8" not in codes


def test_asking_twice_for_a_new_row_makes_one(bid: Bid, lead: Actor, now: datetime) -> None:
    key = part_of(bid, "KUV").public_id
    part = part_of(bid, "KUV")
    first = add_line(part=part, line=read_line(a_row()), by=lead, now=now, public_id=key)
    second = add_line(part=part, line=read_line(a_row()), by=lead, now=now, public_id=key)
    assert first == second


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"text": "Uusi teksti"}, {"text": "Uusi teksti"}),
    ({"quantity": "3.5", "unit": "pv"}, {"quantity": Decimal("3.5"), "unit": "pv"}),
    ({"unit_price": "99.9999"}, {"unit_price": Decimal("99.9999")}),
    ({"price_basis": "gross"}, {"price_basis": PriceBasis.GROSS}),
    ({"discount_percent": "12.5"}, {"discount_percent": Decimal("12.5")}),
    ({"pricing": "cap", "cap_quantity": "20"}, {"pricing": LinePricing.CAP, "cap_quantity": Decimal(20)}),
    ({"optional": True}, {"optional": True}),
]


@pytest.mark.parametrize(("changes", "expected"), CHANGES, ids=[str(list(each[0])) for each in CHANGES])
def test_a_row_says_what_was_changed_and_nothing_else(
    changes: dict[str, Any], expected: dict[str, Any], bid: Bid, lead: Actor, now: datetime
) -> None:
    was = said(bid, "A1")

    row = change_line(line=line_of(bid, "A1"), changes=read_line_change(changes), seen=1, by=lead, now=now)

    assert said(bid, "A1") == replace(was, **expected)
    assert row.version == 2
    assert events(bid)[-1] == "line.changed"


def test_what_changes_nothing_leaves_no_trace(bid: Bid, lead: Actor, now: datetime) -> None:
    before = events(bid)
    same = read_line_change({"text": said(bid, "A1").text})
    assert change_line(line=line_of(bid, "A1"), changes=same, seen=1, by=lead, now=now).version == 1
    assert events(bid) == before


def test_of_two_who_saw_the_same_row_the_second_is_refused(bid: Bid, lead: Actor, now: datetime) -> None:
    change_line(line=line_of(bid, "A1"), changes=read_line_change({"text": "ensin"}), seen=1, by=lead, now=now)
    with pytest.raises(Stale):
        change_line(line=line_of(bid, "A1"), changes=read_line_change({"text": "sitten"}), seen=1, by=lead, now=now)
    assert said(bid, "A1").text == "ensin"


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"quantity": "0"}, "quantity", "more than 0"),
        ({"quantity": "-1"}, "quantity", "more than 0"),
        ({"unit_price": "1e309"}, "unit_price", "exponent"),
        ({"unit_price": "NaN"}, "unit_price", "not a number"),
        ({"unit_price": "0.12345"}, "unit_price", "decimals"),
        ({"unit_price": "1000000001"}, "unit_price", "too large"),
        ({"discount_percent": "100.5"}, "discount_percent", "too large"),
        ({"text": " "}, "text", "must not be empty"),
        ({"text": "x" * 20_001}, "text", "20000"),
        ({"vat": "24"}, "vat", "not in force"),
        ({"vat": "exempt"}, "vat_reason", "Say why"),
        ({"pricing": "cap"}, "cap_quantity", "needs the quantity"),
        ({"pricing": "cap", "cap_quantity": "0.001"}, "cap_quantity", "below"),
        ({"replaces": "Z9"}, "replaces", "No line"),
        ({"delivered_from": "2026-03-01"}, "delivered_to", "belong together"),
        ({"delivered_from": "2026-03-09", "delivered_to": "2026-03-01"}, "delivered_to", "before the first"),
    ],
)
def test_what_cannot_be_says_so_at_its_own_field(
    changes: dict[str, Any], field: str, words: str, bid: Bid, lead: Actor, now: datetime
) -> None:
    before = content_of(bid)
    with pytest.raises(Malformed) as refused:
        change_line(line=line_of(bid, "A1"), changes=read_line_change(changes), seen=1, by=lead, now=now)
    assert words in str(refused.value.faults[field])
    assert content_of(bid) == before


@pytest.mark.parametrize("field", ["code", "id", "part", "bid", "position", "version", "public_id", "vat_rate", "firm"])
def test_what_is_no_key_of_a_row_is_refused(field: str) -> None:
    with pytest.raises(Malformed) as refused:
        read_line_change({field: "1"})
    assert field in refused.value.faults


def test_a_group_always_has_one_row_that_counts(bid: Bid, lead: Actor, now: datetime) -> None:
    part = part_of(bid, "KUV")
    for text in ("sininen", "punainen", "vihreä"):
        add_line(part=part, line=read_line(a_row(text=text, group="väri")), by=lead, now=now)

    def chosen() -> list[str]:
        return [line.text for line in content_of(bid).lines if line.group == "väri" and line.default]

    assert chosen() == ["sininen"]
    red, blue = (LineItem.objects.get(bid=bid, text=text) for text in ("punainen", "sininen"))
    change_line(line=red, changes=read_line_change({"default": True}), seen=red.version, by=lead, now=now)
    assert chosen() == ["punainen"]
    red.refresh_from_db()
    change_line(line=red, changes=read_line_change({"group": None}), seen=red.version, by=lead, now=now)
    assert chosen() == ["sininen"]
    blue.refresh_from_db()
    remove_line(line=blue, seen=blue.version, by=lead, now=now)
    assert chosen() == ["vihreä"]
    last = LineItem.objects.get(bid=bid, text="vihreä")
    remove_line(line=last, seen=last.version, by=lead, now=now)
    assert not OptionGroup.objects.filter(bid=bid).exists()


def test_a_row_that_another_is_offered_in_place_of_stays(bid: Bid, lead: Actor, now: datetime) -> None:
    with pytest.raises(StandsForAnother, match="A5b"):
        remove_line(line=line_of(bid, "A5"), seen=1, by=lead, now=now)


@pytest.mark.parametrize("to", [0, 1, 2, 99, -5])
def test_a_row_moves_to_any_place_and_nothing_else_changes(to: int, bid: Bid, lead: Actor, now: datetime) -> None:
    before = content_of(bid).parts[0].lines
    moving = before[-1]

    move_line(line=line_of(bid, moving.code), to=to, seen=1, by=lead, now=now)

    after = content_of(bid).parts[0].lines
    assert sorted(line.code for line in after) == sorted(line.code for line in before)
    assert [line for line in after if line != moving] == [line for line in before if line != moving]
    assert after.index(moving) == max(0, min(to, len(before) - 1))


def test_pasted_rows_come_all_or_none(bid: Bid, lead: Actor, now: datetime) -> None:
    part, before = part_of(bid, "KUV"), content_of(bid)
    old_rate = read_line(a_row(text="vanha", vat="24"))
    with pytest.raises(Malformed):
        paste_lines(part=part, lines=[read_line(a_row()), old_rate], by=lead, now=now)
    assert content_of(bid) == before

    rows = paste_lines(part=part, lines=[read_line(a_row(text=str(n))) for n in range(5)], by=lead, now=now)

    assert [line.text for line in content_of(bid).parts[0].lines[-5:]] == ["0", "1", "2", "3", "4"]
    assert len({row.code for row in rows}) == 5


def test_four_hundred_rows_are_the_most(bid: Bid, lead: Actor, now: datetime) -> None:
    room = 400 - len(content_of(bid).lines)
    part = part_of(bid, "KUV")
    paste_lines(part=part, lines=[read_line(a_row(unit_price="1")) for _ in range(room)], by=lead, now=now)
    with pytest.raises(Malformed, match="correcting") as refused:
        add_line(part=part, line=read_line(a_row()), by=lead, now=now)
    assert "400" in " ".join(map(str, refused.value.faults.values()))


def test_a_new_row_carries_the_vat_of_the_firms_last_one(bid: Bid, lead: Actor, now: datetime) -> None:
    row = add_line(part=part_of(bid, "KUV"), line=read_line(a_row(vat="zero", vat_reason="AVL 70 §")), by=lead, now=now)
    assert row.vat_category == VatCategory.ZERO.value
    following = add_line(part=part_of(bid, "KUV"), line=read_line(a_row()), by=lead, now=now)
    assert (following.vat_category, following.vat_reason) == (VatCategory.ZERO.value, "AVL 70 §")


@pytest.mark.parametrize("role", [MembershipRole.VIEWER, MembershipRole.PRODUCER])
def test_viewers_and_producers_change_no_row(role: MembershipRole, bid: Bid, now: datetime) -> None:
    actor = lead_of(bid, role)
    with pytest.raises(NotPermitted):
        change_line(line=line_of(bid, "A1"), changes=read_line_change({"text": "x"}), seen=1, by=actor, now=now)
    with pytest.raises(NotPermitted):
        add_line(part=part_of(bid, "KUV"), line=read_line(a_row()), by=actor, now=now)


def test_once_a_firm_is_asked_its_rows_are_its_own(bid: Bid, lead: Actor, now: datetime) -> None:
    code = content_of(bid).parts[1].lines[0].code
    change_line(line=line_of(bid, code), changes=read_line_change({"text": "luonnos"}), seen=1, by=lead, now=now)
    part = asked(bid, content_of(bid).parts[1].key)

    with pytest.raises(NotPermitted):
        change_line(line=line_of(bid, code), changes=read_line_change({"text": "toisen"}), seen=2, by=lead, now=now)
    owner = partner_of(bid, part.key)
    change_line(line=line_of(bid, code), changes=read_line_change({"text": "oma"}), seen=2, by=owner, now=now)
    assert said(bid, code).text == "oma"
    with pytest.raises(NotPermitted):
        change_line(line=line_of(bid, "A1"), changes=read_line_change({"text": "ei oma"}), seen=1, by=owner, now=now)


def test_a_row_that_is_gone_is_not_there(bid: Bid, lead: Actor, now: datetime) -> None:
    line = line_of(bid, "A8")
    remove_line(line=line, seen=1, by=lead, now=now)
    with pytest.raises(NotVisible):
        change_line(line=line, changes=read_line_change({"text": "x"}), seen=1, by=lead, now=now)
