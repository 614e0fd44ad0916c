"""A yes to a change beside its being given up, and beside the beginning of one: whichever is first, one thing holds."""

import pytest

from bids.actions.begin_change import begin_change
from bids.actions.cancel_change import cancel_change
from bids.exports.agreed import agreed
from bids.models import Bid, RevisionStanding
from bids.queries.content_of import content_of
from bids.steps.changing import ChangeIsWithTheClient, ChangeUnderWay, NothingAgreed
from bids.steps.settling import OfferIsAccepted, lock_bid
from tests.bids.changes import JUNE, added, an_agreed, begun, change_sent, holds
from tests.bids.decisions import Offered, a_code, accepts, an_offered
from tests.bids.test_send_races import Deed, in_order

pytestmark = pytest.mark.django_db(transaction=True)


def yes(change: Offered) -> Deed:
    a_code(change.link, change.revision, now=JUNE)
    return lambda: accepts(change, now=JUNE)


def given_up(offered: Offered) -> Deed:
    return lambda: cancel_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)


def begins(offered: Offered) -> Deed:
    return lambda: begin_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)


def is_sound(bid: Bid) -> bool:
    """As many yeses as changes and one, and a change under way is the next one, from what holds."""
    bid = Bid.objects.get(pk=bid.pk)
    changes = RevisionStanding.objects.filter(bid=bid, state="accepted").order_by("revision__number")
    numbers = list(changes.values_list("revision__change", flat=True))
    held = agreed(bid)
    if numbers != list(range(len(numbers))) or bid.changing not in {0, len(numbers)} or (held is None) == bool(numbers):
        return False
    return held is None or not bid.changing or content_of(bid).lines == held.offer.lines


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
