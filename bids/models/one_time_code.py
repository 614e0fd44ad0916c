"""A short code sent by mail, good once."""

from django.db import models
from django.db.models import F, Q

from kernel.public_id import Published


class OneTimeCode(Published):
    """Six digits, stored hashed, for one thing (`about`, a public id) and one purpose; five tries at most.

    The letter may bring a button beside them, of which only the hash is kept too: it confirms what was told with one
    `form` (the nonce of a held answer), with the three digits of that form, and is good for two wrong tries at most.
    """

    about = models.UUIDField(db_index=True)
    purpose = models.CharField(max_length=80)
    code_hash = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    button_hash = models.BinaryField(max_length=32, null=True, blank=True, unique=True)
    form = models.UUIDField(null=True, blank=True)
    button_attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(attempts__lte=5), name="a_code_is_tried_at_most_five_times"),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(used_at__gte=F("made_at")),
                name="a_code_is_used_after_it_was_made",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_code_lives"),
            models.CheckConstraint(
                condition=Q(button_hash__isnull=True, form__isnull=True)
                | Q(button_hash__isnull=False, form__isnull=False),
                name="a_button_is_of_a_form",
            ),
            models.CheckConstraint(
                condition=Q(button_attempts__lte=2) & Q(button_attempts__lte=F("attempts")),
                name="a_button_is_tried_at_most_twice",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about}"
