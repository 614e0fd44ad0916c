"""A firm says that it has no time."""

from dataclasses import dataclass
from datetime import datetime

from bids.models import Invitation, Part
from bids.permissions import may_answer
from bids.steps.answering import close_told_prices, mark_answered, tell_lead
from bids.steps.answers import invitation_to_answer, part_to_answer
from bids.steps.oks import refuse_if_sent_with, revoke_oks
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import Answer, PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@dataclass(frozen=True, kw_only=True)
class No:
    """Why not, and whom to ask instead, as far as that was said."""

    why: str = ""
    ask_name: str = ""
    ask_email: str = ""
    ask_why: str = ""


@action
def decline_request(*, part: Part, no: No, by: Actor, now: datetime, held: Invitation | None = None) -> Part:
    """The firm is not in the offer, and an OK it gave before is taken back; what it wrote stays for another time.

    The lead hears why, and whom to ask instead. Saying no twice says what was said last. An OK that the version with
    the client stands on is not taken back like that (`SentWithIt`).
    """
    bid = lock_bid(part.bid)
    part = part_to_answer(part, bid=bid)
    require(may_answer(by, part))
    invitation = invitation_to_answer(by, part, held)
    if part.state == PartState.IN.value:
        refuse_if_sent_with(part, now=now)
    revoke_oks(part, by=by, now=now)
    if part.state != PartState.NO.value:
        Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.NO.value)
        part.refresh_from_db()
    close_told_prices(part, now=now)
    if invitation is not None:
        words = {
            "message": no.why,
            "suggests_name": no.ask_name,
            "suggests_email": no.ask_email,
            "suggests_why": no.ask_why,
        }
        mark_answered(invitation, Answer.NO, now=now, **words)
    audit.record(
        "part.declined",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        firm=audit.Personal(str(part.card["name"])),
        suggests=audit.Personal(no.ask_name),
    )
    settle(bid, by=by, now=now)
    tell_lead(part, invitation, now=now)
    return part
