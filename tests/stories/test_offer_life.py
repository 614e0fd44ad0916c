"""Lives of an offer in any order, and lives by hand that a broken rule cannot pass."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from bids.models import Bid
from bids.steps.settling import _Changed
from bids.vocabulary import PriceVisibility, RevisionState
from tests.stories.offer_life import OfferLife

pytestmark = pytest.mark.django_db

Script = Callable[[OfferLife], None]


def live(lives: int, steps: int, *, same: bool = False) -> None:
    """So many lives of so many steps; `same` ones each time, so that a build says the same of the same code."""
    OfferLife.reached.clear()
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        OfferLife,
        settings=settings(
            max_examples=lives,
            stateful_step_count=steps,
            phases=tuple(Phase),
            report_multiple_bugs=False,
            deadline=None,
            derandomize=same,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@contextmanager
def a_life() -> Iterator[OfferLife]:
    """One life by hand, which nobody looks over at its end."""
    life = OfferLife()  # type: ignore[no-untyped-call]
    life.begin()
    try:
        yield life
    finally:
        life.is_looked_over = False
        life.teardown()


def broken(life: OfferLife) -> set[str]:
    """What does not hold in this life now."""
    found = set()
    for holds in OfferLife.INVARIANTS:
        try:
            holds(life)
        except (AssertionError, pytest.fail.Exception):
            found.add(holds.__name__)
    return found


def two_are_in(life: OfferLife) -> None:
    life.ask()
    life.ask()
    life.everybody_answers()


def two_are_in_and_asked_always(life: OfferLife) -> None:
    life.lead_has_everybody_asked_always(always=True)
    two_are_in(life)
    for key in life.model.firms:
        life.says_ok(key)


def it_is_sent(life: OfferLife) -> None:
    two_are_in(life)
    life.freeze()
    life.draw_and_send()
    assert life.model.versions == [RevisionState.SENT]


def they_pay_later(life: OfferLife) -> None:
    life.change_payment_days(days=60)


def it_holds_longer(life: OfferLife) -> None:
    life.change_last_day(more=60)


def prices_are_hidden(life: OfferLife) -> None:
    life.change_visibility(mode=PriceVisibility.OWN)


def the_lead_asks_more(life: OfferLife) -> None:
    life.change_own_price(price=555)


def a_new_one_is_made_of_it(life: OfferLife) -> None:
    life.make_a_new_one_of_it()
    life.everybody_answers()


LIVES: tuple[tuple[Script, Script], ...] = (
    (two_are_in, they_pay_later),
    (two_are_in, it_holds_longer),
    (two_are_in, prices_are_hidden),
    (two_are_in_and_asked_always, the_lead_asks_more),
    (it_is_sent, a_new_one_is_made_of_it),
)
OK = "an_ok_that_counts_was_given_to_nothing_better"

BROKEN: dict[str, tuple[str, Callable[..., Any], Script, Script, str]] = {
    "an OK is carried over to being paid later": (
        "bids.steps.settling.no_worse",
        lambda *_promises, **_rules: True,
        two_are_in,
        they_pay_later,
        OK,
    ),
    "an OK is carried over to being bound longer": (
        "bids.steps.settling.no_worse",
        lambda *_promises, **_rules: True,
        two_are_in,
        it_holds_longer,
        OK,
    ),
    "an OK is carried over to prices being shown otherwise": (
        "bids.steps.settling.no_worse",
        lambda *_promises, **_rules: True,
        two_are_in,
        prices_are_hidden,
        OK,
    ),
    "who is always asked is asked for no more than others": (
        "bids.queries.oks.strict_for_all",
        lambda *_offer: False,
        two_are_in_and_asked_always,
        the_lead_asks_more,
        OK,
    ),
    "an OK never goes on": (
        "bids.steps.settling._carry_over",
        lambda *_settled, **_when: [],
        two_are_in,
        lambda life: life.change_payment_days(days=7),
        OK,
    ),
    "hashes are not written anew": (
        "bids.steps.settling._rewrite",
        lambda _parts, _promised: _Changed(promises=frozenset(), seen={}),
        two_are_in,
        they_pay_later,
        "stored_hashes_are_those_of_the_rows",
    ),
    "everybody sees every price": (
        "bids.visibility.Eyes.sees_price_of",
        lambda _eyes, _key: True,
        two_are_in,
        prices_are_hidden,
        "each_firm_sees_what_the_mode_says",
    ),
}


@pytest.mark.slow
def test_an_offer_lives_by_its_rules() -> None:
    live(15, 18, same=True)

    missing = {"frozen with partners", "sent", "ok counts", "made of an earlier one"} - set(OfferLife.reached)
    assert not missing, f"no life came as far as {missing}: {OfferLife.reached}"


@pytest.mark.slow
@pytest.mark.parametrize(("before", "script"), LIVES)
def test_a_life_by_hand_lives_by_the_rules_too(before: Script, script: Script) -> None:
    with a_life() as life:
        before(life)
        script(life)
        assert broken(life) == set()


@pytest.mark.slow
@pytest.mark.parametrize("fault", BROKEN)
def test_the_machine_notices_that(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: with one rule of the product taken out, the invariant that watches it no longer holds."""
    place, otherwise, before, script, watched_by = BROKEN[fault]
    with a_life() as life:
        before(life)
        assert broken(life) == set()
        monkeypatch.setattr(place, otherwise)
        script(life)
        assert watched_by in broken(life)


def test_the_machine_notices_a_change_while_the_offer_is_being_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_life() as life:
        two_are_in(life)
        life.freeze()
        assert life.model.versions == [RevisionState.FROZEN]
        life.change_payment_days(days=7)
        monkeypatch.setattr("bids.steps.editing.lock_bid", lambda bid, **_even: Bid.objects.get(pk=bid.pk))
        with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
            life.change_payment_days(days=7)


def test_the_machine_notices_that_an_earlier_offer_is_touched() -> None:
    with a_life() as life:
        two_are_in(life)
        life.make_a_new_one_of_it()
        ((earlier, _rows),) = life.earlier
        assert broken(life) == set()
        Bid.objects.filter(pk=earlier.pk).update(title="muu")
        assert broken(life) == {"what_was_copied_is_as_it_was"}


@pytest.mark.soak
def test_many_offers_live_long_by_their_rules() -> None:
    live(300, 50)

    reached = {"frozen with partners", "sent", "ok counts", "ok is stale", "made of an earlier one"}
    assert reached <= set(OfferLife.reached)
