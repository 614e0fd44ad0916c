"""A firm's OK, bound to exactly what it saw."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from bids.models.choices import choices_of, is_one_of
from bids.models.invitation import Invitation
from bids.models.part import Part
from bids.vocabulary import OkKind, OkMethod
from kernel.public_id import Published
from members.models import Firm, Person


class ApprovalQuerySet(models.QuerySet["Approval"]):
    """Questions about OKs."""

    def unrevoked(self) -> Self:
        """Those nobody has taken back."""
        return self.filter(revocation__isnull=True)


class Approval(Published):
    """One tick; rows are only ever added. `seen` holds the very bytes that were hashed, prefix and salt left out.

    It was given by a person who acts for the firm, or by whoever holds the invitation sent to the firm. Whether it
    still counts is never stored: it is computed (see `bids.queries.oks`).
    """

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="approvals")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="approvals")
    kind = models.CharField(max_length=5, choices=choices_of(OkKind))
    hash = models.BinaryField(max_length=32)
    seen = models.BinaryField()
    method = models.CharField(max_length=12, choices=choices_of(OkMethod))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals")
    invitation = models.ForeignKey(
        Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="approvals"
    )
    carried_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="carried_to")
    given_at = models.DateTimeField()
    good_until = models.DateField(null=True, blank=True)

    objects: ClassVar[models.Manager["Approval"]] = ApprovalQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["part", "kind", "-given_at"], name="oks_of_a_part")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=is_one_of(OkKind)), name="an_ok_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(method__in=is_one_of(OkMethod)), name="an_ok_was_given_in_a_known_way"),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(invitation__isnull=False), name="somebody_gave_the_ok"
            ),
            models.CheckConstraint(
                condition=Q(method=OkMethod.CARRIED_OVER.value, carried_from__isnull=False)
                | (~Q(method=OkMethod.CARRIED_OVER.value) & Q(carried_from__isnull=True)),
                name="a_carried_ok_names_the_one_it_carries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.method}"


class ApprovalRevocation(Published):
    """An OK taken back: by the firm, or because it says it never gave it. Rows are only ever added."""

    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="revocation")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    was_not_me = models.BooleanField(default=False)
    revoked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"revokes {self.approval_id}"
