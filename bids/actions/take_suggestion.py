"""Take a suggestion: it becomes the firm's own change."""

from datetime import datetime

from bids.models import Part, Suggestion
from bids.permissions import may_answer_suggestion
from bids.steps.editing import Held, as_seen, finish, hold, part_to_write
from bids.steps.part_changes import add_row, change_row, remove_row, write_texts
from bids.steps.suggested import (
    Suggested,
    SuggestionClosed,
    SuggestionOutdated,
    is_of_words,
    line_of,
    read_suggested,
    standing_now,
)
from bids.vocabulary import SuggestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def take_suggestion(*, suggestion: Suggestion, seen: int, by: Actor, now: datetime) -> Suggestion:
    """The part says what was suggested. Asked twice, the second is refused (`SuggestionClosed`)."""
    held = hold(suggestion.bid)
    row = as_seen(Suggestion.objects.select_related("part").filter(pk=suggestion.pk), seen)
    part = part_to_write(row.part)
    if row.state != SuggestionState.OPEN.value:
        raise SuggestionClosed
    line = line_of(row)
    if line is None and row.target != part.public_id:
        raise SuggestionOutdated
    suggested = read_suggested(row.changes, line=line)
    require(may_answer_suggestion(by, part, is_of_words=is_of_words(row, part)))
    if standing_now(held.before, part, row.changes, line=line) != row.before:
        raise SuggestionOutdated
    _apply(held, part, suggested, by=by)
    Suggestion.objects.filter(pk=row.pk).update_version(seen=seen, state=SuggestionState.TAKEN.value, closed_at=now)
    audit.record("suggestion.taken", on=held.bid, by=by, at=now, part=str(part.public_id))
    finish(held, by=by, now=now)
    row.refresh_from_db()
    return row


def _apply(held: Held, part: Part, suggested: Suggested, *, by: Actor) -> None:
    if suggested.new_line is not None:
        add_row(held, part, suggested.new_line, by=by)
    elif suggested.texts is not None:
        write_texts(held, part, suggested.texts, by=by)
    elif suggested.line is not None and suggested.removes:
        remove_row(held, part, suggested.line, by=by)
    elif suggested.line is not None and suggested.line_changes is not None:
        change_row(held, part, suggested.line, suggested.line_changes, by=by)
