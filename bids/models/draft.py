"""Text that somebody is typing and has not saved."""

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.invitation import Invitation
from kernel.public_id import Published
from members.models import Person


class Draft(Published):
    """The writer's own unsaved words for one place, kept so that nothing typed is lost. No lock, no audit, no tick.

    `place` names where they belong ("line:<id>:text"), `seen_version` what was read before typing began. A new joint
    offer that has no rows yet has drafts without a bid.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="drafts")
    place = models.CharField(max_length=120)
    words = models.JSONField()
    seen_version = models.PositiveIntegerField(null=True, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "bid", "place"],
                condition=Q(person__isnull=False),
                nulls_distinct=False,
                name="one_draft_per_person_and_place",
            ),
            models.UniqueConstraint(
                fields=["invitation", "place"],
                condition=Q(invitation__isnull=False),
                name="one_draft_per_invitation_and_place",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, invitation__isnull=True)
                | Q(person__isnull=True, invitation__isnull=False),
                name="a_draft_has_one_writer",
            ),
        ]

    def __str__(self) -> str:
        return self.place
