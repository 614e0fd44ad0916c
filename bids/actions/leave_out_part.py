"""Leave a firm out of an offer."""

from datetime import datetime

from bids.models import Part
from bids.permissions import may_change_offer
from bids.steps.leaving import part_to_take_out, put_out, tell_it_is_out
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def leave_out_part(*, part: Part, by: Actor, now: datetime, seen: int | None = None) -> Part:
    """The offer goes on without the firm: nothing it would do, and none of its words, is in it any more.

    What it wrote is kept, in case it is asked again. A row that stood in place of one of its rows becomes an option;
    packages lose its rows. The firm hears of it by letter if it had heard of the offer.
    """
    bid = lock_bid(part.bid)
    require(may_change_offer(by, bid))
    part = part_to_take_out(part, then=PartState.LEFT_OUT, seen=seen)
    put_out(part, PartState.LEFT_OUT, now=now)
    audit.record(
        "part.left_out",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        firm=audit.Personal(str(part.card["name"])),
    )
    tell_it_is_out(part, now=now, taken_over=False)
    settle(bid, by=by, now=now)
    return part
