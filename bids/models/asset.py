"""A stored file: what it is, not who may see it."""

from django.db import models

from kernel.public_id import Published
from members.models import Firm


class Asset(Published):
    """Bytes in private storage under their own hash, counted once per firm. Rows are never changed.

    None is deleted, but the file of a certificate once another one is drawn in its stead.
    """

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, null=True, blank=True, related_name="assets")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "sha256", "media_type"], name="one_asset_per_firm_and_content"),
            models.UniqueConstraint(
                fields=["sha256", "media_type"],
                condition=models.Q(firm__isnull=True),
                name="one_asset_of_no_firm_per_content",
            ),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="an_asset_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.media_type} {self.sha256[:12]}"
