"""What changes of what was agreed come to, reckoned from the offers themselves."""

from collections.abc import Sequence

from bids.changing import Amounts, amounts_of
from bids.content import JointOffer
from bids.pricing import totals


def change_in_sums(before: JointOffer, after: JointOffer) -> Amounts:
    """By how much every sum is another once the change holds."""
    return amounts_of(totals(after)).minus(amounts_of(totals(before)))


def add_up(original: Amounts, changes: Sequence[Amounts]) -> Amounts:
    """What holds now: what was agreed at first, and every change of it."""
    now = original
    for change in changes:
        now = now.plus(change)
    return now
