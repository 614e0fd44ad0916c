"""Who may act for which firm."""

from typing import ClassVar, Self

from django.db import models

from kernel.public_id import Published
from members.models.firm import Firm
from members.models.person import Person
from members.vocabulary import MembershipRole


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about memberships."""

    def of(self, person: Person) -> Self:
        """Memberships of one person, the oldest first."""
        return self.filter(person=person).select_related("firm").order_by("pk")


class Membership(Published):
    """One person's place in one firm. Only owners and, when allowed, editors give the firm's OK."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    firm = models.ForeignKey(Firm, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=[(role.value, role.value) for role in MembershipRole])
    may_approve = models.BooleanField(default=False)
    since_at = models.DateTimeField()

    objects: ClassVar[models.Manager["Membership"]] = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["firm", "person"], name="one_membership_per_firm_and_person"),
            models.CheckConstraint(
                condition=~models.Q(role=MembershipRole.PRODUCER.value, may_approve=True),
                name="a_producer_never_approves",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.firm}"
