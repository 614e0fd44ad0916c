"""What a row costs the firm itself."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from bids.models.line_item import LineItem
from bids.models.part import Part
from kernel.fields import CleanTextField
from kernel.public_id import Versioned, VersionedQuerySet
from members.models import Firm


class LineCost(Versioned):
    """A firm's own cost (euros without VAT, for the whole row) and notes; nobody else ever sees them.

    Read and written in one module only. The database holds that `firm` is the firm of the row's part.
    """

    line = models.OneToOneField(LineItem, on_delete=models.CASCADE, related_name="+")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="+")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    note = CleanTextField(blank=True)

    objects: ClassVar[VersionedQuerySet["LineCost"]] = VersionedQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cost__isnull=True) | Q(cost__gte=0), name="a_cost_is_not_negative")
        ]

    def __str__(self) -> str:
        return f"cost of {self.line_id}"
