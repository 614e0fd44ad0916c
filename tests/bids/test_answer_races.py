"""An answer beside taking over, leaving out, another answer and an edit: both orders forced, then many free rounds."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connections
from django.db.models import F

from bids.actions.answer_request import answer_request
from bids.actions.confirm_told_price import Picked, confirm_told_price
from bids.actions.take_over_part import take_over_part
from bids.actions.tell_price import tell_price
from bids.models import Approval, Bid, LineItem, Part, ToldPrice
from bids.queries.oks import ok_of
from bids.steps import part_changes, request_quota
from bids.steps.answers import AnsweredRow, NoLongerAsked
from bids.steps.leaving import NotAsThingsStand
from bids.steps.oks import OkOfSomethingElse
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import PriceBasis, Role
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Stale
from kernel.public_id import VersionedQuerySet
from tests.bids.requests import SIGN, Request, a_request, an_answer, hashes
from tests.bids.test_send_races import in_order
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS, ROUNDS_OF_A_SOAK = 50, 1000
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
    """Either the firm is in with a row of its own and a whole OK, or the lead sells it and the firm owns no row."""
    part = Part.objects.get(pk=asked.part.pk)
    own = LineItem.objects.filter(part=part).count()
    of_lead = LineItem.objects.filter(part__bid=asked.bid, part__role=Role.LEAD.value, text=SIGN).count()
    if part.state == "in":
        return (own, of_lead) == (1, 0) and ok_of(part, now=LATER).is_ok
    return part.state == "taken_over" and (own, of_lead) == (0, 1)


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


# Each defence taken away


def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever took the lock by this name takes none."""
    for name, module in list(sys.modules.items()):
        if name.startswith("bids.") and getattr(module, "lock_bid", None) is lock_bid:
            monkeypatch.setattr(module, "lock_bid", lambda bid, **_even: Bid.objects.get(pk=bid.pk))


def without_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def blind(self: Any, *, seen: int, **changes: Any) -> int:
        self.update(version=F("version") + 1, **changes)
        return seen + 1

    monkeypatch.setattr(VersionedQuerySet, "update_version", blind)


BOTH_ORDERS = pytest.mark.parametrize(("first", "second"), [(answers, takes_over), (takes_over, answers)])
Deeds = Callable[[Request], Callable[[], Any]]


def with_codes_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lead's row gets a code that the firm's does not."""
    monkeypatch.setattr(part_changes, "fresh_code", lambda _bid: "A90")


@BOTH_ORDERS
def test_without_the_lock_the_database_takes_no_two_rows_of_one_code(
    first: Deeds, second: Deeds, asked: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_lock(monkeypatch)
    late = in_order(first(asked), second(asked))
    assert isinstance(late.exception(), IntegrityError)
    assert is_sound(asked)


@BOTH_ORDERS
def test_without_lock_and_codes_the_version_of_the_share_still_tells(
    first: Deeds, second: Deeds, asked: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_the_lock(monkeypatch)
    with_codes_of_their_own(monkeypatch)
    late = in_order(first(asked), second(asked))
    assert isinstance(late.exception(), Stale)
    assert is_sound(asked)


@BOTH_ORDERS
def test_without_any_defence_the_same_share_is_sold_by_two(
    first: Deeds, second: Deeds, asked: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control of the whole: were it to fail, the tests above would prove nothing."""
    without_the_lock(monkeypatch)
    with_codes_of_their_own(monkeypatch)
    without_the_version(monkeypatch)
    late = in_order(first(asked), second(asked))
    assert late.exception() is None
    assert not is_sound(asked)


# Free rounds


def raced(count: int) -> None:
    """An answer and a taking over at once, on a new offer each time."""
    for number in range(count):
        again = a_request(
            NOON, email=f"p{number}@example.invalid", name=f"Yritys {number} Oy", number=f"YT-2026-{number + 1:04}"
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


@pytest.mark.slow
def test_let_loose_one_of_both_wins_and_the_offer_is_whole() -> None:
    raced(ROUNDS)


@pytest.mark.soak
def test_over_a_thousand_rounds_one_of_both_wins_and_the_offer_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_A_DAY", 2 * ROUNDS_OF_A_SOAK)
    raced(ROUNDS_OF_A_SOAK)
