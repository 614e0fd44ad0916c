"""Write down a yes or a no that the client gave otherwise than by clicking."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, Decision
from bids.permissions import may_send
from bids.steps.annulling import begun_anew_since
from bids.steps.changing import ChangeUnderWay
from bids.steps.choosing import chosen_in
from bids.steps.deciding import (
    Said,
    hold_version,
    require_binding,
    same_decision,
    write_decision,
)
from bids.steps.reasons import typed_reason
from bids.steps.recording import RecordedFile, written_down
from bids.steps.settling import OfferIsClosed, lock_bid
from bids.vocabulary import BidState, DecisionKind, DecisionState, DecisionWay
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require


@action
def record_decision(  # noqa: PLR0913 - what was decided, how it came, when, and what it is seen from
    *,
    bid: Bid,
    seen: str,
    nonce: UUID,
    kind: DecisionKind,
    way: DecisionWay,
    arrived_at: datetime,
    lines: Sequence[str] = (),
    package: str | None = None,
    reason: str = "",
    tells_reason: bool = False,
    file: RecordedFile | None = None,
    by: Actor,
    now: datetime,
) -> Decision:
    """The version whose hash was seen is accepted or declined as the lead says it was, and is shown as recorded.

    What counts is when it arrived, also where it is written down after the last day. A yes needs the file it is seen
    from, unless it was said on the phone. Every partner hears of it, and so does whom the version names as accepting,
    who can say that it is not so. Why it was a no the partners read where the lead tells it. `ChangeUnderWay` for a yes
    to a change that was begun anew since: what is being written then is not lost without a word.
    """
    bid = lock_bid(bid, even_sending=True)
    require(may_send(by, bid))
    made = same_decision(nonce, kind=kind, seen=seen, link=None)
    if made is not None and made.bid_id == bid.pk and made.standing.state == DecisionState.STANDING.value:
        return made
    if bid.state == BidState.CLOSED.value:
        raise OfferIsClosed
    if arrived_at > now:
        raise Malformed(faults={"arrived_at": _("That moment is still to come.")})
    held = hold_version(bid, seen=seen, at=arrived_at, is_recorded=True)
    if held.standing.sent_at is not None and arrived_at < held.standing.sent_at:
        raise Malformed(faults={"arrived_at": _("That is before the offer was sent.")})
    is_yes = kind is DecisionKind.ACCEPT
    if is_yes:
        if bid.changing and begun_anew_since(held.revision):
            raise ChangeUnderWay
        require_binding(held)
        if file is None and way is not DecisionWay.PHONE:
            raise Malformed(faults={"file": _("Add the message, slip, order or minutes it is seen from.")})
    said = Said(
        kind=kind,
        nonce=nonce,
        how=written_down(bid, way=way, arrived_at=arrived_at, file=file, by=by, now=now),
        chosen=chosen_in(held, lines, package) if is_yes else None,
        reason="" if is_yes else typed_reason(reason),
        tells=tells_reason and not is_yes,
    )
    return write_decision(held, said, by=by, now=now)
