"""A change to another firm's words or prices that waits for that firm."""

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.part import Part
from bids.vocabulary import SuggestionState
from kernel.fields import CleanTextField
from kernel.public_id import Published, Versioned
from members.models import Firm, Person


class Suggestion(Published, Versioned):
    """What somebody proposes for a part that is not theirs.

    `target` is the public id of the row or the part it is about, `changes` the proposed values by field, `before`
    those that stood there then. Taken, it becomes the firm's own change; until then it changes nothing.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="suggestions")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="suggestions")
    target = models.UUIDField()
    changes = models.JSONField()
    before = models.JSONField(default=dict)
    why = CleanTextField(blank=True)
    made_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    made_by_firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=choices_of(SuggestionState), default=SuggestionState.OPEN.value)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=is_one_of(SuggestionState)), name="a_suggestion_is_in_a_known_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.part_id}"
