"""An offer with nothing left to choose is worth what the client said yes to, to the cent."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from bids.choosing import as_agreed, can_be_chosen, counted_lines
from bids.content import NOTHING_CHOSEN, Choice, JointOffer
from bids.pricing import totals
from tests.bids.offer_strategies import offers_and_choices

thorough = settings(
    deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@thorough
@given(offers_and_choices())
def test_what_was_chosen_stands_fixed_and_every_sum_is_that_of_the_choice(offered: tuple[JointOffer, Choice]) -> None:
    offer, choice = offered
    if offer.delivery is None:
        offer = replace(offer, coordination_fee=None)
    left = as_agreed(offer, choice)

    assert totals(left) == totals(offer, choice)
    assert not any(map(can_be_chosen, left.lines))
    assert [line.code for line in left.lines] == [line.code for line in counted_lines(offer, choice)]
    assert as_agreed(left, NOTHING_CHOSEN) == left
