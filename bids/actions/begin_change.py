"""Begin to change what was agreed with the client."""

from datetime import date, datetime

from bids.models import Bid
from bids.permissions import may_change_offer
from bids.steps.changing import (
    ChangeUnderWay,
    back_to_what_was_agreed,
    last_day,
    next_change,
    what_holds,
)
from bids.steps.reasons import typed_reason
from bids.steps.settling import OfferIsClosed, lock_bid, settle
from bids.vocabulary import BidState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def begin_change(*, bid: Bid, reason: str = "", until: date | None = None, by: Actor, now: datetime) -> Bid:
    """The rows of an accepted offer say what is agreed now, and can be changed; what is agreed stays until a new yes.

    Nobody is asked for it: the client chose within what every firm had said OK to. `until` is the last day on which the
    client can say yes to the change, two weeks ahead unless named. `NothingAgreed` before a yes, `ChangeUnderWay` when
    one was begun before.
    """
    bid = lock_bid(bid, even_closed=True)
    require(may_change_offer(by, bid))
    held = what_holds(bid)
    if bid.state == BidState.CLOSED.value:
        raise OfferIsClosed
    if bid.changing:
        raise ChangeUnderWay
    bid.changing, bid.change_reason = next_change(bid), typed_reason(reason)
    Bid.objects.filter(pk=bid.pk).update(changing=bid.changing, change_reason=bid.change_reason)
    back_to_what_was_agreed(bid, held, valid_until=last_day(until, now=now), now=now)
    audit.record("change.begun", on=bid, by=by, at=now, number=bid.changing, version=held.revision.number)
    settle(bid, by=by, now=now)
    return Bid.objects.get(pk=bid.pk)
