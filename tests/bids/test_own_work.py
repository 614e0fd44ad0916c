"""What a firm says of its own work after the yes: by itself alone, once, and by what was agreed."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.utils import translation

from bids.actions.mark_invoiced import mark_invoiced
from bids.actions.mark_part_done import mark_part_done
from bids.actions.reassign_lines import reassign_lines
from bids.actions.report_quantity import report_quantity
from bids.actions.unmark_invoiced import unmark_invoiced
from bids.actions.unmark_part_done import unmark_part_done
from bids.content import Adjustment, Instalment
from bids.exports.own_work import OwnWork, own_work
from bids.exports.own_work_data import own_work_as_json
from bids.models import ActualQuantity, InvoiceMark, LineItem, PartDone
from bids.permissions import eyes_of
from bids.steps.own_work import NothingAgreed
from bids.vocabulary import Invoicing, Language, PriceVisibility
from bids.web.own_work_page import page_of_work
from kernel.actor import Actor
from kernel.errors import Malformed, NotPermitted, NotVisible, Stale
from kernel.models import AuditEvent
from tests.bids.cases import daycare
from tests.bids.changes import JUNE, begun, change_sent, said_yes
from tests.bids.decisions import Offered, an_offered, two_readers
from tests.bids.offers import D
from tests.bids.yeses import agreed_daycare
from tests.kept import kept
from tests.world import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


@kept
def offered() -> Offered:
    return agreed_daycare()


@kept
def undecided() -> Offered:
    return an_offered(two_readers())


def work_of(offered: Offered, key: str, by: Actor | None = None) -> OwnWork:
    world = offered.world
    actor = by or (world.lead if key == "KUV" else world.asked(key))
    world.bid.refresh_from_db()
    return own_work(world.bid, key, eyes=eyes_of(actor, world.bid))


def marks(offered: Offered, key: str, *, by: Actor | None = None, **said: Any) -> InvoiceMark:
    given: dict[str, Any] = {"number": 1, "invoiced_on": TODAY, "invoice_number": "", "now": NOON} | said
    world = offered.world
    return mark_invoiced(part=world.part(key), by=by or (world.lead if key == "KUV" else world.asked(key)), **given)


def reports(offered: Offered, key: str, code: str, quantity: str, *, seen: int = 0, by: Actor | None = None) -> Any:
    world = offered.world
    actor = by or (world.lead if key == "KUV" else world.asked(key))
    return report_quantity(part=world.part(key), code=code, quantity=D(quantity), seen=seen, by=actor, now=NOON)


def gross_of(work: OwnWork) -> dict[str, str]:
    return {one.due.seller: f"{one.due.gross:f}" for one in (work.settlement or work.invoices)}


def test_each_firm_gets_its_own_work_from_what_was_agreed_and_the_lead_everybodys() -> None:
    offered = agreed_daycare(lines=("A7", "A5b"))
    LineItem.objects.filter(bid=offered.world.bid, code="A4").update(unit_price=D("999"), text="muutettu")

    sel, kuv, pai = (work_of(offered, key) for key in ("SEL", "KUV", "PAI"))

    assert gross_of(kuv) == {"KUV": "2587.81", "SEL": "792.00", "PAI": "510.16"}
    assert gross_of(sel) == {"SEL": "792.00"}
    assert gross_of(pai) == {"PAI": "510.16"}
    assert [line.code for line in sel.part.lines] == ["A4", "A7"]
    assert sel.settlement == ()
    assert [step.name for step in sel.own_steps] == ["selkotarkistus"]
    assert sel.sells_to == "client"
    assert sel.done == {}


def test_there_is_no_work_before_the_yes_and_none_for_other_eyes(undecided: Offered) -> None:
    offered = undecided
    world = offered.world

    with pytest.raises(NotVisible):
        work_of(offered, "SEL")
    with pytest.raises(NothingAgreed):
        marks(offered, "SEL")
    with pytest.raises(NotVisible):
        own_work(world.bid, "PAI", eyes=eyes_of(world.asked("SEL"), world.bid))


def test_an_invoice_is_marked_by_its_own_firm_once_and_undone_by_it(offered: Offered) -> None:
    events = AuditEvent.objects.filter(chain=offered.world.bid.public_id, type__startswith="invoice.").order_by("seq")

    for other in (offered.world.lead, offered.world.asked("PAI")):
        with pytest.raises(NotPermitted):
            marks(offered, "SEL", by=other)
    first = marks(offered, "SEL", invoice_number=" 1234  ")
    again = marks(offered, "SEL", invoiced_on=TODAY - timedelta(days=3), invoice_number="77")

    assert again == first
    assert (first.invoice_number, f"{first.gross:f}") == ("1234", "480.00")
    seen = next(one for one in work_of(offered, "KUV").settlement if one.due.seller == "SEL")
    assert seen.mark == first
    assert f"{seen.left:f}" == "0.00"
    assert seen.due_on(14) == TODAY + timedelta(days=14)
    with pytest.raises(NotPermitted):
        unmark_invoiced(part=offered.world.part("SEL"), number=1, by=offered.world.lead, now=NOON)
    for _time in range(2):
        unmark_invoiced(part=offered.world.part("SEL"), number=1, by=offered.world.asked("SEL"), now=NOON)
    assert work_of(offered, "SEL").invoices[0].mark is None
    assert marks(offered, "SEL").pk != first.pk
    assert [event.type for event in events] == ["invoice.marked", "invoice.unmarked", "invoice.marked"]


def test_what_cannot_be_is_refused_beside_its_field(offered: Offered) -> None:
    wrong: dict[str, list[Any]] = {
        "invoiced_on": [TODAY + timedelta(days=1), TODAY - timedelta(days=400)],
        "invoice_number": ["x" * 41],
    }
    for field, values in wrong.items():
        for value in values:
            with pytest.raises(Malformed) as refused:
                marks(offered, "SEL", **{field: value})
            assert set(refused.value.faults) == {field}
    assert not InvoiceMark.objects.exists()


def test_hours_are_reported_in_turn_invoiced_to_the_cap_and_seen_by_the_lead_alone(offered: Offered) -> None:
    assert reports(offered, "SEL", "A4", "8").sequence == 1
    with pytest.raises(Stale):
        reports(offered, "SEL", "A4", "9", seen=0)
    assert reports(offered, "SEL", "A4", "8", seen=0).sequence == 1
    reports(offered, "SEL", "A4", "13.5", seen=1)
    reports(offered, "KUV", "A2", "30")
    for other in (offered.world.lead, offered.world.asked("PAI")):
        with pytest.raises(NotPermitted):
            reports(offered, "SEL", "A4", "1", seen=2, by=other)
    for code in ("A1", "A5", "Ö9"):
        with pytest.raises(NotVisible):
            reports(offered, "KUV", code, "1")

    kuv, sel, pai = (work_of(offered, key) for key in ("KUV", "SEL", "PAI"))
    assert gross_of(sel) == {"SEL": "576.00"}
    assert gross_of(kuv) == {"KUV": "3052.79", "SEL": "576.00", "PAI": "416.22"}
    assert set(kuv.reported) == {"A2", "A4"}
    assert set(sel.reported) == {"A4"}
    assert pai.reported == {}
    assert ActualQuantity.objects.count() == 3


def handed_over(offered: Offered, code: str, to: str, *, now: datetime) -> None:
    """A change that lets another firm do a row, from the lead's button to the client's yes."""
    world = offered.world
    begun(offered, now=now)
    reassign_lines(bid=world.bid, codes=[code], to=world.part(to), by=world.lead, now=now)
    for key in sorted({key for key, _kind in world.stale(now)} - {"KUV"}):
        world.says_ok(key, now=now)
    said_yes(change_sent(offered, now=now), now=now)


def test_what_was_reported_of_a_row_stays_with_who_did_it_when_another_firm_gets_the_row(offered: Offered) -> None:
    reports(offered, "SEL", "A4", "8")
    reports(offered, "SEL", "A4", "9", seen=1)

    handed_over(offered, "A4", "PAI", now=JUNE)

    for quantity in ("10.000", "3.000"):
        kuv, sel, pai = (work_of(offered, key) for key in ("KUV", "SEL", "PAI"))
        assert gross_of(kuv)["PAI"] == gross_of(pai)["PAI"]
        assert [f"{row.quantity:.3f}" for row in pai.invoices[0].due.rows if row.code == "A4"] == [quantity]
        assert (sel.invoices, sel.reported) == ((), {})
        if quantity != "3.000":
            assert pai.reported == kuv.reported == {}
            reports(offered, "PAI", "A4", "3")

    handed_over(offered, "A4", "KUV", now=JUNE + timedelta(hours=1))

    assert work_of(offered, "KUV").reported == {}
    reports(offered, "KUV", "A4", "5")
    assert work_of(offered, "KUV").reported["A4"].quantity == 5


def test_a_word_that_all_is_done_is_open_again_when_a_change_brings_more(offered: Offered) -> None:
    world = offered.world
    pai, sel = world.part("PAI"), world.part("SEL")
    for part in (pai, sel):
        first = mark_part_done(part=part, by=world.asked(part.key), now=JUNE - timedelta(hours=1))

    handed_over(offered, "A4", "PAI", now=JUNE)

    lead, own = work_of(offered, "KUV"), work_of(offered, "PAI")
    assert (set(lead.done), set(lead.done_before)) == ({"SEL"}, {"PAI"})
    assert own.done_before["PAI"].change == 1
    with translation.override("en"):
        page = page_of_work(lead, Language.EN, today=TODAY)
    standing = next(firm for firm in page["firms"] if firm.key == "PAI")
    assert standing.is_waited_for
    assert "before change 1" in standing.done_before
    assert own_work_as_json(own, Language.FI)["done"] == []
    again = mark_part_done(part=pai, by=world.asked("PAI"), now=JUNE + timedelta(hours=1))
    assert mark_part_done(part=pai, by=world.asked("PAI"), now=JUNE + timedelta(hours=2)) == again
    lead = work_of(offered, "KUV")
    assert (lead.done["PAI"], lead.done["SEL"], lead.done_before) == (again, first, {})


def test_what_changes_after_an_invoice_was_sent_is_told_as_what_is_left(offered: Offered) -> None:
    marks(offered, "SEL")
    reports(offered, "SEL", "A4", "11")

    (one,) = work_of(offered, "SEL").invoices
    assert one.is_other_than_marked
    assert (f"{one.mark.gross:f}" if one.mark else "", f"{one.left:f}") == ("480.00", "48.00")


def test_a_part_is_done_by_its_own_word_and_undone_by_it(offered: Offered) -> None:
    part, own = offered.world.part("PAI"), offered.world.asked("PAI")

    with pytest.raises(NotPermitted):
        mark_part_done(part=part, by=offered.world.lead, now=NOON)
    first = mark_part_done(part=part, by=own, now=NOON)
    assert mark_part_done(part=part, by=own, now=NOON) == first
    assert set(work_of(offered, "KUV").done) == {"PAI"}
    assert work_of(offered, "SEL").done == {}
    for _time in range(2):
        unmark_part_done(part=part, by=own, now=NOON)
    assert work_of(offered, "KUV").done == {}
    events = AuditEvent.objects.filter(chain=offered.world.bid.public_id, type__startswith="part.").order_by("seq")
    assert [event.type for event in events if "done" in event.type] == ["part.done", "part.not_done"]


def test_when_the_lead_invoices_all_partners_invoice_the_lead() -> None:
    plan = (Instalment(name="alku", percent=D(30)), Instalment(name="loppu", percent=D(70)))
    offered = agreed_daycare(invoicing=Invoicing.LEAD, payment_plan=plan)
    kuv, sel = work_of(offered, "KUV"), work_of(offered, "SEL")

    assert [(one.due.seller, one.due.buyer, one.due.number) for one in kuv.settlement] == [
        ("KUV", "client", 1),
        ("KUV", "client", 2),
        ("SEL", "KUV", 1),
        ("PAI", "KUV", 1),
    ]
    assert sum(one.due.gross for one in kuv.invoices) == kuv.agreed.sums.gross
    assert sel.sells_to == "KUV"
    assert [(one.due.buyer, f"{one.due.gross:f}") for one in sel.invoices] == [("KUV", "480.00")]
    assert marks(offered, "KUV", number=2).number == 2
    with pytest.raises(NotVisible):
        marks(offered, "KUV", number=3)


def test_where_prices_are_hidden_a_partners_work_holds_no_figure_of_others() -> None:
    """The same world with every figure of the others changed says the same, byte for byte."""

    def told(others: str, mode: PriceVisibility) -> Any:
        offer = daycare()
        parts = tuple(
            part
            if part.key == "SEL"
            else replace(
                part,
                lines=tuple(
                    replace(line, unit_price=line.unit_price * D(others), quantity=D("3")) for line in part.lines
                ),
            )
            for part in offer.parts
        )
        fee = Adjustment(name="koordinointi", percent=D("4") * D(others))
        with transaction.atomic():
            offered = agreed_daycare(visibility=mode, parts=parts, coordination_fee=fee, lines=())
            reports(offered, "KUV", "A2", others)
            reports(offered, "SEL", "A4", "7")
            marks(offered, "PAI")
            said = own_work_as_json(work_of(offered, "SEL"), Language.FI)
            transaction.set_rollback(True)
        for one in said["invoices"]:
            one.pop("marked")
        said["offer"].pop("agreed_at")
        return said

    for mode in (PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL):
        assert told("1", mode) == told("2", mode)


def test_the_database_keeps_what_was_said(offered: Offered) -> None:
    marks(offered, "SEL")
    reports(offered, "SEL", "A4", "8")
    mark_part_done(part=offered.world.part("SEL"), by=offered.world.asked("SEL"), now=NOON)

    for statement in (
        "UPDATE bids_invoicemark SET gross = gross + 1, net = net + 1",
        "UPDATE bids_invoicemark SET invoiced_on = invoiced_on + 1, undone_at = now()",
        "DELETE FROM bids_invoicemark",
        "UPDATE bids_partdone SET done_at = now()",
        "DELETE FROM bids_partdone",
        "UPDATE bids_actualquantity SET quantity = 1",
        "DELETE FROM bids_actualquantity",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_database_takes_no_word_of_another_firm_and_none_before_the_yes(undecided: Offered) -> None:
    offered = undecided
    part, other = offered.world.part("SEL"), offered.world.part("PAI")
    said: dict[str, Any] = {"bid": part.bid, "part": part, "done_at": NOON, "person": offered.world.lead_person}

    for firm in (part.firm, other.firm):
        with pytest.raises(DatabaseError), transaction.atomic():
            PartDone.objects.create(**said, firm=firm)
