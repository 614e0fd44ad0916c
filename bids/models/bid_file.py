"""A picture that belongs to an offer."""

from django.db import models

from bids.models.asset import Asset
from bids.models.bid import Bid
from kernel.fields import CleanCharField


class BidFile(models.Model):
    """The name under which an offer's texts and firms speak of a stored file."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="files")
    position = models.PositiveSmallIntegerField()
    name = CleanCharField(max_length=100)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="used_in")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["bid", "name"], name="one_file_per_name_in_a_bid")]

    def __str__(self) -> str:
        return self.name
