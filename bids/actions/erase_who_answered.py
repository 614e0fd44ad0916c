"""Erase who typed which name, and from where, beside an answer of the client."""

from datetime import datetime

from bids.models import Decision, EvidenceIdentity
from bids.permissions import is_system
from bids.steps.papers import draw_anew
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def erase_who_answered(*, decision: Decision, by: Actor, now: datetime) -> Decision:
    """The typed name, the address on the net and the browser's name are gone; the evidence still verifies.

    What bears the name is drawn anew without it. Nothing there any more, nothing happens.
    """
    require(is_system(by))
    bid = lock_bid(decision.bid, even_sending=True)
    erased, _by_model = EvidenceIdentity.objects.filter(evidence__decision=decision).delete()
    if erased:
        audit.record("answer.person_erased", on=bid, by=by, at=now, decision=str(decision.public_id))
        draw_anew(decision, "erased", now=now)
    return decision
