"""Write down that somebody tried to decide with a link that only shows the offer."""

from datetime import datetime, timedelta
from typing import Final

from bids.models import ClientLink
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require
from kernel.tally import count_one

MOST_NOTED: Final = 5
WITHIN: Final = timedelta(hours=1)


@action
def note_refused_decision(*, link: ClientLink, by: Actor, now: datetime) -> None:
    """The try stands in the offer's trail; of many in an hour the first few do."""
    bid = lock_bid(link.bid, even_sending=True)
    require(by.kind is ActorKind.CLIENT_LINK and by.id == link.pk)
    if count_one("refused-decision", str(link.public_id), now=now, window=WITHIN) <= MOST_NOTED:
        audit.record("decision.refused", on=bid, by=by, at=now, link=str(link.public_id))
