"""Prove by a mailed code that it is a person who picks a told price."""

from datetime import datetime

from bids.models import Invitation
from bids.steps.one_time_codes import PICKING, is_right_code
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def prove_by_code(*, invitation: Invitation, code: str, by: Actor, now: datetime) -> bool:
    """Whether the code was right, which is then used up. A wrong try is counted."""
    require(by.kind is ActorKind.INVITED and by.id == invitation.pk)
    Invitation.objects.select_for_update().get(pk=invitation.pk)
    return is_right_code(code, code_for=invitation.public_id, purpose=PICKING, now=now)
