"""Let go of what clients told on a first page and never confirmed."""

from datetime import datetime

from bids.permissions import is_system
from bids.steps.held_answers import let_go_of_what_is_over
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def forget_held_answers(*, by: Actor, now: datetime) -> int:
    """What was held for the button of a letter, and the name in it, is gone once its time is over; how many those were.

    Nothing can come of it any more, so nothing of it is written down.
    """
    require(is_system(by))
    return let_go_of_what_is_over(now=now)
