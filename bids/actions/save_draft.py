"""Keep what somebody is typing."""

import json
from collections.abc import Mapping
from datetime import datetime

from bids.models import Bid, Draft
from bids.steps.draft_places import writer_of
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import TooLarge

LONGEST = 100_000
"""Characters of one place's words as they are stored."""


@action
def save_draft(
    *, bid: Bid | None, place: str, words: Mapping[str, object], seen: int | None, by: Actor, now: datetime
) -> Draft:
    """The writer's words for this place are kept, in the place of those kept before.

    It takes no lock, leaves no trace in the audit trail and touches no OK: nothing of the offer changes by it.
    """
    if len(json.dumps(words)) > LONGEST:
        raise TooLarge
    kept = {"words": dict(words), "seen_version": seen, "saved_at": now}
    draft, _is_new = Draft.objects.update_or_create(bid=bid, place=place, **writer_of(by), defaults=kept)
    return draft
