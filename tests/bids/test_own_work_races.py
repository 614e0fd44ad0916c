"""Two who say the same of one firm's work at once: one word is kept, and what was not seen is not overwritten."""

from typing import Any

import pytest
from django.db import IntegrityError

from bids.actions import mark_invoiced as marking
from bids.actions.mark_invoiced import mark_invoiced
from bids.actions.mark_part_done import mark_part_done
from bids.actions.report_quantity import report_quantity
from bids.actions.unmark_invoiced import unmark_invoiced
from bids.models import ActualQuantity, InvoiceMark, PartDone
from kernel.errors import Stale
from kernel.models import AuditEvent
from tests.bids.offers import D
from tests.bids.test_send_races import Deed, in_order
from tests.bids.yeses import agreed_daycare
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_whatever_is_said_twice_at_once_is_kept_once(monkeypatch: pytest.MonkeyPatch) -> None:
    offered = agreed_daycare()
    world = offered.world
    part, by = world.part("SEL"), world.asked("SEL")
    said: dict[str, Any] = {"part": part, "by": by, "now": NOON}

    def tick(number: str) -> Deed:
        return lambda: mark_invoiced(number=1, invoiced_on=NOON.date(), invoice_number=number, **said)

    def hours(quantity: str) -> Deed:
        return lambda: report_quantity(code="A4", quantity=D(quantity), seen=0, **said)

    assert in_order(tick("1"), tick("2")).result().invoice_number == "1"
    assert InvoiceMark.objects.get().undone_at is None
    in_order(lambda: unmark_invoiced(number=1, **said), lambda: unmark_invoiced(number=1, **said)).result()
    assert InvoiceMark.objects.get().undone_at is not None

    assert isinstance(in_order(hours("8"), hours("9")).exception(), Stale)
    assert ActualQuantity.objects.get().quantity == 8

    def done() -> PartDone:
        return mark_part_done(**said)

    in_order(done, done).result()
    assert PartDone.objects.count() == 1
    told = AuditEvent.objects.filter(chain=world.bid.public_id).values_list("type", flat=True)
    mine = ("invoice.marked", "invoice.unmarked", "quantity.reported", "part.done")
    assert [one for one in told.order_by("seq") if one in mine] == list(mine)

    # What the action does not see, the database refuses.
    mark = tick("3")
    mark()
    monkeypatch.setattr(marking, "mark_of", lambda _part, _number: None)
    with pytest.raises(IntegrityError):
        tick("4")()
    assert InvoiceMark.objects.filter(undone_at__isnull=True).count() == 1
