"""A step of the payment plan."""

from django.db import models

from bids.models.bid import Bid
from kernel.fields import CleanCharField


class PlannedInstalment(models.Model):
    """A share of the total with VAT and when it falls due, in words."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="payment_plan")
    position = models.PositiveSmallIntegerField()
    name = CleanCharField(max_length=200)
    percent = models.DecimalField(max_digits=6, decimal_places=3)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "position"], name="instalments_of_a_bid_stand_in_order"),
            models.CheckConstraint(
                condition=models.Q(percent__gte=0, percent__lte=100), name="an_instalment_is_at_most_all"
            ),
        ]

    def __str__(self) -> str:
        return self.name
