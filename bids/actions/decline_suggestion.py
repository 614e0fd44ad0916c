"""Decline a suggestion."""

from datetime import datetime

from bids.models import Suggestion
from bids.permissions import may_answer_suggestion
from bids.steps.editing import as_seen, hold
from bids.steps.suggested import SuggestionClosed, is_of_words
from bids.vocabulary import SuggestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def decline_suggestion(*, suggestion: Suggestion, seen: int, by: Actor, now: datetime) -> Suggestion:
    """The part stays as it is. Asked twice, the second is refused (`SuggestionClosed`)."""
    held = hold(suggestion.bid)
    found = Suggestion.objects.select_related("part__firm", "part__bid__lead").filter(pk=suggestion.pk)
    row = as_seen(found, seen)
    require(may_answer_suggestion(by, row.part, is_of_words=is_of_words(row, row.part)))
    if row.state != SuggestionState.OPEN.value:
        raise SuggestionClosed
    Suggestion.objects.filter(pk=row.pk).update_version(seen=seen, state=SuggestionState.DECLINED.value, closed_at=now)
    audit.record("suggestion.declined", on=held.bid, by=by, at=now, part=str(row.part.public_id))
    row.refresh_from_db()
    return row
