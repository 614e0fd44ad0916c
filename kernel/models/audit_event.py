"""What happened, so that nobody can make it unhappen."""

from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    """Questions about the audit trail."""

    def about(self, chain: UUID) -> Self:
        """Everything that happened to one thing, from the beginning."""
        return self.filter(chain=chain).order_by("seq")


class AuditEvent(models.Model):
    """One link of the chain of what happened to a thing; a row is never changed and never goes.

    `chain` is the public id of the thing. `hash` covers every other column and the hash before it, so that taking an
    event out, altering it or putting one in between shows. Names and addresses are not here but in AuditIdentity.
    """

    chain = models.UUIDField()
    seq = models.PositiveBigIntegerField()
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    type = models.CharField(max_length=80)
    subject = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    actor_firm = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    objects: ClassVar[models.Manager["AuditEvent"]] = AuditEventQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "seq"], name="one_event_per_place_in_a_chain"),
            models.UniqueConstraint(fields=["chain", "prev_hash"], name="a_chain_does_not_fork"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="a_chain_starts_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq} {self.type}"


class AuditIdentity(models.Model):
    """A name, an address or the like that an event speaks of only by commitment.

    Deleting the row erases the person from the trail; the event keeps SHA-256 of salt and value, and still verifies.
    """

    event = models.ForeignKey(AuditEvent, on_delete=models.PROTECT, related_name="identities")
    name = models.CharField(max_length=40)
    value = models.TextField()
    salt = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "name"], name="one_identity_per_event_and_name")]

    def __str__(self) -> str:
        return f"{self.name} of {self.event_id}"
