"""Put an offer away."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bids.lifecycle import bid_may_become
from bids.models import Bid, RevisionStanding
from bids.permissions import may_send
from bids.queries.own_work import has_work
from bids.steps.changing import ChangeUnderWay
from bids.steps.leaving import has_heard
from bids.steps.letters import write_letter
from bids.steps.sending import expire, partners_in
from bids.steps.settling import lock_bid
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import BidState, LetterKind, RevisionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require


class StillWithTheClient(Refusal):
    """The client can still say yes."""

    sentence = _("The client can still say yes to this offer. Withdraw it first, then close it.")
    code = "still-with-the-client"


@action
def close_offer(*, bid: Bid, by: Actor, now: datetime) -> Bid:
    """The offer is closed and changes no more, and each firm that is in it or was asked hears of it once.

    Where the client has said yes it is closed as completed: what was agreed stands, and each firm of it is told so.
    Closing twice changes nothing.
    """
    bid = lock_bid(bid, even_closed=True)
    require(may_send(by, bid))
    if not bid_may_become(BidState(bid.state), BidState.CLOSED):
        return bid
    if bid.changing:
        raise ChangeUnderWay
    expire(bid, by=by, now=now)
    if RevisionStanding.objects.filter(bid=bid, state=RevisionState.SENT.value).exists():
        raise StillWithTheClient
    bid.state, bid.changed_at = BidState.CLOSED.value, now
    Bid.objects.filter(pk=bid.pk).update(state=bid.state, changed_at=now)
    audit.record("offer.closed", on=bid, by=by, at=now)
    _tell_partners(bid, now=now)
    return bid


def _tell_partners(bid: Bid, *, now: datetime) -> None:
    sent = RevisionStanding.objects.filter(bid=bid, sent_at__isnull=False)
    was_accepted = sent.filter(state=RevisionState.ACCEPTED.value).exists()
    said: dict[str, Any] = {"was_accepted": 1} if was_accepted else {"was_sent": int(sent.exists())}
    for part in partners_in(bid):
        recipient = recipient_of(part)
        if was_accepted and not has_work(bid, part.firm_id):
            continue
        if recipient is not None and has_heard(part):
            key = str(bid.public_id)
            write_letter(LetterKind.OFFER_CLOSED, recipient, about=part, key=key, now=now, **said)
