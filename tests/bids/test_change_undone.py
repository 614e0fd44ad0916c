"""A change that comes to nothing after all: its yes is annulled, it is declined, withdrawn, or nobody answers it."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from bids.actions.annul_decision import annul_decision
from bids.actions.cancel_change import cancel_change
from bids.actions.mark_invoiced import mark_invoiced
from bids.actions.mark_part_done import mark_part_done
from bids.actions.object_to_decision import object_to_decision
from bids.actions.reassign_lines import reassign_lines
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.actions.unmark_invoiced import unmark_invoiced
from bids.actions.withdraw_offer import withdraw_offer
from bids.exports.own_work import own_work
from bids.exports.own_work_data import own_work_as_json
from bids.exports.version_faults import version_faults
from bids.models import Bid, Decision, InvoiceMark, Letter
from bids.permissions import eyes_of
from bids.queries.content_of import content_of
from bids.queries.own_work import has_work
from bids.steps.annulling import ChangeWasCancelled
from bids.steps.changing import ChangeUnderWay
from bids.vocabulary import (
    CodeFor,
    DecisionKind,
    DecisionWay,
    Language,
    LeavingWhy,
    LetterKind,
    PartState,
    RevisionState,
)
from bids.web.own_work_page import page_of_work
from kernel.actor import Actor
from kernel.clock import helsinki_day
from tests.bids.changes import JUNE, an_agreed, begun, change_sent, holds, said_no, said_yes
from tests.bids.decisions import CODE, Offered, a_code, holder_of, records
from tests.bids.sendings import state_of
from tests.kept import kept

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
D = Decimal


@kept
def offered() -> Offered:
    """Agreed with the window stickers; SEL has invoiced and is done before anything is changed."""
    offered = an_agreed(lines=["A8"])
    world = offered.world
    sel, by = world.part("SEL"), world.asked("SEL")
    mark_invoiced(part=sel, number=1, invoiced_on=helsinki_day(JUNE), invoice_number="17", by=by, now=JUNE)
    mark_part_done(part=sel, by=by, now=JUNE)
    return offered


def work_of(offered: Offered, key: str) -> Any:
    """Everything a firm reads of its work, put so that two readings can be compared."""
    bid = Bid.objects.get(pk=offered.world.bid.pk)
    by = offered.world.lead if key == "KUV" else offered.world.asked(key)
    work = own_work(bid, key, eyes=eyes_of(by, bid))
    return (
        work.agreed.sums,
        work.part.lines,
        [(one.due, one.mark, one.day, one.left) for one in work.invoices],
        [(one.due, one.mark, one.left) for one in work.settlement],
        {key: row.pk for key, row in work.done.items()},
    )


def everybodys_work(offered: Offered) -> Any:
    return {key: work_of(offered, key) for key in ("KUV", "SEL", "PAI")}


def a_change(offered: Offered, *, now: datetime = JUNE) -> Offered:
    """PAI is gone, the lead takes its posters over, SEL's text goes to the lead, and the client has it."""
    world = offered.world
    begun(offered, reason="Konkurssi", now=now)
    day, gone = helsinki_day(now), world.part("PAI")
    tell_firm_is_gone(part=gone, why=LeavingWhy.BANKRUPT, on=day, taken_over=["A5"], by=world.lead, now=now)
    reassign_lines(bid=world.bid, codes=["A4"], to=world.part("KUV"), by=world.lead, now=now)
    world.says_ok("SEL", now=now)
    return change_sent(offered, now=now)


def recorded(change: Offered, *, now: datetime, **more: Any) -> Decision:
    """The lead writes the client's answer down."""
    decision = records(change, now=now, arrived_at=now - HOUR, **more)
    as_at_a_commit()
    return decision


def taken_back(decision: Decision, *, by: Actor, now: datetime) -> None:
    """The lead annuls what it wrote down."""
    annul_decision(decision=decision, reason="Väärä lipuke.", by=by, now=now)
    as_at_a_commit()


