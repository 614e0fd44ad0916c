"""A named choice that the client can take as one."""

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.line_item import LineItem
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published


class Package(Published):
    """Lines chosen together, on top of what counts anyway."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="packages")
    position = models.PositiveSmallIntegerField()
    identifier = CleanCharField(max_length=40)
    name = CleanCharField(max_length=200)
    text = CleanTextField(blank=True)
    default = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["bid", "identifier"], name="one_package_per_identifier_in_a_bid"),
            models.UniqueConstraint(fields=["bid", "position"], name="packages_of_a_bid_stand_in_order"),
            models.UniqueConstraint(fields=["bid"], condition=Q(default=True), name="one_package_is_preselected"),
        ]

    def __str__(self) -> str:
        return self.name


class PackageLine(models.Model):
    """One line of a package, in the package's own order."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="package_lines")
    line = models.ForeignKey(LineItem, on_delete=models.PROTECT, related_name="in_packages")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["package", "line"], name="a_package_names_a_line_once")]

    def __str__(self) -> str:
        return f"{self.package_id}:{self.position}"
