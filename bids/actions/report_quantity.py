"""Write down how much of a row it has been so far."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.models import ActualQuantity, Part
from bids.queries.own_work import last_report_of
from bids.steps.own_work import own_part_locked, said_by
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, NotVisible, Stale

MOST: Final = Decimal(999_999_999)
_PLACES: Final = Decimal("0.001")


@action
def report_quantity(*, part: Part, code: str, quantity: Decimal, seen: int, by: Actor, now: datetime) -> ActualQuantity:
    """So much has it been in all; it is invoiced by that, up to its cap. `seen` is the last report's number, or 0.

    Only rows priced by what they turn out to be take a quantity. Of two who saw the same report, the second is refused
    with `Stale`, unless both say the same.
    """
    row, work = own_part_locked(part, by=by)
    if all(line.code != code for line in work.by_actual):
        raise NotVisible
    if not 0 <= quantity <= MOST or quantity != quantity.quantize(_PLACES):
        raise Malformed(faults={"quantity": _("Write a quantity of zero or more, with three decimals at most.")})
    last = last_report_of(row, code)
    if last is not None and last.quantity == quantity:
        return last
    sequence = last.sequence if last is not None else 0
    if seen != sequence:
        raise Stale
    report = ActualQuantity.objects.create(
        **said_by(row, by), code=code, sequence=sequence + 1, quantity=quantity, reported_at=now
    )
    audit.record("quantity.reported", on=row.bid, by=by, at=now, part=str(row.public_id), line=code)
    return report
