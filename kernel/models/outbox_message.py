"""What must still happen, kept until it has."""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q


class MessageState(StrEnum):
    """How far a promise has come."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    """Questions about promises."""

    def claimable(self, *, now: datetime) -> Self:
        """Promises that are due and that no living worker holds."""
        return self.filter(
            Q(state=MessageState.WAITING, due_at__lte=now) | Q(state=MessageState.RUNNING, lease_until__lt=now)
        )

    def held(self, message_id: uuid.UUID, claim: uuid.UUID) -> Self:
        """The promise, if it is still held under this claim."""
        return self.filter(pk=message_id, claim=claim, state=MessageState.RUNNING)

    def undone(self) -> Self:
        """Promises not kept yet, given up ones included."""
        return self.exclude(state=MessageState.DONE)

    def failed(self) -> Self:
        """Promises that were given up and wait for a person."""
        return self.filter(state=MessageState.FAILED)


class OutboxMessage(models.Model):
    """One promise. The row is the queue; whatever rings a worker is only a doorbell.

    `claim` is the fencing token of the worker that holds the promise, until `lease_until`. `payload` holds ids only.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=80)
    effect_key = models.CharField(max_length=400, unique=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(
        max_length=7,
        choices=[(state.value, state.value) for state in MessageState],
        default=MessageState.WAITING.value,
    )
    attempts = models.PositiveIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField()
    woken_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects: ClassVar[models.Manager["OutboxMessage"]] = OutboxMessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="outbox_waiting_by_due_at"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="outbox_running_by_lease"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in MessageState]), name="a_message_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=Q(state="running", claim__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(claim__isnull=True, lease_until__isnull=True)),
                name="a_message_is_held_exactly_while_it_runs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.state}"
