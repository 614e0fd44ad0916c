"""Somebody says that an answer in their name was not theirs."""

from datetime import datetime

from bids.models import Invitation, Part
from bids.permissions import may_answer
from bids.steps.answering import close_told_prices, tell_lead
from bids.steps.answers import invitation_to_answer, part_to_answer
from bids.steps.asking import recipient_of, revoke_links
from bids.steps.letters import write_letter
from bids.steps.oks import revoke_oks
from bids.steps.settling import OfferIsClosed, lock_bid, settle
from bids.vocabulary import BidState, LetterKind, PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def deny_answer(
    *, part: Part, by: Actor, now: datetime, held: Invitation | None = None, was_theirs: bool = False
) -> Part:
    """The answer counts no more and the firm is asked again; every link there was opens nothing, a new one is mailed.

    What was typed stays in the part until somebody answers. Saying it twice changes nothing more. It can be said while
    the offer is being sent, which then comes to nothing. Of an answer that was theirs, only not like that, the lead
    does not read that somebody else gave it.
    """
    bid = lock_bid(part.bid, even_sending=True)
    if bid.state == BidState.CLOSED:
        raise OfferIsClosed
    part = part_to_answer(part, bid=bid)
    require(may_answer(by, part))
    invitation = invitation_to_answer(by, part, held)
    revoked = revoke_oks(part, by=by, now=now, was_not_me=True)
    if not revoked and part.state == PartState.ASKED.value:
        return part
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.ASKED.value)
    part.refresh_from_db()
    close_told_prices(part, now=now)
    if invitation is not None:
        revoke_links(invitation, now=now)
        Invitation.objects.filter(pk=invitation.pk).update(answer="", answered_at=None, message="")
        invitation.refresh_from_db()
        key = f"{invitation.public_id}:denied:{now.isoformat()}"
        write_letter(LetterKind.LINK_RENEWED, recipient_of(invitation), about=invitation, key=key, now=now)
    audit.record("part.denied", on=bid, by=by, at=now, part=str(part.public_id))
    settle(bid, by=by, now=now)
    tell_lead(part, invitation, now=now, **({"taken_back": 1} if was_theirs else {"was_not_me": 1}))
    return part
