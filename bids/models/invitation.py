"""A firm asked into an offer."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.part import Part
from bids.vocabulary import Answer, Language, LinkWay
from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published, Versioned, VersionedQuerySet
from members.models import Person


class InvitationQuerySet(VersionedQuerySet["Invitation"]):
    """Questions about invitations."""

    def standing(self) -> Self:
        """Those that were not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def addressed_to(self, person: Person) -> Self:
        """Those sent to an address this person has proven to be theirs."""
        return self.filter(email__iexact=person.email)


class Invitation(Published, Versioned):
    """Who was asked for a part, until when, and what they said. `version` counts the times they were asked.

    `email` may be empty: then the asker has copied a link, or will type a price told on the phone. Nobody becomes a
    member of anything by being asked.
    """

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="invitations")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="invitations")
    name = CleanCharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True)
    phone = CleanCharField(max_length=40, blank=True)
    language = models.CharField(max_length=2, choices=choices_of(Language), default=Language.FI.value)
    asked_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=choices_of(Answer), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    message = CleanTextField(blank=True)
    suggests_name = CleanCharField(max_length=200, blank=True)
    suggests_email = models.EmailField(max_length=254, blank=True)
    suggests_why = CleanTextField(blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    reminders_stopped_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Invitation"]] = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["part"], condition=Q(withdrawn_at__isnull=True), name="one_standing_invitation_per_part"
            ),
            models.CheckConstraint(condition=Q(answer_until__gt=models.F("asked_at")), name="there_is_time_to_answer"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answer_has_its_moment",
            ),
            models.CheckConstraint(condition=Q(answer__in=["", *is_one_of(Answer)]), name="an_answer_is_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class InvitationLink(Published):
    """One private address of an invitation; only a keyed hash of its secret is stored.

    A mailed link proves the mailbox. A copied one opens nothing until a mailed code has bound it (`bound_at`).
    """

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="links")
    way = models.CharField(max_length=6, choices=choices_of(LinkWay))
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    bound_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("made_at")), name="an_invitation_link_lives")
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.public_id}"
