"""A firm asks the lead to call."""

from datetime import datetime

from bids.models import Invitation, Part
from bids.permissions import may_answer
from bids.steps.answering import mark_answered, tell_lead
from bids.steps.answers import invitation_to_answer, part_to_answer
from bids.steps.oks import refuse_if_sent_with, revoke_oks
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import Answer, PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def ask_to_call(*, part: Part, phone: str, when: str, by: Actor, now: datetime, held: Invitation | None = None) -> Part:
    """The lead is asked to call this number; an OK given before waits for the talk and is taken back.

    A price the lead has typed still waits to be confirmed. Asking twice says what was asked last. An OK that the
    version with the client stands on is not taken back like that (`SentWithIt`): then the firm calls the lead.
    """
    bid = lock_bid(part.bid)
    part = part_to_answer(part, bid=bid)
    require(may_answer(by, part))
    invitation = invitation_to_answer(by, part, held)
    if part.state == PartState.IN.value:
        refuse_if_sent_with(part, now=now)
    revoke_oks(part, by=by, now=now)
    if part.state != PartState.CALL_ME.value:
        Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.CALL_ME.value)
        part.refresh_from_db()
    if invitation is not None:
        mark_answered(invitation, Answer.CALL_ME, now=now, message=when, phone=phone)
    audit.record(
        "part.call_asked",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        firm=audit.Personal(str(part.card["name"])),
        phone=audit.Personal(phone),
    )
    settle(bid, by=by, now=now)
    tell_lead(part, invitation, now=now)
    return part
