"""Take a request back: the firm is no longer asked."""

from datetime import datetime

from bids.models import Bid, Invitation
from bids.permissions import may_ask_firms
from bids.steps.asking import withdraw
from bids.steps.leaving import part_to_take_out, put_out, tell_it_is_out
from bids.steps.requests import locked_request
from bids.steps.settling import settle
from bids.vocabulary import PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def take_back_request(*, invitation: Invitation, by: Actor, now: datetime, seen: int | None = None) -> Invitation:
    """The request stands no more, its links open nothing, and the firm is out of the offer with what it wrote kept.

    Whoever was written to is told; one whose letter had not left hears nothing. Asking twice is refused.
    """
    bid, standing = locked_request(invitation, seen=seen)
    require(may_ask_firms(by, bid))
    part = part_to_take_out(standing.part, then=PartState.LEFT_OUT, seen=None)
    put_out(part, PartState.LEFT_OUT, now=now)
    tell_it_is_out(part, now=now, taken_over=False)
    standing.refresh_from_db()
    withdraw(standing, now=now)
    Bid.objects.filter(pk=bid.pk).update(changed_at=now)
    audit.record(
        "firm.request_taken_back",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        invitation=str(standing.public_id),
    )
    settle(bid, by=by, now=now)
    return standing
