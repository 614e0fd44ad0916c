"""Carrying an OK over never leaves the firm that gave it worse off at any point."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from bids.content import Adjustment, JointOffer, Period
from bids.pricing import ChoiceRefused, totals
from bids.promises import frame_promise, no_worse
from bids.vat import NoRateKnown
from bids.vocabulary import ClientKind, Invoicing, Liability, PriceVisibility, Role
from tests.bids.cases import daycare, with_hourly_price
from tests.bids.offer_strategies import joint_offers

thorough = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

small = st.integers(-2, 2)


@st.composite
def edits(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    """The offer after a few small changes, such as a lead or a partner makes; many of them improve something."""
    for _ in range(draw(st.integers(1, 3))):
        offer = draw(st.sampled_from(EDITS))(draw, offer)
    return offer


def pay(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    return replace(offer, payment_days=max(0, offer.payment_days + draw(small)))


def last_day(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    return replace(offer, valid_until=max(offer.issued_on, offer.valid_until + timedelta(days=draw(small))))


def discount(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    percent = draw(st.sampled_from([None, "0", "1", "5"]))
    return replace(offer, discount=None if percent is None else Adjustment(name="a", percent=Decimal(percent)))


def fee(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    percent = draw(st.sampled_from([None, "0", "3"]))
    return replace(offer, coordination_fee=None if percent is None else Adjustment(name="k", percent=Decimal(percent)))


def a_price(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    if not offer.lines:
        return offer
    code = draw(st.sampled_from([line.code for line in offer.lines]))
    other = max(Decimal(0), offer_line(offer, code).unit_price + draw(small))
    parts = tuple(
        replace(part, lines=tuple(replace(row, unit_price=other) if row.code == code else row for row in part.lines))
        for part in offer.parts
    )
    return replace(offer, parts=parts)


def offer_line(offer: JointOffer, code: str) -> Any:
    return next(line for line in offer.lines if line.code == code)


def rules(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    return replace(
        offer,
        liability=draw(st.sampled_from(Liability)),
        invoicing=draw(st.sampled_from(Invoicing)),
        binding=draw(st.booleans()),
    )


def client(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    return replace(offer, client=replace(offer.client, kind=draw(st.sampled_from(ClientKind))))


def a_day(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    if not offer.milestones:
        return offer
    steps = list(offer.milestones)
    number = draw(st.integers(0, len(steps) - 1))
    steps[number] = replace(steps[number], ends_on=steps[number].ends_on + timedelta(days=draw(st.integers(0, 2))))
    return replace(offer, milestones=tuple(steps))


def a_firm_less(draw: st.DrawFn, offer: JointOffer) -> JointOffer:
    others = [part for part in offer.parts if part.role != Role.LEAD]
    if not others or any(line.replaces or line.group for line in offer.lines) or offer.packages:
        return offer
    gone = draw(st.sampled_from(others)).key
    return replace(
        offer,
        parts=tuple(part for part in offer.parts if part.key != gone),
        milestones=tuple(
            replace(step, needs=(), hands_over_to="" if step.hands_over_to == gone else step.hands_over_to)
            for step in offer.milestones
            if step.owner != gone
        ),
    )


EDITS: list[Callable[[st.DrawFn, JointOffer], JointOffer]] = [
    pay,
    last_day,
    discount,
    fee,
    a_price,
    a_price,
    rules,
    client,
    a_day,
    a_firm_less,
]


@st.composite
def offers_before_and_after(draw: st.DrawFn) -> tuple[JointOffer, JointOffer]:
    before = draw(joint_offers())
    return before, draw(edits(before))


def own_net(offer: JointOffer, key: str) -> Decimal | None:
    """What the firm gets for the default choice, from the sums themselves and not from its promise."""
    try:
        sums = totals(offer)
    except (ChoiceRefused, NoRateKnown):
        return None
    if key == offer.lead.key:
        return sums.lead_keeps.net
    return next(part.net for part in sums.parts if part.firm == key)


def total(offer: JointOffer) -> Decimal | None:
    try:
        return totals(offer).gross
    except (ChoiceRefused, NoRateKnown):
        return None


def answers_for_the_whole(offer: JointOffer, key: str) -> bool:
    """Each of the firms, or the lead alone: a dearer whole costs nobody who answers for its own part only."""
    return offer.liability == Liability.JOINT or (offer.liability == Liability.LEAD and key == offer.lead.key)


@thorough
@given(both=offers_before_and_after())
def test_what_is_carried_over_worsens_nothing(both: tuple[JointOffer, JointOffer]) -> None:
    before, after = both
    keys = {part.key for part in before.parts} & {part.key for part in after.parts}
    for key in keys:
        approved, current = frame_promise(before, key), frame_promise(after, key)
        if approved == current:
            continue
        carried = no_worse(approved, current)
        event("carried" if carried else "asked")
        if not carried:
            continue
        old, new = own_net(before, key), own_net(after, key)
        assert (old is None) == (new is None)
        assert old is None or new is None or new >= old
        assert after.valid_until <= before.valid_until
        assert after.payment_days <= before.payment_days
        assert before.binding or not after.binding
        assert (after.liability, after.invoicing) == (before.liability, before.invoicing)
        assert (after.terms, after.general_terms, after.payment_plan) == (
            before.terms,
            before.general_terms,
            before.payment_plan,
        )
        assert (after.client.name, after.client.kind) == (before.client.name, before.client.kind)
        assert (after.need, after.delivery) == (before.need, before.delivery)
        touching = [
            [(step.name, step.owner, step.ends_on) for step in offer.milestones if step.hands_over_to == key]
            for offer in (before, after)
        ]
        assert sorted(touching[0]) == sorted(touching[1])
        if answers_for_the_whole(before, key):
            first, second = total(before), total(after)
            assert first is None or second is None or second <= first
            assert {part.key for part in before.parts} == {part.key for part in after.parts}


@settings(thorough, max_examples=100)
@given(both=offers_before_and_after(), again=st.data())
def test_what_is_no_worse_than_no_worse_is_no_worse(both: tuple[JointOffer, JointOffer], again: st.DataObject) -> None:
    first, second = both
    third = again.draw(edits(second))
    keys = {part.key for part in first.parts} & {part.key for part in second.parts} & {part.key for part in third.parts}
    for key in keys:
        one, two, three = (frame_promise(offer, key) for offer in (first, second, third))
        assert no_worse(one, one)
        if no_worse(one, two) and no_worse(two, three):
            assert no_worse(one, three)
        if no_worse(one, two) and no_worse(two, one):
            assert one == two


Change = Callable[[JointOffer], JointOffer]

BETTER: dict[str, Change] = {
    "paid sooner": lambda offer: replace(offer, payment_days=7),
    "bound for a shorter time": lambda offer: replace(offer, valid_until=date(2026, 3, 31)),
    "bound to nothing": lambda offer: replace(offer, binding=False),
}
WORSE: dict[str, Change] = {
    "paid later": lambda offer: replace(offer, payment_days=15),
    "bound for longer": lambda offer: replace(offer, valid_until=date(2026, 4, 2)),
    "paid less": lambda offer: replace(offer, discount=Adjustment(name="alennus", amount=Decimal("1.00"))),
    "paid sooner yet bound for longer": lambda offer: replace(offer, payment_days=1, valid_until=date(2026, 4, 2)),
    "another liability": lambda offer: replace(offer, liability=Liability.LEAD),
    "another invoicing": lambda offer: replace(offer, invoicing=Invoicing.LEAD),
    "other prices seen": lambda offer: replace(offer, price_visibility=PriceVisibility.OWN),
    "another day": lambda offer: replace(offer, delivery=Period(starts_on=date(2026, 3, 9), ends_on=date(2026, 4, 25))),
    "another client": lambda offer: replace(offer, client=replace(offer.client, name="Toinen Oy")),
    "an earlier hand-over": lambda offer: replace(
        offer,
        milestones=tuple(
            replace(step, ends_on=date(2026, 4, 11)) if step.id == "m4" else step for step in offer.milestones
        ),
    ),
}


@pytest.mark.parametrize("change", BETTER.values(), ids=BETTER)
def test_what_is_better_or_the_same_is_carried_over(change: Change) -> None:
    assert no_worse(frame_promise(daycare(), "PAI"), frame_promise(change(daycare()), "PAI"))


@pytest.mark.parametrize("change", WORSE.values(), ids=WORSE)
def test_what_is_worse_or_different_is_not(change: Change) -> None:
    assert not no_worse(frame_promise(daycare(), "PAI"), frame_promise(change(daycare()), "PAI"))


@pytest.mark.parametrize(("price", "carried"), [("47.99", True), ("48.01", False)])
def test_who_answers_for_the_whole_is_not_worse_off_with_a_lower_total(price: str, carried: bool) -> None:  # noqa: FBT001 - a table
    offer = replace(daycare(), liability=Liability.LEAD)

    assert no_worse(frame_promise(offer, "PAI"), frame_promise(with_hourly_price(offer, "A4", price), "PAI")) is carried


def test_what_cannot_be_counted_is_carried_over_nowhere() -> None:
    offer = daycare()
    too_much = replace(offer, discount=Adjustment(name="alennus", amount=Decimal("9999.00")))

    assert not no_worse(frame_promise(offer, "PAI"), frame_promise(too_much, "PAI"))
    assert not no_worse(frame_promise(too_much, "PAI"), frame_promise(offer, "PAI"))


def test_more_rules_than_were_agreed_elsewhere_are_compared() -> None:
    approved = frame_promise(daycare(), "PAI")
    current = frame_promise(replace(daycare(), payment_days=30, valid_until=date(2026, 4, 20)), "PAI")

    assert no_worse(approved, current, agreed=frozenset({"payment_days", "valid_until"}))
    assert not no_worse(approved, current, agreed=frozenset({"payment_days"}))
