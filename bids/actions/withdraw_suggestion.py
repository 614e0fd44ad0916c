"""Take a suggestion back."""

from datetime import datetime

from bids.models import Suggestion
from bids.permissions import may_suggest_to
from bids.steps.editing import as_seen, hold
from bids.steps.suggested import SuggestionClosed
from bids.vocabulary import SuggestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def withdraw_suggestion(*, suggestion: Suggestion, seen: int, by: Actor, now: datetime) -> Suggestion:
    """Nobody is asked about it any more. Asked twice, the second is refused (`SuggestionClosed`)."""
    held = hold(suggestion.bid)
    found = Suggestion.objects.select_related("part__firm", "part__bid__lead").filter(pk=suggestion.pk)
    row = as_seen(found, seen)
    require(by.firm_id == row.made_by_firm_id and may_suggest_to(by, row.part))
    if row.state != SuggestionState.OPEN.value:
        raise SuggestionClosed
    Suggestion.objects.filter(pk=row.pk).update_version(seen=seen, state=SuggestionState.WITHDRAWN.value, closed_at=now)
    audit.record("suggestion.withdrawn", on=held.bid, by=by, at=now, part=str(row.part.public_id))
    row.refresh_from_db()
    return row
