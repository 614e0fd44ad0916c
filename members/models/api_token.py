"""A key for programs that act for a person."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from kernel.fields import CleanCharField
from kernel.public_id import Published
from members.models.firm import Firm
from members.models.person import Person


class ApiToken(Published):
    """A bearer token of one person for one firm; only a keyed hash of it is stored."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="api_tokens")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="api_tokens")
    name = CleanCharField(max_length=100)
    prefix = models.CharField(max_length=12)
    token_hash = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["ApiToken"]]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="a_token_expires_after_it_was_made"
            )
        ]

    def __str__(self) -> str:
        return f"{self.prefix}…"
