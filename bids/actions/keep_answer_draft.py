"""Keep what somebody is typing on the answer screen."""

from datetime import datetime
from typing import Any

from bids.models import Draft, Invitation
from bids.steps.answers import ANSWER_PLACE
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def keep_answer_draft(*, invitation: Invitation, words: dict[str, Any], by: Actor, now: datetime) -> Draft:
    """What was typed last is there when the screen is opened again; nothing of the offer changes."""
    require(by.kind is ActorKind.PERSON or by.id == invitation.pk)
    draft, _is_new = Draft.objects.update_or_create(
        invitation=invitation, place=ANSWER_PLACE, defaults={"bid": invitation.bid, "words": words, "saved_at": now}
    )
    return draft
