"""Take a request back: the firm is no longer asked."""

from datetime import datetime

from bids.models import Bid, Invitation, Part
from bids.permissions import may_ask_firms
from bids.steps.asking import recipient_of, withdraw
from bids.steps.letters import write_letter
from bids.steps.requests import locked_request
from bids.steps.settling import settle
from bids.vocabulary import LetterKind, LetterState, PartState
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
    was_written_to = standing.letters.filter(
        state__in=[LetterState.SENDING.value, LetterState.SENT.value, LetterState.HELD.value]
    ).exists()
    withdraw(standing, now=now)
    part = standing.part
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.LEFT_OUT.value)
    Bid.objects.filter(pk=bid.pk).update(changed_at=now)
    audit.record(
        "firm.request_taken_back",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        invitation=str(standing.public_id),
    )
    if was_written_to:
        part.refresh_from_db()
        write_letter(
            LetterKind.LEFT_OUT, recipient_of(standing), about=part, key=f"{part.public_id}:{part.version}", now=now
        )
    settle(bid, by=by, now=now)
    return standing
