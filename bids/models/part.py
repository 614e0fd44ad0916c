"""One firm's share of an offer."""

import secrets

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.vocabulary import LeavingWhy, PartState, Role
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned
from members.models import Firm


def new_salt() -> bytes:
    """Thirty-two secret bytes, so that no price can be guessed from a hash."""
    return secrets.token_bytes(32)


class Part(Published, Versioned):
    """What one firm does and for how much. `card` is the firm as it presented itself, copied, not followed.

    `asked` is what the lead asks the firm for. `always_ask` is the firm's own wish to be asked about every change.
    `content_hash` and `frame_hash` are those of what its OK would bind now, `told_hash` that of what else the firm can
    see, which `told_seen` holds, so that a letter can say what has changed; `bids.steps.settling` alone rewrites them.

    A firm that does not go on with what was agreed has `gone_on`, since when, `gone_why` and the number of the change
    that says so in `gone_in`. It sells what it has done; its OK cannot be had and is not asked.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="parts")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField()
    key = CleanCharField(max_length=12)
    role = models.CharField(max_length=13, choices=choices_of(Role))
    state = models.CharField(max_length=10, choices=choices_of(PartState), default=PartState.LISTED.value)
    card = models.JSONField()
    asked = CleanTextField(blank=True)
    always_ask = models.BooleanField(default=False)
    salt = models.BinaryField(max_length=32, default=new_salt, editable=False)
    content_hash = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    frame_hash = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    told_hash = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    told_seen = models.BinaryField(null=True, blank=True, editable=False)
    summary = CleanTextField(blank=True)
    included = ArrayField(CleanTextField(), default=list, blank=True)
    excluded = ArrayField(CleanTextField(), default=list, blank=True)
    assumptions = ArrayField(CleanTextField(), default=list, blank=True)
    references = models.JSONField(default=list, blank=True)
    endorsements = models.JSONField(default=list, blank=True)
    gone_on = models.DateField(null=True, blank=True)
    gone_why = models.CharField(max_length=8, choices=choices_of(LeavingWhy), blank=True, db_default="")
    gone_in = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "key"], name="one_key_per_firm_in_a_bid"),
            models.UniqueConstraint(fields=["bid", "firm"], name="one_part_per_firm_and_bid"),
            models.UniqueConstraint(fields=["bid", "position"], name="parts_of_a_bid_stand_in_order"),
            models.UniqueConstraint(fields=["bid"], condition=Q(role=Role.LEAD.value), name="one_lead_part_per_bid"),
            models.CheckConstraint(condition=Q(role__in=is_one_of(Role)), name="a_part_has_a_known_role"),
            models.CheckConstraint(condition=Q(state__in=is_one_of(PartState)), name="a_part_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(gone_on__isnull=True, gone_in__isnull=True, gone_why="")
                | Q(gone_on__isnull=False, gone_in__gte=1, gone_why__in=is_one_of(LeavingWhy))
                & ~Q(role=Role.LEAD.value),
                name="a_partner_that_is_gone_went_some_day_for_some_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} in {self.bid_id}"

    @property
    def is_gone(self) -> bool:
        """Whether the firm does not go on with what was agreed, so that no OK of it can be had."""
        return self.gone_on is not None
