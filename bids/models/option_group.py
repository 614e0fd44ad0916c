"""A pick-one group of lines."""

from django.db import models

from bids.models.bid import Bid
from kernel.fields import CleanCharField
from kernel.public_id import Published


class OptionGroup(Published):
    """Lines of which exactly one counts."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="option_groups")
    name = CleanCharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bid", "name"], name="one_group_per_name_in_a_bid")]

    def __str__(self) -> str:
        return self.name
