"""An answer beside taking over, leaving out, another answer and an edit: both orders forced, then many free rounds."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from bids.actions.answer_request import answer_request
from bids.actions.confirm_told_price import Picked, confirm_told_price
from bids.actions.take_over_part import take_over_part
from bids.actions.tell_price import tell_price
from bids.models import Approval, Bid, LineItem, Part, ToldPrice
from bids.queries.oks import ok_of
from bids.steps.answers import AnsweredRow, NoLongerAsked
from bids.steps.leaving import NotAsThingsStand
from bids.steps.oks import OkOfSomethingElse
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import PriceBasis
from kernel.action import action
from kernel.actor import Actor
from tests.bids.requests import SIGN, Request, a_request, an_answer, hashes
from tests.bids.test_send_races import in_order
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 12
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def asked() -> Request:
    return a_request(NOON)


@action
def terms_changed(*, bid: Bid, days: int, by: Actor, now: datetime) -> None:
    """The lead changes a rule of the game the way every action changes something."""
    locked = lock_bid(bid)
    Bid.objects.filter(pk=locked.pk).update(payment_days=days)
    settle(locked, by=by, now=now)


def answers(asked: Request, price: str = "450") -> Callable[[], Any]:
    seen = hashes(asked.part)
    said = an_answer(rows=(AnsweredRow(text=SIGN, unit_price=Decimal(price)),))
    return lambda: answer_request(part=asked.part, answer=said, **seen, by=asked.invited, now=LATER)


def takes_over(asked: Request) -> Callable[[], Any]:
    return lambda: take_over_part(part=asked.part, by=asked.lead, now=LATER, price=Decimal(500))


def is_sound(asked: Request) -> bool:
    """Either the firm is in with rows of its own and a whole OK, or it is out and owns no row."""
    part = Part.objects.get(pk=asked.part.pk)
    rows = LineItem.objects.filter(part=part).count()
    if part.state == "in":
        return rows == 1 and ok_of(part, now=LATER).is_ok
    return part.state == "taken_over" and rows == 0


def test_an_answer_first_then_taking_over_is_refused(asked: Request) -> None:
    late = in_order(answers(asked), takes_over(asked))
    assert isinstance(late.exception(), NotAsThingsStand)
    assert asked.fresh().part.state == "in"
    assert is_sound(asked)


def test_taking_over_first_then_the_answer_is_told_so(asked: Request) -> None:
    late = in_order(takes_over(asked), answers(asked))
    assert isinstance(late.exception(), NoLongerAsked)
    assert not Approval.objects.filter(part=asked.part).exists()
    assert is_sound(asked)


def test_a_changed_rule_first_then_the_answer_asks_once_more(asked: Request) -> None:
    late = in_order(lambda: terms_changed(bid=asked.bid, days=60, by=asked.lead, now=LATER), answers(asked))
    assert isinstance(late.exception(), OkOfSomethingElse)
    assert not LineItem.objects.filter(part=asked.part).exists()


def test_an_answer_first_then_a_worse_rule_asks_the_firm_again(asked: Request) -> None:
    late = in_order(answers(asked), lambda: terms_changed(bid=asked.bid, days=60, by=asked.lead, now=LATER))
    assert late.exception() is None
    assert not ok_of(Part.objects.get(pk=asked.part.pk), now=LATER).is_ok


def test_of_two_presses_at_once_the_second_answers_what_is_no_longer_shown(asked: Request) -> None:
    late = in_order(answers(asked, "450"), answers(asked, "480"))
    assert isinstance(late.exception(), OkOfSomethingElse)
    assert LineItem.objects.get(part=asked.part).unit_price == Decimal(450)
    assert Approval.objects.filter(part=asked.part).count() == 2


def picks(asked: Request, amount: str) -> Callable[[], Any]:
    told, seen = ToldPrice.objects.get(), hashes(asked.part)
    return lambda: confirm_told_price(
        told=told, amount=Decimal(amount), **seen, has_code=False, by=asked.invited, now=LATER
    )


def test_a_wrong_pick_first_then_the_right_one_needs_a_code(asked: Request) -> None:
    told = tell_price(part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=NOON)
    wrong = next(amount for amount in told.shown if amount != told.amount)
    late = in_order(picks(asked, str(wrong)), picks(asked, "450"))
    assert late.result() is Picked.NEEDS_CODE
    assert not Approval.objects.exists()


def test_a_right_pick_first_then_a_wrong_one_leaves_no_ok(asked: Request) -> None:
    told = tell_price(part=asked.part, amount=Decimal(450), price_basis=PriceBasis.NET, by=asked.lead, now=NOON)
    wrong = next(amount for amount in told.shown if amount != told.amount)
    late = in_order(picks(asked, "450"), picks(asked, str(wrong)))
    assert late.result() is Picked.NEEDS_CODE
    assert not ok_of(Part.objects.get(pk=asked.part.pk), now=LATER).is_ok


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(50, marks=pytest.mark.slow)])
def test_let_loose_one_of_both_wins_and_the_offer_is_whole(rounds: int, asked: Request) -> None:
    for number in range(rounds):
        again = (
            asked
            if number == 0
            else a_request(
                NOON, email=f"p{number}@example.invalid", name=f"Yritys {number} Oy", number=f"YT-2026-{number + 1:04}"
            )
        )
        start = threading.Barrier(2)

        def at_once(deed: Callable[[], Any], start: threading.Barrier = start) -> str:
            try:
                start.wait(timeout=5)
                deed()
            except (NoLongerAsked, NotAsThingsStand, OkOfSomethingElse) as refusal:
                return type(refusal).__name__
            finally:
                connections.close_all()
            return "won"

        with ThreadPoolExecutor(2) as pool:
            told = list(pool.map(at_once, [answers(again), takes_over(again)]))
        assert told.count("won") == 1, told
        assert is_sound(again)
