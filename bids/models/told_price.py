"""A price that a partner told on the phone."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from bids.models.choices import choices_of, is_one_of
from bids.models.part import Part
from bids.vocabulary import PriceBasis, ToldPriceState
from kernel.public_id import Published
from members.models import Person


class ToldPrice(Published):
    """What the lead typed for a partner, until the partner picks the right one of the amounts shown.

    `shown` are the three amounts in the order they are shown, the told one among them.
    """

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="told_prices")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    price_basis = models.CharField(max_length=5, choices=choices_of(PriceBasis), default=PriceBasis.NET.value)
    shown = ArrayField(models.DecimalField(max_digits=14, decimal_places=2))
    told_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=choices_of(ToldPriceState), default=ToldPriceState.OPEN.value)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(state=ToldPriceState.OPEN.value), name="one_told_price_waits_per_part"
            ),
            models.CheckConstraint(
                condition=Q(state__in=is_one_of(ToldPriceState)), name="a_told_price_is_in_a_known_state"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="a_told_price_is_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.state} for {self.part_id}"
