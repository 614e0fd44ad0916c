"""What a suggestion says: its target, what it would change, and what stood there when it was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.bid_package.layout import LINE, PART
from bids.exports.bid_package.pieces import Piece
from bids.models import LineItem, Part, Suggestion
from bids.promises import Difference
from bids.steps.proposed_lines import part_by_key, read_line, read_line_change
from bids.steps.written_texts import PART_TEXTS, read_part_texts
from kernel.errors import Refusal

NEW_LINE = "new_line"
"""The key under which a suggested new row stands; its target is the part."""
REMOVED = "removed"
"""The key that suggests to take the target row away."""


class SuggestionClosed(Refusal):
    """Somebody has answered the suggestion, or it was taken back."""

    sentence = _("This suggestion has been answered already, or was taken back.")
    code = "suggestion-closed"


class SuggestionOutdated(Refusal):
    """What it would change is not what it was when it was suggested."""

    sentence = _("What this suggestion is about has changed since. Look at it as it is now, and change it yourself.")
    code = "suggestion-outdated"


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """A suggestion read: one of a new row, a row's changes, a row's removal, a part's texts."""

    line: LineItem | None = None
    new_line: Piece | None = None
    line_changes: Piece | None = None
    texts: Piece | None = None
    removes: bool = False


def read_suggested(said: Mapping[str, Any], *, line: LineItem | None) -> Suggested:
    """What is suggested, held to the bounds every change is held to."""
    if line is not None:
        if said.get(REMOVED) is True and len(said) == 1:
            return Suggested(line=line, removes=True)
        return Suggested(line=line, line_changes=read_line_change(said))
    if NEW_LINE in said and len(said) == 1:
        new = said[NEW_LINE]
        return Suggested(new_line=read_line(new if isinstance(new, Mapping) else {}))
    return Suggested(texts=read_part_texts(said))


def standing_now(offer: JointOffer, part: Part, said: Mapping[str, Any], *, line: LineItem | None) -> dict[str, Any]:
    """What stands now where the suggestion would change something, in the words of a package."""
    if line is None and NEW_LINE in said:
        return {}
    if line is not None:
        found = next((each for each in offer.lines if each.code == line.code), None)
        written: dict[str, Any] = {} if found is None else LINE.write(found)
        return written if REMOVED in said else {name: written.get(name) for name in said}
    texts = part_by_key(offer, part.key)
    kinds = {key.name: key.kind for key in PART.keys}
    return {name: kinds[name].write(getattr(texts, name)) for name in said if name in PART_TEXTS}


def is_of_words(suggestion: Suggestion, part: Part) -> bool:
    """Whether a suggestion is about the firm's texts; one about a row that is gone, or is to come, is not."""
    return suggestion.target == part.public_id and NEW_LINE not in suggestion.changes


def line_of(suggestion: Suggestion) -> LineItem | None:
    """The row a suggestion is about; None when it is about the part, or its row is gone."""
    if suggestion.target == suggestion.part.public_id:
        return None
    return LineItem.objects.filter(part=suggestion.part, public_id=suggestion.target).first()


def row_named(suggestion: Suggestion) -> str:
    """The words of the row it is about, as they stand; empty where it is about none."""
    line = line_of(suggestion)
    return line.text if line is not None else ""


def differences_of(row: Suggestion) -> list[Difference]:
    """What it would change, in the form in which changes are put into words."""
    line, said = line_of(row), dict(row.changes)
    if NEW_LINE in said:
        return [Difference(path=("lines", gettext("new")), before=None, after=_line(said[NEW_LINE]))]
    if line is not None and REMOVED in said:
        return [Difference(path=("lines", line.code), before=_line(row.before), after=None)]
    start = ("lines", line.code) if line is not None else ()
    return [Difference(path=(*start, name), before=row.before.get(name), after=value) for name, value in said.items()]


def _line(said: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a row in the form in which a promise holds them."""
    return {"text": "", "quantity": "1", "unit": "", "unit_price": "0", "price_basis": "net", **said}
