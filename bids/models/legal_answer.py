"""What a lead answered to a legal question."""

from django.db import models

from kernel.fields import CleanCharField, CleanTextField
from kernel.public_id import Published
from members.models import Firm, Person


class LegalAnswer(Published):
    """One answer to one question about one set of firms and one kind of work; the latest one counts.

    `firms` names the firms together: their public ids in order, joined by a space. Rows are only ever added.
    """

    lead = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    firms = models.TextField()
    kind_of_work = CleanCharField(max_length=200, blank=True)
    question = models.CharField(max_length=60)
    answer = models.CharField(max_length=10, choices=[(word, word) for word in ("yes", "no", "maybe")])
    note = CleanTextField(blank=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead", "question"], name="legal_answers_of_a_lead")]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer}"
