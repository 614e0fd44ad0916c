"""The weekend by the dunes: whose OK a change asks for, whose goes on, who is told, and whom nobody bothers."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bids.models import Bid, LineItem, Milestone, Need, Part
from bids.pricing import totals
from bids.queries.content_of import content_of
from bids.queries.oks import promised_by, said
from bids.steps.settling import Settled
from bids.vocabulary import PartState
from tests.bids.cases import tourism
from tests.bids.ok_world import OkWorld, an_ok_world
from tests.kept import kept

pytestmark = pytest.mark.django_db

PARTNERS = ("LIE", "ERÄ", "KAL")
EVERY_FRAME = {(key, "frame") for key in PARTNERS}


@kept
def world() -> OkWorld:
    return an_ok_world(tourism())


def keys(parts: tuple[Part, ...]) -> set[str]:
    return {part.key for part in parts}


def change_bid(world: OkWorld, **values: object) -> Settled:
    return world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(**values))


def leaves(world: OkWorld, key: str) -> Settled:
    return world.after(lambda: Part.objects.filter(bid=world.bid, key=key).update(state=PartState.LEFT.value))


def frame(world: OkWorld, key: str) -> Any:
    return said(promised_by(world.bid)[world.part(key).pk].frame_bytes)


def test_with_every_partners_ok_the_lead_may_send(world: OkWorld) -> None:
    assert [ok.part.key for ok in world.board().values() if ok.stops_sending] == []


@pytest.mark.parametrize("missing", PARTNERS)
def test_one_missing_ok_stops_the_sending_and_the_firm_is_named(missing: str) -> None:
    world = an_ok_world(tourism(), said_ok=False)
    for key in PARTNERS:
        if key != missing:
            Part.objects.filter(bid=world.bid, key=key).update(state=PartState.IN.value)
            world.says_ok(key)

    stops = [ok for ok in world.board().values() if ok.stops_sending]

    assert [(ok.part.key, ok.name, ok.waits_for_answer) for ok in stops] == [
        (missing, world.part(missing).card["name"], True)
    ]


def test_new_words_of_one_line_make_its_firms_part_stale_and_nothing_else(world: OkWorld) -> None:
    settled = world.after(
        lambda: LineItem.objects.filter(bid=world.bid, code="B4").update(text="Illallinen, 4 ruokalajia")
    )

    assert world.stale() == {("LIE", "part")}
    assert keys(settled.asked) == {"LIE"}


def test_an_alternative_counts_in_no_settlement_before_it_is_chosen(world: OkWorld) -> None:
    assert frame(world, "LIE")["own"] == {"net": "1099.8", "gross": "1264.48", "paid_by": "client"}


def test_more_people_ask_every_frame_and_the_parts_of_firms_whose_rows_follow(world: OkWorld) -> None:
    def for_twenty() -> None:
        Need.objects.filter(bid=world.bid).update(title="Virkistysviikonloppu 20 hengelle")
        LineItem.objects.filter(bid=world.bid, quantity=18).update(quantity=20)
        LineItem.objects.filter(bid=world.bid, code="B1").update(quantity=10)

    settled = world.after(for_twenty)

    assert world.stale() == EVERY_FRAME | {("LIE", "part"), ("ERÄ", "part")}
    assert {ok.part.key for ok in settled.board if not ok.is_lead and ok.part_ok} == {"KAL"}
    assert keys(settled.asked) == {"LIE", "ERÄ", "KAL"}


def test_another_day_with_another_rate_asks_every_frame_and_the_parts_whose_rates_follow(world: OkWorld) -> None:
    LineItem.objects.filter(bid=world.bid, code="B8").update(
        delivered_from=date(2026, 9, 11), delivered_to=date(2026, 9, 12)
    )
    world.after(lambda: None)
    world.says_ok("KAL")
    assert world.stale() == set()

    def to_december() -> None:
        Bid.objects.filter(pk=world.bid.pk).update(delivery_from=date(2025, 12, 12), delivery_to=date(2025, 12, 12))
        of_the_offer = LineItem.objects.filter(bid=world.bid, delivered_from__isnull=True)
        of_the_offer.filter(vat_rate=Decimal("13.5")).update(vat_rate=Decimal(14))

    settled = world.after(to_december)

    assert world.stale() == EVERY_FRAME | {("LIE", "part"), ("ERÄ", "part")}
    assert keys(settled.asked) == set(PARTNERS)


def test_when_one_firm_drops_out_the_others_are_told(world: OkWorld) -> None:
    settled = leaves(world, "ERÄ")

    sums = totals(content_of(world.bid))
    assert (sums.net, sums.vat, sums.gross) == (Decimal("2937.97"), Decimal("410.85"), Decimal("3348.82"))
    assert world.stale() == set()
    assert settled.asked == ()
    assert keys(settled.told) == {"LIE", "KAL"}
    assert not any(ok.stops_sending for ok in settled.board)


def test_a_firm_with_a_hand_over_from_the_one_that_drops_out_is_asked(world: OkWorld) -> None:
    Milestone.objects.create(
        bid=world.bid,
        position=0,
        identifier="m1",
        name="ryhmä takaisin bussille",
        starts_on=date(2026, 9, 12),
        ends_on=date(2026, 9, 12),
        owner=world.part("ERÄ"),
        hands_over_to=world.part("KAL"),
    )
    world.after(lambda: None)
    assert world.stale() == {("ERÄ", "part"), ("ERÄ", "frame"), ("KAL", "frame")}
    for key in ("ERÄ", "KAL"):
        world.says_ok(key)

    settled = world.after(
        lambda: (
            Milestone.objects.filter(bid=world.bid).delete(),
            Part.objects.filter(bid=world.bid, key="ERÄ").update(state=PartState.LEFT.value),
        )
    )

    assert world.stale() == {("KAL", "frame")}
    assert keys(settled.asked) == {"KAL"}
    assert keys(settled.told) == {"LIE"}


@pytest.mark.parametrize(
    "rules",
    [{"invoicing": "lead"}, {"liability": "joint"}, {"liability": "lead"}],
    ids=["the lead invoices", "joint liability", "the lead answers"],
)
def test_where_one_stands_for_all_everybody_is_asked_and_sees_the_whole(world: OkWorld, rules: dict[str, str]) -> None:
    assert "whole" not in frame(world, "KAL")

    settled = change_bid(world, **rules)

    assert world.stale() == EVERY_FRAME
    assert keys(settled.asked) == set(PARTNERS)
    for key in PARTNERS:
        whole = frame(world, key)["whole"]
        assert whole["total"] == {"net": "3890.27", "gross": "4506.48"}
        assert set(whole["firms"]) == {"DYY", "LIE", "ERÄ", "KAL"}

    for key in PARTNERS:
        world.says_ok(key)
    assert world.stale() == set()
    left = leaves(world, "ERÄ")
    assert keys(left.asked) == {"LIE", "KAL"}


def test_under_joint_liability_every_change_asks(world: OkWorld) -> None:
    change_bid(world, liability="joint")
    for key in PARTNERS:
        world.says_ok(key)

    settled = change_bid(world, payment_days=7)
    assert keys(settled.asked) == set(PARTNERS)
    for key in PARTNERS:
        world.says_ok(key)

    settled = change_bid(world, title="Viikonloppu dyyneillä")
    assert keys(settled.asked) == set(PARTNERS)
    assert (settled.carried, settled.told) == ((), ())


@pytest.mark.parametrize("strict", ["public client", "the lead's wish", "a firm's wish"])
def test_strict_mode_asks_about_what_would_else_be_told(world: OkWorld, strict: str) -> None:
    if strict == "public client":
        change = lambda: type(world.bid.client).objects.filter(pk=world.bid.client_id).update(kind="public")  # noqa: E731
    elif strict == "the lead's wish":
        change = lambda: Bid.objects.filter(pk=world.bid.pk).update(always_ask=True)  # noqa: E731
    else:
        change = lambda: Part.objects.filter(bid=world.bid, key="KAL").update(always_ask=True)  # noqa: E731
    touched = {"KAL"} if strict == "a firm's wish" else set(PARTNERS)
    world.after(change)
    assert world.stale() == {(key, "frame") for key in touched}
    for key in touched:
        world.says_ok(key)

    settled = change_bid(world, notes=["Bussi lähtee klo 8."])

    assert keys(settled.asked) == touched
    assert keys(settled.told) == set(PARTNERS) - touched


def test_when_strict_mode_is_over_nobody_is_asked(world: OkWorld) -> None:
    change_bid(world, always_ask=True)
    for key in PARTNERS:
        world.says_ok(key)

    settled = change_bid(world, always_ask=False)

    assert world.stale() == set()
    assert keys(settled.carried) == set(PARTNERS)
