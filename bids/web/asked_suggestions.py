"""What others suggest for a firm's own part, as its answer screen lists it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bids.models import Part, Suggestion
from bids.promises import Difference
from bids.sheets.difference_sentences import DifferenceInWords, in_words
from bids.steps.suggested import NEW_LINE, REMOVED, line_of
from bids.vocabulary import SuggestionState


@dataclass(frozen=True, kw_only=True)
class AskedSuggestion:
    """One suggestion: who makes it and why, what it would change, and whether it can still be taken."""

    id: UUID
    who: str
    why: str
    changes: tuple[DifferenceInWords, ...]

    @property
    def field(self) -> str:
        """The name of its choice in the form."""
        return f"suggestion-{self.id}"


def suggestions_for(part: Part) -> tuple[AskedSuggestion, ...]:
    """Those that wait for this firm, the oldest first."""
    rows = Suggestion.objects.filter(part=part, state=SuggestionState.OPEN.value).select_related(
        "part", "made_by", "made_by_firm"
    )
    return tuple(
        AskedSuggestion(
            id=row.public_id,
            who=str(row.made_by or row.made_by_firm),
            why=row.why,
            changes=in_words(_differences(row)),
        )
        for row in rows.order_by("made_at", "pk")
    )


def _differences(row: Suggestion) -> list[Difference]:
    line, said = line_of(row), dict(row.changes)
    if NEW_LINE in said:
        return [Difference(path=("lines", _("new")), before=None, after=_line(said[NEW_LINE]))]
    if line is not None and REMOVED in said:
        return [Difference(path=("lines", line.code), before=_line(row.before), after=None)]
    start = ("lines", line.code) if line is not None else ()
    return [Difference(path=(*start, name), before=row.before.get(name), after=value) for name, value in said.items()]


def _line(said: Mapping[str, Any]) -> dict[str, Any]:
    """The words of a row in the form in which a promise holds them."""
    return {"text": "", "quantity": "1", "unit": "", "unit_price": "0", "price_basis": "net", **said}
