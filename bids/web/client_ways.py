"""Where a client's page leads on to: a yes, a no, a question, or what was answered already."""

from dataclasses import dataclass
from datetime import datetime

from bids.exports.deciding import can_decide, may_accept_from
from bids.exports.frozen_version import FrozenVersion
from bids.models import ClientLink
from bids.permissions import may_ask_as_client
from bids.queries.versions import Version
from bids.steps.client_asks import client_actor
from bids.vocabulary import BidState, LinkWay, RevisionState


@dataclass(frozen=True, kw_only=True)
class WaysOn:
    """What whoever holds a link can do with the version it shows, besides reading it."""

    accept: bool = False
    decline: bool = False
    anew: bool = False
    answer: bool = False
    ask: bool = False


def ways_on(link: ClientLink, version: Version, read: FrozenVersion, now: datetime) -> WaysOn:
    """The ways on from the offer; each page they lead to looks at all of it once more."""
    decides = can_decide(link, read.offer, now=now)
    is_open = version.state == RevisionState.SENT
    is_theirs = link.way == LinkWay.MAILED.value and may_accept_from(read.offer, link.contact_email)
    return WaysOn(
        accept=decides and is_open and version.revision.binding,
        decline=decides and is_open,
        anew=decides and version.state == RevisionState.EXPIRED and version.revision.binding,
        answer=is_theirs and version.state in {RevisionState.ACCEPTED, RevisionState.DECLINED},
        ask=may_ask_as_client(client_actor(link), link)
        and version.state != RevisionState.WITHDRAWN
        and link.bid.state != BidState.CLOSED.value,
    )
