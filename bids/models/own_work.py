"""What a firm says of its own work once the client has said yes: how much it was, what is invoiced, that it is done."""

from django.db import models
from django.db.models import F, Q

from bids.models.bid import Bid
from bids.models.invitation import Invitation
from bids.models.part import Part
from bids.models.revision import Revision
from kernel.fields import CleanCharField
from kernel.public_id import Published
from members.models import Firm, Person

_SOMEBODYS = Q(person__isnull=False) | Q(invitation__isnull=False)


class InvoiceMark(Published):
    """A firm's word that it has sent one of its invoices: the `number`th of those that what was agreed leads to.

    `revision` is the version the sums are of, as they were when it was marked. A mark never changes but for being
    undone by the same firm; an undone one stays, and another may follow it.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="invoice_marks")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="invoice_marks")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    net = models.DecimalField(max_digits=14, decimal_places=2)
    vat = models.DecimalField(max_digits=14, decimal_places=2)
    gross = models.DecimalField(max_digits=14, decimal_places=2)
    invoiced_on = models.DateField()
    invoice_number = CleanCharField(max_length=40, blank=True)
    marked_at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["marked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["part", "number"], condition=Q(undone_at__isnull=True), name="an_invoice_is_marked_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="invoices_count_from_one"),
            models.CheckConstraint(condition=Q(gross=F("net") + F("vat")), name="a_marked_invoice_adds_up"),
            models.CheckConstraint(condition=_SOMEBODYS, name="an_invoice_mark_is_somebodys"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("marked_at")),
                name="an_invoice_mark_is_undone_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return f"invoice {self.number} of {self.part_id}"


class ActualQuantity(Published):
    """How much of a row it has been so far, in all; rows are only ever added, and of a row's the latest counts.

    `sequence` counts the reports of one row from one, so that nobody overwrites one they have not seen.
    """

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="actual_quantities")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="actual_quantities")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    code = CleanCharField(max_length=12)
    sequence = models.PositiveIntegerField()
    quantity = models.DecimalField(max_digits=12, decimal_places=3)
    reported_at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["sequence", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part", "code", "sequence"], name="reports_of_a_row_follow_each_other"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="an_actual_quantity_is_not_negative"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="reports_count_from_one"),
            models.CheckConstraint(condition=_SOMEBODYS, name="an_actual_quantity_is_somebodys"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.part_id}"


class PartDone(Published):
    """A firm's word that its part is done. It is never changed but for being undone by the same firm."""

    bid = models.ForeignKey(Bid, on_delete=models.PROTECT, related_name="done_parts")
    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="done_marks")
    firm = models.ForeignKey(Firm, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["done_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["part"], condition=Q(undone_at__isnull=True), name="a_part_is_done_once"),
            models.CheckConstraint(condition=_SOMEBODYS, name="a_done_part_is_somebodys"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("done_at")),
                name="a_part_is_undone_after_it_was_done",
            ),
        ]

    def __str__(self) -> str:
        return f"done {self.part_id}"
