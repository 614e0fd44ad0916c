"""A closed offer changes no more, whoever asks for whatever, and nobody is written to about it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bids.actions.ask_firm import ask_firm
from bids.actions.begin_sending import begin_sending
from bids.actions.change_line import change_line
from bids.actions.change_request import RequestChange, change_request
from bids.actions.change_rules import change_rules
from bids.actions.close_offer import close_offer
from bids.actions.decline_request import No, decline_request
from bids.actions.extend_validity import extend_validity
from bids.actions.leave_out_part import leave_out_part
from bids.actions.move_schedule import move_schedule
from bids.actions.remind_again import remind_again
from bids.actions.say_ok import say_ok
from bids.actions.set_always_ask import set_always_ask
from bids.actions.take_over_part import take_over_part
from bids.actions.tell_price import tell_price
from bids.models import Bid, Letter, LineItem, Part
from bids.steps.asking import Asked
from bids.steps.freezing import CannotBeSent
from bids.steps.offer_rows import RULES, read_offer_piece
from bids.steps.proposed_lines import read_line_change
from bids.steps.settling import OfferIsClosed
from bids.vocabulary import BidState, PriceBasis
from tests.bids.requests import Request, a_request, hashes
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(days=1, minutes=1)


@kept
def asked() -> Request:
    """One partner is asked, and the offer is closed before it answers."""
    asked = a_request(NOON)
    close_offer(bid=asked.bid, by=asked.lead, now=NOON)
    return asked.fresh()


def a_line(asked: Request) -> LineItem:
    return LineItem.objects.get(bid=asked.bid, code="A1")


CHANGES: dict[str, Callable[[Request], Any]] = {
    "change_line": lambda asked: change_line(
        line=a_line(asked), changes=read_line_change({"unit_price": "999"}), seen=1, by=asked.lead, now=LATER
    ),
    "change_rules": lambda asked: change_rules(
        bid=asked.bid, changes=read_offer_piece({"payment_days": 7}, only=RULES), seen=1, by=asked.lead, now=LATER
    ),
    "move_schedule": lambda asked: move_schedule(bid=asked.bid, days=7, by=asked.lead, now=LATER),
    "extend_validity": lambda asked: extend_validity(
        bid=asked.bid, until=asked.bid.valid_until + timedelta(days=7), by=asked.lead, now=LATER
    ),
    "ask_firm": lambda asked: ask_firm(
        bid=asked.bid, asked=Asked(name="Uusi Oy", what="Kuljetus", email="u@example.invalid"), by=asked.lead, now=LATER
    ),
    "change_request": lambda asked: change_request(
        invitation=asked.invitation, change=RequestChange(what="Muuta"), seen=1, by=asked.lead, now=LATER
    ),
    "remind_again": lambda asked: remind_again(invitation=asked.invitation, by=asked.lead, now=LATER),
    "tell_price": lambda asked: tell_price(
        part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=LATER
    ),
    "take_over_part": lambda asked: take_over_part(part=asked.part, by=asked.lead, now=LATER, price=Decimal(450)),
    "leave_out_part": lambda asked: leave_out_part(part=asked.part, by=asked.lead, now=LATER),
    "decline_request": lambda asked: decline_request(part=asked.part, no=No(), by=asked.invited, now=LATER),
    "say_ok": lambda asked: say_ok(part=asked.part, **hashes(asked.part), by=asked.invited, now=LATER),
    "set_always_ask": lambda asked: set_always_ask(part=asked.part, always=True, by=asked.invited, now=LATER),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_in_a_closed_offer_changes(change: Callable[[Request], Any], asked: Request) -> None:
    before = (
        Bid.objects.values().get(pk=asked.bid.pk),
        list(Part.objects.order_by("pk").values()),
        list(LineItem.objects.order_by("pk").values()),
        list(Letter.objects.order_by("pk").values()),
    )

    with pytest.raises(OfferIsClosed):
        change(asked)

    assert before == (
        Bid.objects.values().get(pk=asked.bid.pk),
        list(Part.objects.order_by("pk").values()),
        list(LineItem.objects.order_by("pk").values()),
        list(Letter.objects.order_by("pk").values()),
    )


def test_closing_twice_closes_once(asked: Request) -> None:
    assert close_offer(bid=asked.bid, by=asked.lead, now=LATER).state == BidState.CLOSED.value


def test_whoever_sends_a_closed_offer_is_told_all_that_stops_it(asked: Request) -> None:
    with pytest.raises(CannotBeSent) as refused:
        begin_sending(bid=asked.bid, by=asked.lead, now=LATER)
    assert refused.value.checks.stops[0].code == "closed"
