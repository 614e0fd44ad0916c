"""What others suggest for a firm's own part, as its answer screen lists it."""

from dataclasses import dataclass
from uuid import UUID

from bids.models import Part, Suggestion
from bids.sheets.difference_sentences import DifferenceInWords, in_words
from bids.steps.suggested import differences_of, row_named
from bids.vocabulary import SuggestionState


@dataclass(frozen=True, kw_only=True)
class AskedSuggestion:
    """One suggestion: who makes it and why, about which row, and what it would change."""

    id: UUID
    who: str
    why: str
    row: str
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
            row=row_named(row),
            changes=in_words(differences_of(row)),
        )
        for row in rows.order_by("made_at", "pk")
    )