def as_at_a_commit() -> None:
    """What the database looks at when a transaction ends has been looked at."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_a_recorded_yes_to_a_change_is_annulled_and_everything_is_as_it_was_agreed_before(offered: Offered) -> None:
    world, before = offered.world, everybodys_work(offered)
    bid = world.bid
    change = a_change(offered)
    decision = recorded(change, now=JUNE + HOUR)
    assert holds(bid).revision == change.revision
    a_code(change.link, change.revision, CodeFor.OBJECT, now=JUNE + HOUR)
    object_to_decision(
        link=change.link, seen=change.seen, code=CODE, words="Ei.", by=holder_of(change.link), now=JUNE + HOUR
    )
    letters = Letter.objects.count()

    taken_back(decision, by=world.lead, now=JUNE + 2 * HOUR)

    assert everybodys_work(offered) == before
    assert InvoiceMark.objects.filter(bid=bid, undone_at__isnull=True).count() == 1
    assert holds(bid).revision == offered.revision
    # The change is under way as before: with the client, who can still say yes to it.
    assert state_of(change.revision) == RevisionState.SENT
    row = Bid.objects.get(pk=bid.pk)
    assert (row.changing, row.change_reason) == (1, "Konkurssi")
    assert world.stale(JUNE + 2 * HOUR) == set()
    told = Letter.objects.order_by("pk")[letters:]
    assert {letter.kind for letter in told} == {LetterKind.DECISION_ANNULLED.value}
    # PAI, whom the change leaves nothing, hears of the yes, that the client objects to it, and that it is taken back.
    for kind in (LetterKind.OFFER_ACCEPTED, LetterKind.DECISION_OBJECTED, LetterKind.DECISION_ANNULLED):
        about = Letter.objects.filter(kind=kind.value, revision=change.revision, facts__has_key="part")
        assert {letter.facts["part"] for letter in about} == {str(world.part(key).public_id) for key in ("SEL", "PAI")}
    assert [str(fault) for fault in version_faults(only=[bid.public_id])] == []
    with pytest.raises(ChangeUnderWay):
        begun(offered, now=JUNE + 2 * HOUR)


def test_after_it_was_annulled_the_client_says_yes_itself_or_the_lead_gives_the_change_up(offered: Offered) -> None:
    world, before = offered.world, everybodys_work(offered)
    change = a_change(offered)
    wrong = recorded(change, now=JUNE + HOUR)
    taken_back(wrong, by=world.lead, now=JUNE + 2 * HOUR)
    withdraw_offer(revision=change.revision, by=world.lead, now=JUNE + 3 * HOUR)
    cancel_change(bid=world.bid, by=world.lead, now=JUNE + 3 * HOUR)
    gone = world.part("PAI")
    assert (gone.state, gone.is_gone) == (PartState.IN.value, False)
    assert everybodys_work(offered) == before
    assert content_of(Bid.objects.get(pk=world.bid.pk)).lines == holds(world.bid).offer.lines

    later = JUNE + 4 * HOUR
    change = a_change(offered, now=later)
    wrong = recorded(change, now=later + HOUR)
    taken_back(wrong, by=world.lead, now=later + 2 * HOUR)
    said_yes(change, now=later + 3 * HOUR)
    assert holds(world.bid).revision == change.revision
    assert Bid.objects.get(pk=world.bid.pk).changing == 0
    # SEL has invoiced what it no longer does, and pays it back; its word that it was done stands.
    (invoice,) = own_work_of(offered, "SEL").invoices
    assert (invoice.due.gross, invoice.left) == (D("0.00"), -invoice.mark.gross)


def own_work_of(offered: Offered, key: str) -> Any:
    bid = Bid.objects.get(pk=offered.world.bid.pk)
    return own_work(bid, key, eyes=eyes_of(offered.world.asked(key), bid))


@pytest.mark.parametrize("ends", ["declined", "recorded no", "withdrawn", "expired"])
def test_a_change_nobody_accepts_leaves_work_invoices_and_marks_and_another_can_follow(
    offered: Offered, ends: str
) -> None:
    world, before = offered.world, everybodys_work(offered)
    change = a_change(offered)
    assert everybodys_work(offered) == before, "what is proposed changes nothing"
    now = JUNE + HOUR
    if ends == "declined":
        said_no(change)
    elif ends == "recorded no":
        recorded(change, kind=DecisionKind.DECLINE, way=DecisionWay.PHONE, file=None, now=now)
    elif ends == "withdrawn":
        withdraw_offer(revision=change.revision, by=world.lead, now=now)
    else:
        now = change.revision.expires_at + HOUR
    assert everybodys_work(offered) == before
    cancel_change(bid=world.bid, by=world.lead, now=now)
    assert everybodys_work(offered) == before
    told = Letter.objects.filter(kind=LetterKind.OFFER_DECLINED.value)
    assert told.exists() == (ends in {"declined", "recorded no"})

    begun(offered, now=now)
    reassign_lines(bid=world.bid, codes=["A8"], to=None, by=world.lead, now=now)
    world.says_ok("PAI", now=now)
    said_yes(change_sent(offered, now=now), now=now)
    assert holds(world.bid).revision.change == 1
    assert "A8" not in {line.code for line in holds(world.bid).offer.lines}
    assert [(one.due.gross > 0, one.mark) for one in own_work_of(offered, "PAI").invoices] == [(True, None)]


def test_who_is_put_out_altogether_after_it_has_invoiced_is_seen_to_pay_back(offered: Offered) -> None:
    world = offered.world
    pai, by = world.part("PAI"), world.asked("PAI")
    mark = mark_invoiced(part=pai, number=1, invoiced_on=helsinki_day(JUNE), invoice_number="8", by=by, now=JUNE)
    said_yes(a_change(offered))
    assert world.part("PAI").state == PartState.LEFT

    bid = Bid.objects.get(pk=world.bid.pk)
    lead = own_work(bid, "KUV", eyes=eyes_of(world.lead, bid))
    (owed,) = [one for one in lead.settlement if one.due.seller == "PAI"]
    assert (owed.mark, owed.due.gross, owed.left) == (mark, D("0.00"), -mark.gross)
    assert {one["from"]: one["seller"] for one in own_work_as_json(lead, Language.FI)["settlement"]}["PAI"]
    firms = {firm.key: firm for firm in page_of_work(lead, Language.FI, today=helsinki_day(JUNE))["firms"]}
    assert (firms["PAI"].is_out, firms["PAI"].is_gone) == (True, True)
    assert firms["PAI"].invoices[0].pays_back

    own = own_work_of(offered, "PAI")
    assert [(one.mark, one.left) for one in own.invoices] == [(mark, -mark.gross)]
    assert (own.part.lines, own.settlement) == ((), ())
    assert page_of_work(own, Language.FI, today=helsinki_day(JUNE))["is_out"]
    assert has_work(bid, pai.firm_id)
    unmark_invoiced(part=pai, number=1, by=by, now=JUNE + HOUR)
    assert own_work_of(offered, "PAI").invoices == ()
    assert "PAI" not in {firm.key for firm in own_work(bid, "KUV", eyes=eyes_of(world.lead, bid)).offer.parts}


def test_a_recorded_no_stays_once_its_change_was_given_up(offered: Offered) -> None:
    world = offered.world
    change = a_change(offered)
    said = {"kind": DecisionKind.DECLINE, "way": DecisionWay.PHONE, "file": None}
    taken_back(recorded(change, now=JUNE + HOUR, **said), by=world.lead, now=JUNE + HOUR)
    no = recorded(change, now=JUNE + 2 * HOUR, **said)
    cancel_change(bid=world.bid, by=world.lead, now=JUNE + 3 * HOUR)
    with pytest.raises(ChangeWasCancelled):
        taken_back(no, by=world.lead, now=JUNE + 4 * HOUR)
    begun(offered, now=JUNE + 5 * HOUR)
    with pytest.raises(ChangeWasCancelled):
        taken_back(no, by=world.lead, now=JUNE + 6 * HOUR)
    assert state_of(change.revision) == RevisionState.DECLINED


def test_a_yes_that_came_in_time_to_a_change_given_up_since_leaves_who_is_gone_in_it_gone(offered: Offered) -> None:
    world = offered.world
    change = a_change(offered)
    over = change.revision.expires_at + HOUR
    cancel_change(bid=world.bid, by=world.lead, now=over)
    begun(offered, now=over + HOUR)
    with pytest.raises(ChangeUnderWay):
        records(change, now=over + 2 * HOUR, arrived_at=JUNE + HOUR)
    cancel_change(bid=world.bid, by=world.lead, now=over + 3 * HOUR)
    assert not world.part("PAI").is_gone

    records(change, now=over + 4 * HOUR, arrived_at=JUNE + HOUR)
    as_at_a_commit()
    gone = world.part("PAI")
    assert (gone.state, gone.gone_on, gone.gone_why) == (PartState.LEFT.value, helsinki_day(JUNE), "bankrupt")
    assert (gone.gone_in, Bid.objects.get(pk=world.bid.pk).changing) == (1, 0)
    assert holds(world.bid).revision == change.revision
    begun(offered, now=over + 5 * HOUR)
    assert world.stale(over + 5 * HOUR) == set()
