"""Firms that work together again and again."""

from typing import ClassVar, Self

from django.db import models

from bids.models.choices import choices_of
from bids.vocabulary import Invoicing, Liability, PriceVisibility
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted
from kernel.fields import CleanCharField
from kernel.public_id import Published, Versioned, VersionedQuerySet
from members.models import Firm, Person


class GroupQuerySet(VersionedQuerySet["Group"]):
    """Questions about groups."""

    def visible_to(self, actor: Actor | None) -> Self:
        """Groups the actor's firm belongs to; refuses to answer when nobody asks."""
        if actor is None:
            raise NotPermitted("Somebody must be asking.")
        if actor.kind is ActorKind.SYSTEM:
            return self.all()
        return self.filter(members__firm_id=actor.firm_id).distinct() if actor.firm_id else self.none()


class Group(Published, Versioned):
    """A named group and its rules of the game; `version` goes up when the rules change."""

    name = CleanCharField(max_length=200)
    made_by = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    rules_version = models.PositiveIntegerField(default=1)
    invoicing = models.CharField(max_length=4, choices=choices_of(Invoicing), default=Invoicing.EACH.value)
    liability = models.CharField(max_length=7, choices=choices_of(Liability), default=Liability.SEVERAL.value)
    payment_days = models.PositiveSmallIntegerField(default=14)
    valid_days = models.PositiveSmallIntegerField(default=30)
    price_visibility = models.CharField(
        max_length=9, choices=choices_of(PriceVisibility), default=PriceVisibility.ALL.value
    )

    objects: ClassVar[models.Manager["Group"]] = GroupQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class GroupMember(Published):
    """One firm of a group, and how it is reached: the person asked when an offer is started with the group."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="group_memberships")
    name = CleanCharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = CleanCharField(max_length=40, blank=True)
    usual_share = CleanCharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["group", "firm"], name="a_firm_is_in_a_group_once")]

    def __str__(self) -> str:
        return f"{self.firm_id} in {self.group_id}"


class GroupYes(Published):
    """A firm's yes to one version of its group's rules; rows are only ever added."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="yeses")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    rules_version = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "firm", "rules_version"], name="one_yes_per_firm_and_rules")
        ]

    def __str__(self) -> str:
        return f"{self.firm_id} {self.rules_version}"
