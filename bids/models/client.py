"""Whom an offer is for."""

from django.db import models

from bids.models.choices import choices_of
from bids.vocabulary import ClientKind
from kernel.fields import CleanCharField
from kernel.public_id import Published, Versioned
from members.models import Firm


class Client(Published, Versioned):
    """An organisation in one lead firm's own client book."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="clients")
    name = CleanCharField(max_length=200)
    kind = models.CharField(max_length=12, choices=choices_of(ClientKind), default=ClientKind.BUSINESS.value)
    business_id = models.CharField(max_length=9, null=True, blank=True)  # noqa: DJ001
    vat_number = models.CharField(max_length=20, null=True, blank=True)  # noqa: DJ001
    municipality = models.CharField(max_length=3, blank=True)
    deducts_vat = models.BooleanField(default=True)
    e_invoice = CleanCharField(max_length=200, null=True, blank=True)  # type: ignore[misc]
    order_reference = CleanCharField(max_length=200, null=True, blank=True)  # type: ignore[misc]

    def __str__(self) -> str:
        return self.name


class ClientContact(Published):
    """A person at the client; `role` "accepts" marks the one who may say yes."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="contacts")
    position = models.PositiveSmallIntegerField()
    name = CleanCharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    phone = CleanCharField(max_length=40, blank=True)
    role = CleanCharField(max_length=100, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["client", "position"], name="contacts_of_a_client_stand_in_order")
        ]

    def __str__(self) -> str:
        return self.name
