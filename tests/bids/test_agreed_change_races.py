"""A yes to a change beside its being given up, and beside the beginning of one: whichever is first, one thing holds."""

from dataclasses import replace
from uuid import uuid4

import pytest

from bids.actions.begin_change import begin_change
from bids.actions.cancel_change import cancel_change
from bids.actions.withdraw_offer import NothingToWithdraw, withdraw_offer
from bids.exports.agreed import agreed
from bids.models import Bid, Decision, RevisionStanding
from bids.queries.content_of import content_of
from bids.steps import request_quota
from bids.steps.changing import ChangeIsWithTheClient, ChangeUnderWay, NothingAgreed
from bids.steps.deciding import WasWithdrawn
from bids.steps.settling import OfferIsAccepted, lock_bid
from bids.vocabulary import RevisionState
from kernel import verification
from kernel.errors import Refusal
from tests.bids.changes import JUNE, added, an_agreed, begun, change_sent, holds
from tests.bids.decisions import Offered, a_code, accepts, an_offered, two_readers, yes_with_code
from tests.bids.sendings import state_of
from tests.bids.test_decision_races import at_once
from tests.bids.test_send_races import FREE_ROUNDS, Deed, in_order

pytestmark = pytest.mark.django_db(transaction=True)


def yes(change: Offered) -> Deed:
    a_code(change.link, change.revision, now=JUNE)
    form = uuid4()
    return lambda: accepts(change, nonce=form, now=JUNE)


def given_up(offered: Offered) -> Deed:
    return lambda: cancel_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)


def begins(offered: Offered) -> Deed:
    return lambda: begin_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)


def is_sound(bid: Bid, *, is_begun: bool = True) -> bool:
    """As many yeses as changes and one, and a change under way is the next one; one just begun says what holds."""
    bid = Bid.objects.get(pk=bid.pk)
    changes = RevisionStanding.objects.filter(bid=bid, state="accepted").order_by("revision__number")
    numbers = list(changes.values_list("revision__change", flat=True))
    held = agreed(bid)
    if numbers != list(range(len(numbers))) or bid.changing not in {0, len(numbers)} or (held is None) == bool(numbers):
        return False
    return held is None or not bid.changing or not is_begun or content_of(bid).lines == held.offer.lines


@pytest.fixture
def change() -> Offered:
    """A change of what was agreed that is with the client."""
    offered = an_agreed()
    begun(offered)
    added(offered, "Lisätyö", "100.00")
    return change_sent(offered)


def test_a_yes_to_a_change_holds_beside_giving_it_up_in_either_order(change: Offered) -> None:
    bid = change.world.bid
    first = in_order(given_up_in_vain(change), yes(change))
    assert first.exception() is None
    assert holds(bid).revision == change.revision
    assert is_sound(bid)


def given_up_in_vain(change: Offered) -> Deed:
    def doing() -> None:
        # A refusal lets go of its own lock; this one is held to the end.
        lock_bid(change.world.bid, even_sending=True)
        with pytest.raises(ChangeIsWithTheClient):
            given_up(change)()

    return doing


def test_who_gives_a_change_up_or_begins_one_after_the_yes_is_told_or_begins_the_next(change: Offered) -> None:
    bid = change.world.bid
    late = in_order(yes(change), given_up(change))
    assert isinstance(late.exception(), OfferIsAccepted)
    assert is_sound(bid)

    late = in_order(begins(change), begins(change))
    assert isinstance(late.exception(), ChangeUnderWay)
    assert Bid.objects.get(pk=bid.pk).changing == 2
    assert is_sound(bid)


def test_a_change_begins_once_the_client_has_said_yes_and_never_before() -> None:
    offered = an_offered()
    a_code(offered.link, offered.revision)
    late = in_order(lambda: accepts(offered), begins(offered))
    assert late.exception() is None
    assert Bid.objects.get(pk=offered.world.bid.pk).changing == 1
    assert is_sound(offered.world.bid)


def test_a_change_that_would_begin_before_the_yes_is_refused_and_the_yes_holds() -> None:
    offered = an_offered()
    a_code(offered.link, offered.revision)

    def too_early() -> None:
        lock_bid(offered.world.bid, even_sending=True)
        with pytest.raises(NothingAgreed):
            begins(offered)()

    late = in_order(too_early, lambda: accepts(offered))
    assert late.exception() is None
    assert Bid.objects.get(pk=offered.world.bid.pk).changing == 0
    assert is_sound(offered.world.bid)


def withdrawn(change: Offered) -> Deed:
    return lambda: withdraw_offer(revision=change.revision, by=change.world.lead, now=JUNE)


def another(change: Offered) -> Deed:
    """The lead gives this change up and begins another one: refused while the client can say yes to this one."""

    def doing() -> None:
        given_up(change)()
        begins(change)()

    return doing


def test_a_change_that_is_withdrawn_first_is_not_accepted_and_what_was_agreed_holds(change: Offered) -> None:
    bid = change.world.bid
    before = holds(bid)
    late = in_order(withdrawn(change), yes(change))
    assert isinstance(late.exception(), WasWithdrawn)
    assert holds(bid).revision == before.revision
    assert is_sound(bid, is_begun=False)


def test_a_yes_to_a_change_that_comes_first_holds_though_it_is_to_be_withdrawn(change: Offered) -> None:
    late = in_order(yes(change), withdrawn(change))
    assert isinstance(late.exception(), NothingToWithdraw)
    assert holds(change.world.bid).revision == change.revision
    assert is_sound(change.world.bid)


def raced(offered: Offered) -> None:
    """A change that is with the client: two forms say yes, it is withdrawn, given up, and another one is begun."""
    bid = offered.world.bid
    begun(offered)
    added(offered, "Lisätyö", "100.00")
    change = change_sent(offered)
    before, said = holds(bid).revision, yes(change)
    failed = [each.exception() for each in at_once([said, said, withdrawn(change), given_up(change), another(change)])]
    assert all(each is None or isinstance(each, Refusal) for each in failed), failed
    is_accepted = state_of(change.revision) == RevisionState.ACCEPTED
    assert state_of(change.revision) in {RevisionState.ACCEPTED, RevisionState.WITHDRAWN}
    assert holds(bid).revision == (change.revision if is_accepted else before)
    assert Decision.objects.filter(revision=change.revision).count() == is_accepted
    assert is_sound(bid, is_begun=False)
    if Bid.objects.get(pk=bid.pk).changing:
        given_up(offered)()
    assert not list(verification.breaks(only=[bid.public_id]))


@pytest.mark.slow
def test_fifty_free_rounds_of_a_change_always_have_one_outcome(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_quota, "MOST_TO_CLIENTS", 100 * FREE_ROUNDS)
    for world in range(FREE_ROUNDS // 10):
        offered = an_offered(replace(two_readers(), number=f"YT-2026-{world:04}"))
        yes_with_code(offered)
        for _round in range(10):
            raced(offered)
