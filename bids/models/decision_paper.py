"""What is drawn of a client's yes: its certificate, and each firm's own copy of what was agreed."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from bids.models.asset import Asset
from bids.models.choices import choices_of, is_one_of
from bids.models.decision import Decision
from bids.models.part import Part
from bids.vocabulary import DocumentState, Language, PaperKind, PriceVisibility
from kernel.public_id import Published

_DONE = DocumentState.DONE.value
_COPY = PaperKind.OWN_COPY.value


class DecisionPaperQuerySet(models.QuerySet["DecisionPaper"]):
    """Questions about what is drawn of a yes."""

    def done(self) -> Self:
        """Those whose file is there."""
        return self.filter(state=_DONE)

    def certificates(self) -> Self:
        """Those that say who said yes to what, and how."""
        return self.filter(kind=PaperKind.CERTIFICATE.value)


class DecisionPaper(Published):
    """One file drawn of one yes; once done its bytes never change, but for a certificate that is true no longer.

    That is one with a name that was erased from the evidence since, or silent about an objection or an annulment.
    A certificate is one to a decision, an own copy one to a decision and a part. `data` is the same copy for programs.
    `reach` is whose prices a copy was drawn with; `bears_name` whether the typed name stands on the certificate.
    """

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=11, choices=choices_of(PaperKind))
    part = models.ForeignKey(Part, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    language = models.CharField(max_length=2, choices=choices_of(Language))
    state = models.CharField(max_length=9, choices=choices_of(DocumentState), default=DocumentState.QUEUED.value)
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    data = models.ForeignKey(Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reach = models.CharField(max_length=13, choices=choices_of(PriceVisibility), blank=True)
    bears_name = models.BooleanField(default=False)
    tells_objection = models.BooleanField(default=False, db_default=False)
    tells_annulment = models.BooleanField(default=False, db_default=False)
    pages = models.PositiveIntegerField(null=True, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["DecisionPaper"]] = DecisionPaperQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=is_one_of(DocumentState)), name="a_paper_is_in_a_known_state"),
            models.CheckConstraint(
                condition=Q(kind=_COPY, part__isnull=False, bears_name=False)
                | Q(kind=PaperKind.CERTIFICATE.value, part__isnull=True, data__isnull=True, reach=""),
                name="a_copy_is_some_firms_and_a_certificate_is_not",
            ),
            models.CheckConstraint(
                condition=Q(state=_DONE, asset__isnull=False, finished_at__isnull=False)
                | (~Q(state=_DONE) & Q(asset__isnull=True)),
                name="a_paper_is_done_when_its_file_is_there",
            ),
            models.CheckConstraint(
                condition=~Q(state=_DONE, kind=_COPY) | (Q(data__isnull=False) & ~Q(reach="")),
                name="a_copy_comes_for_programs_too",
            ),
            models.CheckConstraint(
                condition=~Q(state=DocumentState.FAILED.value) | ~Q(failure_code=""), name="a_failed_paper_says_why"
            ),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(kind=PaperKind.CERTIFICATE.value),
                name="one_certificate_per_decision",
            ),
            models.UniqueConstraint(
                fields=["decision", "part"], condition=Q(kind=_COPY), name="one_copy_per_decision_and_firm"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
