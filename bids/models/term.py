"""A titled condition of an offer."""

from django.db import models

from bids.models.bid import Bid
from kernel.fields import CleanCharField, CleanTextField


class Term(models.Model):
    """One condition under its title."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="terms")
    position = models.PositiveSmallIntegerField()
    title = CleanCharField(max_length=500)
    text = CleanTextField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["bid", "position"], name="terms_of_a_bid_stand_in_order")]

    def __str__(self) -> str:
        return self.title
