"""Keep what somebody is typing."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bids.models import Bid, Draft
from bids.steps.draft_places import writer_of
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import TooLarge

LONGEST = 100_000
"""Characters of one place's words as they are stored."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL takes into no text."""


@action
def save_draft(
    *, bid: Bid | None, place: str, words: Mapping[str, object], seen: int | None, by: Actor, now: datetime
) -> Draft:
    """The writer's words for this place are kept, in the place of those kept before.

    It takes no lock, leaves no trace in the audit trail and touches no OK: nothing of the offer changes by it.
    """
    if len(json.dumps(words)) > LONGEST:
        raise TooLarge
    kept = {"words": _storable(words), "seen_version": seen, "saved_at": now}
    draft, _is_new = Draft.objects.update_or_create(bid=bid, place=place, **writer_of(by), defaults=kept)
    return draft


def _storable(said: Any) -> Any:
    """The words without what no column can hold, in lists and under names too."""
    if isinstance(said, Mapping):
        return {_storable(name): _storable(each) for name, each in said.items()}
    if isinstance(said, list | tuple):
        return [_storable(each) for each in said]
    return _UNSTORABLE.sub("", said) if isinstance(said, str) else said
