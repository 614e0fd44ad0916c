"""A note from meeting a client."""

from typing import ClassVar, Self

from django.db import models

from bids.models.asset import Asset
from bids.models.bid import Bid
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned, VersionedQuerySet
from members.models import Firm, Person


class MeetingQuerySet(VersionedQuerySet["Meeting"]):
    """Questions about meetings."""

    def visible_to(self, actor: Actor | None) -> Self:
        """Notes of the actor's own firm; refuses to answer when nobody asks."""
        if actor is None:
            raise NotPermitted("Somebody must be asking.")
        if actor.kind is ActorKind.SYSTEM:
            return self.all()
        return self.filter(firm_id=actor.firm_id) if actor.firm_id else self.none()


class Meeting(Published, Versioned):
    """Whom one met, what they want, perhaps a photo, and what comes next. It may become a joint offer."""

    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="meetings")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    met_on = models.DateField()
    client_name = CleanCharField(max_length=200)
    contact_name = CleanCharField(max_length=200, blank=True)
    contact_email = models.EmailField(max_length=254, blank=True)
    contact_phone = CleanCharField(max_length=40, blank=True)
    wants = CleanTextField()
    next_step = CleanCharField(max_length=500, blank=True)
    next_on = models.DateField(null=True, blank=True)
    photo = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    bid = models.OneToOneField(Bid, on_delete=models.SET_NULL, null=True, blank=True, related_name="meeting")
    noted_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Meeting"]] = MeetingQuerySet.as_manager()

    def __str__(self) -> str:
        return self.client_name
