"""What a client asks about an offer that was sent, and what is answered."""

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.client_link import ClientLink
from bids.models.part import Part
from bids.models.revision import Revision
from bids.vocabulary import PlaceKind, QuestionState
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned
from members.models import Firm, Person


class Question(Published, Versioned):
    """One question about one place of a version; `key` names the place as that version does.

    `to_part` is the share of the firm that knows the answer. That firm drafts it; the lead releases it, and only then
    does the client read it. What was asked never changes, and once released neither does the answer.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="questions")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="questions")
    link = models.ForeignKey(ClientLink, on_delete=models.PROTECT, related_name="questions")
    to_part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="questions")
    place = models.CharField(max_length=7, choices=choices_of(PlaceKind), default=PlaceKind.WHOLE.value)
    key = CleanCharField(max_length=12, blank=True)
    text = CleanTextField()
    asked_at = models.DateTimeField()
    draft = CleanTextField(blank=True)
    drafted_at = models.DateTimeField(null=True, blank=True)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    drafted_by_firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = CleanTextField(blank=True)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=choices_of(QuestionState), default=QuestionState.OPEN.value)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=is_one_of(QuestionState)), name="a_question_is_in_a_state"),
            models.CheckConstraint(condition=Q(place__in=is_one_of(PlaceKind)), name="a_question_is_about_a_place"),
            models.CheckConstraint(condition=~Q(text=""), name="a_question_asks_something"),
            models.CheckConstraint(
                condition=Q(place=PlaceKind.WHOLE.value, key="") | (~Q(place=PlaceKind.WHOLE.value) & ~Q(key="")),
                name="a_question_names_its_place",
            ),
            models.CheckConstraint(
                condition=Q(draft="", drafted_at__isnull=True, drafted_by_firm__isnull=True)
                | (~Q(draft="") & Q(drafted_at__isnull=False, drafted_by_firm__isnull=False)),
                name="a_drafted_answer_is_some_firms",
            ),
            models.CheckConstraint(
                condition=~Q(state=QuestionState.DRAFTED.value) | ~Q(draft=""), name="a_draft_says_something"
            ),
            models.CheckConstraint(
                condition=(Q(state=QuestionState.RELEASED.value) & ~Q(answer="") & Q(released_at__isnull=False))
                | (~Q(state=QuestionState.RELEASED.value) & Q(answer="", released_at__isnull=True)),
                name="a_question_is_answered_once_released",
            ),
            models.CheckConstraint(
                condition=Q(state=QuestionState.DROPPED.value, dropped_at__isnull=False)
                | (~Q(state=QuestionState.DROPPED.value) & Q(dropped_at__isnull=True)),
                name="a_dropped_question_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} about {self.place} {self.key}".rstrip()
