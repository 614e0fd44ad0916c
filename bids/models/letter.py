"""A letter to one person: what it is about and how far it has come."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.group import Group
from bids.models.invitation import Invitation
from bids.models.part import Part
from bids.models.revision import Revision
from bids.vocabulary import Language, LetterKind, LetterState
from kernel.fields import CleanCharField
from kernel.public_id import Published


class LetterQuerySet(models.QuerySet["Letter"]):
    """Questions about letters."""

    def latest_first(self) -> Self:
        """The most recently written first."""
        return self.order_by("-written_at", "-pk")


class Letter(Published):
    """One letter to one address. Its words are put together by the worker, from the rows as they are then.

    `facts` holds ids and plain values, never a secret: links and codes are minted while the letter is sent.
    """

    kind = models.CharField(max_length=20, choices=choices_of(LetterKind))
    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="letters")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, blank=True, related_name="letters")
    to_name = CleanCharField(max_length=200, blank=True)
    to_email = models.EmailField(max_length=254)
    language = models.CharField(max_length=2, choices=choices_of(Language))
    facts = models.JSONField(default=dict, blank=True)
    effect_key = models.CharField(max_length=400, unique=True)
    state = models.CharField(max_length=9, choices=choices_of(LetterState), default=LetterState.WAITING.value)
    written_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    subject = CleanCharField(max_length=200, blank=True)
    failure = CleanCharField(max_length=300, blank=True)

    objects: ClassVar[models.Manager["Letter"]] = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=is_one_of(LetterState)), name="a_letter_is_in_a_known_state"),
            models.CheckConstraint(condition=Q(kind__in=is_one_of(LetterKind)), name="a_letter_is_of_a_known_kind"),
            models.CheckConstraint(
                condition=~Q(state=LetterState.SENT.value) | Q(sent_at__isnull=False),
                name="a_sent_letter_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def shown_address(self) -> str:
        """Where it goes, as those it was sent for may see it: nothing when they do not know whom they reach by it.

        So it is with letters to the people of a firm whose Business ID somebody else has typed (`hand_to_owner`), and
        with all to people of a firm at an address nobody was asked at.
        """
        return "" if self.facts.get("handed_over") or self.facts.get("unnamed") else self.to_email

    @property
    def shown_name(self) -> str:
        """The reader's name, shown to nobody to whom the address is not."""
        return self.to_name if self.shown_address else ""

    @property
    def shown_failure(self) -> str:
        """What the mail server said, which may well name the address."""
        return self.failure if self.shown_address else ""

    @property
    def is_handled(self) -> bool:
        """Whether somebody has said that it needs nothing more."""
        return bool(self.facts.get("handled"))
