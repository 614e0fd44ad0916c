"""A rendered file of an offer."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from bids.models.asset import Asset
from bids.models.bid import Bid
from bids.models.choices import choices_of, is_one_of
from bids.models.frozen_sheet import FrozenSheet
from bids.models.revision import Revision
from bids.vocabulary import DocumentKind, DocumentState, Language, PriceVisibility, Profile, Theme
from kernel.actor import Actor, ActorKind
from kernel.public_id import Published
from members.models import Person


class DocumentQuerySet(models.QuerySet["Document"]):
    """Questions about documents."""

    def visible_to(self, actor: Actor | None) -> Self:
        """Documents of offers the actor's firm leads; where prices are open to all its firms, those that were sent too.

        Which of its people may see one, `bids.permissions` says.
        """
        if actor is not None and actor.kind is ActorKind.SYSTEM:
            return self.all()
        led = Q(bid__lead_id=actor.firm_id if actor else None)
        sent = Q(revision__standing__sent_at__isnull=False, bid__price_visibility=PriceVisibility.ALL.value)
        return self.filter(led | sent, bid__in=Bid.objects.visible_to(actor))

    def done(self) -> Self:
        """Documents whose file is there."""
        return self.filter(state=DocumentState.DONE.value)

    def under_way(self) -> Self:
        """Documents somebody is waiting for."""
        return self.filter(state__in=[DocumentState.QUEUED.value, DocumentState.RENDERING.value])

    def latest_first(self) -> Self:
        """The most recently asked for first."""
        return self.order_by("-requested_at", "-pk")


class Document(Published):
    """One file in one language, drawn from one frozen sheet; its bytes never change once done."""

    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, null=True, blank=True, related_name="documents")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    sheet = models.ForeignKey(FrozenSheet, on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField(max_length=10, choices=choices_of(DocumentKind))
    language = models.CharField(max_length=2, choices=choices_of(Language))
    theme = models.CharField(max_length=10, choices=choices_of(Theme))
    profile = models.CharField(max_length=7, choices=choices_of(Profile))
    chosen = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=choices_of(DocumentState), default=DocumentState.QUEUED.value)
    progress_step = models.CharField(max_length=40, blank=True)
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.TextField(blank=True)
    cache_key = models.CharField(max_length=64, blank=True, db_index=True)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="documents")
    pages = models.PositiveIntegerField(null=True, blank=True)
    requested_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["Document"]] = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DocumentState.DONE.value, asset__isnull=False, finished_at__isnull=False)
                | (~Q(state=DocumentState.DONE.value) & Q(asset__isnull=True)),
                name="a_document_is_done_when_its_file_is_there",
            ),
            models.CheckConstraint(
                condition=Q(state__in=is_one_of(DocumentState)), name="a_document_is_in_a_known_state"
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.FAILED.value) | ~Q(failure_code=""),
                name="a_failed_document_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.language} {self.state}"
