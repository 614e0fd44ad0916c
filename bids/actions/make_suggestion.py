"""Suggest a change of another's words or prices."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bids.models import LineItem, Part, Suggestion
from bids.permissions import may_suggest_to
from bids.steps.editing import finish, hold, part_to_write
from bids.steps.letters import write_letter
from bids.steps.suggested import read_suggested, standing_now
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import LetterKind, SuggestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import NotVisible, Refusal, require


class NothingSuggested(Refusal):
    """What is suggested is what stands there already."""

    status = 422
    sentence = _("That is what stands there already.")
    code = "nothing-suggested"


@action
def make_suggestion(
    *,
    part: Part,
    changes: Mapping[str, Any],
    by: Actor,
    now: datetime,
    line: LineItem | None = None,
    why: str = "",
) -> Suggestion:
    """A suggestion waits for the firm whose part it is, and the firm is told; nothing of the offer has changed.

    An earlier one of the same firm about the same thing is taken back: the latest counts.
    """
    held = hold(part.bid)
    part = part_to_write(part)
    require(by.firm_id is not None and may_suggest_to(by, part))
    if line is not None and line.part_id != part.pk:
        raise NotVisible
    read_suggested(changes, line=line)
    before = standing_now(held.before, part, changes, line=line)
    if before == dict(changes):
        raise NothingSuggested
    target = line.public_id if line else part.public_id
    same = Suggestion.objects.filter(part=part, target=target, made_by_firm_id=by.firm_id)
    if line is not None or not _adds(changes):
        same.filter(state=SuggestionState.OPEN.value).update(state=SuggestionState.WITHDRAWN.value, closed_at=now)
    suggestion = Suggestion.objects.create(
        bid=held.bid,
        part=part,
        target=target,
        changes=dict(changes),
        before=before,
        why=why,
        made_by_id=by.id if by.kind is ActorKind.PERSON else None,
        made_by_firm_id=by.firm_id or 0,
        made_at=now,
    )
    audit.record("suggestion.made", on=held.bid, by=by, at=now, part=str(part.public_id), to=part.key)
    recipient = recipient_of(part)
    if recipient is not None and by.firm_id != part.firm_id:
        key = str(suggestion.public_id)
        write_letter(LetterKind.SUGGESTED, recipient, about=part, key=key, now=now, suggestion=key)
    finish(held, by=by, now=now)
    return suggestion


def _adds(changes: Mapping[str, Any]) -> bool:
    return "new_line" in changes
