"""Mark an invoice of one's own as sent."""

from datetime import date, datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.models import InvoiceMark, Part
from bids.queries.own_work import mark_of
from bids.steps.own_work import own_part_locked, said_by
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.clock import helsinki_day
from kernel.errors import Malformed, NotVisible
from kernel.text import clean_line

LONGEST_NUMBER: Final = 40
OLDEST: Final = timedelta(days=366)


@action
def mark_invoiced(
    *, part: Part, number: int, invoiced_on: date, invoice_number: str, by: Actor, now: datetime
) -> InvoiceMark:
    """The firm says that it has sent this invoice, and for how much; marked already, the mark stays as it is."""
    row, work = own_part_locked(part, by=by)
    standing = mark_of(row, number)
    if standing is not None:
        return standing
    due = next((one.due for one in work.invoices if one.due.number == number), None)
    if due is None:
        raise NotVisible
    called = clean_line(invoice_number)
    _refuse_what_cannot_be(invoiced_on, called, now=now)
    mark = InvoiceMark.objects.create(
        **said_by(row, by),
        revision=work.agreed.revision,
        number=number,
        net=due.net,
        vat=due.vat,
        gross=due.gross,
        invoiced_on=invoiced_on,
        invoice_number=called,
        marked_at=now,
    )
    audit.record("invoice.marked", on=row.bid, by=by, at=now, part=str(row.public_id), number=number)
    return mark


def _refuse_what_cannot_be(invoiced_on: date, called: str, *, now: datetime) -> None:
    today = helsinki_day(now)
    faults = {}
    if invoiced_on > today:
        faults["invoiced_on"] = _("That day is still to come. Mark the invoice when you have sent it.")
    elif invoiced_on < today - OLDEST:
        faults["invoiced_on"] = _("That is more than a year ago. Check the day.")
    if len(called) > LONGEST_NUMBER:
        faults["invoice_number"] = _("At most 40 characters.")
    if faults:
        raise Malformed(faults=faults)
