"""A titled text of the proposal."""

from django.db import models

from bids.models.bid import Bid
from bids.models.part import Part
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned


class Section(Published, Versioned):
    """Joint prose; with an owner it is that firm's words."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    title = CleanCharField(max_length=500)
    text = CleanTextField()
    owner = models.ForeignKey(Part, on_delete=models.SET_NULL, null=True, blank=True, related_name="sections")
    language = models.CharField(max_length=2, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["bid", "position"], name="sections_of_a_bid_stand_in_order")]

    def __str__(self) -> str:
        return self.title
