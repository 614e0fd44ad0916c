"""A client's private address of an offer."""

from django.db import models
from django.db.models import F, Q

from bids.models.bid import Bid
from bids.models.choices import choices_of
from bids.vocabulary import LinkScope, LinkWay
from kernel.fields import CleanCharField
from kernel.public_id import Published


class ClientLink(Published):
    """One link of one recipient; only a keyed hash of its secret is stored, and it can be revoked at once."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="client_links")
    contact_name = CleanCharField(max_length=200, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    scope = models.CharField(max_length=6, choices=choices_of(LinkScope), default=LinkScope.VIEW.value)
    way = models.CharField(max_length=6, choices=choices_of(LinkWay), default=LinkWay.MAILED.value)
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="a_clients_link_lives"),
            models.CheckConstraint(
                condition=~Q(scope=LinkScope.ACCEPT.value)
                | Q(way=LinkWay.MAILED.value) & (~Q(contact_email="") | Q(revoked_at__isnull=False)),
                name="a_link_that_decides_was_mailed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.public_id}"
