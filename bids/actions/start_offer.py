"""Start a joint offer and ask the firms for their shares."""

from datetime import datetime
from uuid import UUID

from bids.models import Bid
from bids.queries.asked_before import STARTED, KeyUsed, asked_before
from bids.steps.settling import settle
from bids.steps.starting import (
    NewOffer,
    begin,
    checked,
    content_hash,
    firm_acted_for,
    tie_to_meeting,
    with_partners,
)
from kernel import audit
from kernel.action import action
from kernel.actor import Actor


@action
def start_offer(*, new: NewOffer, by: Actor, now: datetime, public_id: UUID | None = None) -> Bid:
    """The offer exists under the next number, led by the actor's firm, and every firm named has been asked once.

    With a `public_id` of the asker's choice, asking twice for the same gives the offer that is there already and asks
    nobody again; for anything else that id is refused (`KeyUsed`).
    """
    content = content_hash(new)
    if public_id is not None and (known := asked_before(public_id)) is not None:
        if known.content != content or known.bid.lead_id != by.firm_id:
            raise KeyUsed
        return known.bid
    lead = firm_acted_for(by)
    said = checked(new, lead=lead, by=by, now=now)
    bid = begin(said, lead=lead, by=by, now=now, public_id=public_id)
    audit.record(
        STARTED,
        on=bid,
        by=by,
        at=now,
        number=bid.number,
        firms=len(said.firms),
        leaves=said.leaves_at,
        client=audit.Personal(said.client_name),
        content=content,
    )
    tie_to_meeting(bid, said, by=by, now=now)
    with_partners(bid, said.firms, by=by, now=now)
    settle(bid, by=by, now=now)
    return bid
