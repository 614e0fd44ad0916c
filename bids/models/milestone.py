"""A dated step of the common schedule."""

from django.db import models
from django.db.models import F, Q

from bids.models.bid import Bid
from bids.models.part import Part
from kernel.fields import CleanCharField
from kernel.public_id import Published, Versioned


class Milestone(Published, Versioned):
    """What is ready when, by whom; no owner means the client."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    identifier = CleanCharField(max_length=40)
    name = CleanCharField(max_length=500)
    starts_on = models.DateField()
    ends_on = models.DateField()
    owner = models.ForeignKey(Part, on_delete=models.CASCADE, null=True, blank=True, related_name="milestones")
    hands_over_to = models.ForeignKey(
        Part, on_delete=models.SET_NULL, null=True, blank=True, related_name="received_milestones"
    )
    hands_over_to_client = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "identifier"], name="one_milestone_per_identifier_in_a_bid"),
            models.UniqueConstraint(fields=["bid", "position"], name="milestones_of_a_bid_stand_in_order"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="a_milestone_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(hands_over_to__isnull=True) | Q(hands_over_to_client=False),
                name="a_milestone_is_handed_to_one_hand",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MilestoneNeed(models.Model):
    """One step waits for another."""

    milestone = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="milestone_needs")
    needs = models.ForeignKey(Milestone, on_delete=models.CASCADE, related_name="needed_by")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["milestone", "needs"], name="a_milestone_waits_for_another_once"),
            models.CheckConstraint(condition=~Q(milestone=F("needs")), name="a_milestone_does_not_wait_for_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} needs {self.needs_id}"
