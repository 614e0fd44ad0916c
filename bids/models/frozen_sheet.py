"""A frozen view of an offer, from which documents are drawn."""

from django.db import models

from bids.models.bid import Bid
from kernel.public_id import Published


class FrozenSheet(Published):
    """Canonical bytes of everything one document says; without a bid when drawn straight from a file.

    Rows are never changed.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, null=True, blank=True, related_name="frozen_sheets")
    payload = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    line_count = models.PositiveIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bid", "sha256"], name="a_bid_keeps_a_frozen_sheet_once")]

    def __str__(self) -> str:
        return self.sha256[:12]
