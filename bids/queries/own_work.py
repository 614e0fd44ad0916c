"""What firms have said of their work after the client's yes: the actual quantities, invoices marked, parts done."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from bids.models import ActualQuantity, Bid, InvoiceMark, Part, PartDone, RevisionPart
from bids.vocabulary import RevisionState


@dataclass(frozen=True, kw_only=True)
class Reported:
    """The latest report of one row. `sequence` tells it apart from earlier ones."""

    code: str
    quantity: Decimal
    sequence: int
    report: ActualQuantity


def reported_in(bid: Bid, keys: Iterable[str] | None = None) -> dict[tuple[str, str], Reported]:
    """The latest report of every row that has one, by whose it is and the row's code; of these parts alone if named.

    A row that has gone to another firm keeps its code, and what the one reported of it is no word of the other.
    """
    reports = ActualQuantity.objects.filter(bid=bid).select_related("part").order_by("sequence")
    if keys is not None:
        reports = reports.filter(part__key__in=list(keys))
    return {
        (row.part.key, row.code): Reported(code=row.code, quantity=row.quantity, sequence=row.sequence, report=row)
        for row in reports
    }


def marked_in(bid: Bid) -> dict[tuple[str, int], InvoiceMark]:
    """The invoices that are marked and not undone, by the seller's key and the invoice's number."""
    return {(mark.part.key, mark.number): mark for mark in invoices_marked(bid).filter(undone_at__isnull=True)}


def invoices_marked(bid: Bid) -> "QuerySet[InvoiceMark]":
    """Every mark that was ever made, undone or not."""
    return InvoiceMark.objects.filter(bid=bid).select_related("part", "revision")


def done_in(bid: Bid) -> dict[str, PartDone]:
    """The parts that are done, by key."""
    rows = PartDone.objects.filter(bid=bid, undone_at__isnull=True).select_related("part")
    return {row.part.key: row for row in rows}


def mark_of(part: Part, number: int) -> InvoiceMark | None:
    """The mark of one invoice that is not undone."""
    return InvoiceMark.objects.filter(part=part, number=number, undone_at__isnull=True).first()


def done_of(part: Part) -> PartDone | None:
    """The part's own word that it is done."""
    return PartDone.objects.filter(part=part, undone_at__isnull=True).first()


def last_report_of(part: Part, code: str) -> ActualQuantity | None:
    """The latest report of a row."""
    return ActualQuantity.objects.filter(part=part, code=code).order_by("-sequence").first()


def has_work(bid: Bid, firm_id: int | None) -> bool:
    """Whether the firm has a part in what is agreed now: the latest version the client has said yes to.

    One that a change has put out after it had marked an invoice still has that to read.
    """
    agreed = RevisionPart.objects.filter(revision__bid=bid, revision__standing__state=RevisionState.ACCEPTED.value)
    latest = agreed.order_by("-revision__number").values("revision")[:1]
    if agreed.filter(revision__in=latest, firm_id=firm_id or 0).exists():
        return True
    return agreed.exists() and InvoiceMark.objects.filter(bid=bid, firm_id=firm_id or 0).exists()
