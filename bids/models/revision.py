"""A numbered version of an offer, as the client gets it."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.part import Part
from bids.vocabulary import RevisionState, SentHow
from kernel.fields import CleanTextField
from kernel.public_id import Published
from members.models import Firm, Person


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Questions about versions."""

    def in_state(self, *states: RevisionState) -> Self:
        """Versions that stand so now."""
        return self.filter(standing__state__in=[state.value for state in states])

    def latest_first(self) -> Self:
        """The highest number first."""
        return self.order_by("-number")


class Revision(Published):
    """Everything the client may see, frozen: `payload` are canonical bytes behind their domain prefix.

    Rows are only ever added; what becomes of a version stands beside it in `RevisionStanding`. `content_hash` is the
    SHA-256 of `payload`. A version that does not bind needs no firm's OK but the lead's. `change` is 0 for an offer,
    and else the number of the change of what was agreed that the version proposes.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    change = models.PositiveSmallIntegerField(default=0, db_default=0)
    payload = models.BinaryField()
    content_hash = models.BinaryField(max_length=32)
    prev_hash = models.BinaryField(max_length=32)
    binding = models.BooleanField(default=True)
    expires_at = models.DateTimeField()
    expires_zone = models.CharField(max_length=40)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects: ClassVar[models.Manager["Revision"]] = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["bid", "number"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "number"], name="one_version_per_number_in_a_bid"),
            models.UniqueConstraint(fields=["bid", "content_hash"], name="one_version_per_content_in_a_bid"),
            models.CheckConstraint(condition=Q(number__gte=1), name="versions_count_from_one"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("frozen_at")), name="a_version_is_valid_for_a_while"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.bid_id}"


class RevisionPart(models.Model):
    """The OKs a version stands on: one row for every firm in it, with the hashes its ticks must have."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="revision_parts")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="revision_parts")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    part_hash = models.BinaryField(max_length=32)
    frame_hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revision", "part"], name="a_version_names_a_part_once")]

    def __str__(self) -> str:
        return f"{self.part_id} in {self.revision_id}"


class RevisionStanding(models.Model):
    """What has become of a version: frozen, sent, superseded and so on. `bid` repeats the version's own."""

    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="standing")
    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=choices_of(RevisionState), default=RevisionState.FROZEN.value)
    changed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_how = models.CharField(max_length=8, choices=choices_of(SentHow), blank=True)
    expires_at = models.DateTimeField()
    reason = CleanTextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=is_one_of(RevisionState)), name="a_version_is_in_a_known_state"
            ),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(state=RevisionState.FROZEN.value), name="one_version_is_being_sent"
            ),
            models.UniqueConstraint(
                fields=["bid"], condition=Q(state=RevisionState.SENT.value), name="one_version_is_with_the_client"
            ),
        ]

    def __str__(self) -> str:
        return self.state
