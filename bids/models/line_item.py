"""One priced row of a firm's part."""

from django.db import models
from django.db.models import F, Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.option_group import OptionGroup
from bids.models.part import Part
from bids.vocabulary import LinePricing, PriceBasis, Supply, VatCategory
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned


class LineItem(Published, Versioned):
    """What is done, how much of it, at what price. Its code is given once in a bid and never reused."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="lines")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = CleanCharField(max_length=12)
    text = CleanTextField()
    pricing = models.CharField(max_length=9, choices=choices_of(LinePricing), default=LinePricing.FIXED.value)
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    cap_quantity = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    unit = CleanCharField(max_length=40)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    price_basis = models.CharField(max_length=5, choices=choices_of(PriceBasis), default=PriceBasis.NET.value)
    discount_percent = models.DecimalField(max_digits=6, decimal_places=3, default=0)
    vat_category = models.CharField(max_length=2, choices=choices_of(VatCategory))
    vat_rate = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    vat_reason = CleanTextField(blank=True)
    supply = models.CharField(max_length=13, choices=choices_of(Supply), blank=True)
    delivered_from = models.DateField(null=True, blank=True)
    delivered_to = models.DateField(null=True, blank=True)
    optional = models.BooleanField(default=False)
    replaces = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")
    group = models.ForeignKey(OptionGroup, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    default = models.BooleanField(default=False)

    class Meta:
        ordering = ["part", "position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "code"], name="one_line_per_code_in_a_bid"),
            models.UniqueConstraint(fields=["part", "position"], name="lines_of_a_part_stand_in_order"),
            models.UniqueConstraint(
                fields=["group"], condition=Q(default=True), name="one_line_of_a_group_counts_by_itself"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_quantity_is_more_than_nothing"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="a_price_is_not_negative"),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100), name="a_discount_takes_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(cap_quantity__isnull=True) | Q(cap_quantity__gte=F("quantity")),
                name="a_ceiling_is_not_below_the_estimate",
            ),
            models.CheckConstraint(
                condition=Q(vat_category=VatCategory.STANDARD.value, vat_rate__isnull=False)
                | (~Q(vat_category=VatCategory.STANDARD.value) & Q(vat_rate__isnull=True)),
                name="only_taxed_supplies_have_a_rate",
            ),
            models.CheckConstraint(
                condition=Q(vat_category__in=is_one_of(VatCategory)), name="a_vat_category_is_known"
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(optional=False, replaces__isnull=True),
                name="a_line_of_a_group_neither_replaces_nor_is_optional",
            ),
            models.CheckConstraint(
                condition=Q(delivered_from__isnull=True, delivered_to__isnull=True)
                | Q(delivered_from__lte=F("delivered_to")),
                name="a_line_is_delivered_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.code
