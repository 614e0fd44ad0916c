"""Ask one more firm into an offer."""

from datetime import datetime

from bids.models import Bid, Invitation, Part
from bids.permissions import may_ask_firms
from bids.steps.asking import Asked, answer_until, ask, faults_in
from bids.steps.request_quota import count_requests
from bids.steps.settling import lock_bid, settle
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require


@action
def ask_firm(*, bid: Bid, asked: Asked, by: Actor, now: datetime, until: datetime | None = None) -> Invitation:
    """The firm has a share in the offer and one letter; a firm that said no or was left out is asked anew.

    Asking twice is refused: the firm is here already.
    """
    bid = lock_bid(bid)
    require(may_ask_firms(by, bid))
    said = asked.cleaned()
    faults = faults_in([said], lead=bid.lead, by=by, standing=Part.objects.filter(bid=bid))
    if faults:
        raise Malformed(faults={path.removeprefix("firms[0]."): sentence for path, sentence in faults.items()})
    deadline = answer_until(bid, now=now, wanted=until)
    count_requests([said.email], lead=bid.lead, by=by, now=now)
    invitation = ask(bid, said, by=by, now=now, until=deadline)
    settle(bid, by=by, now=now)
    return invitation
