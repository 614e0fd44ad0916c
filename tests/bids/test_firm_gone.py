"""A partner goes bankrupt in June: what it has done stays sold by it, the rest goes on, to the cent."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection, transaction

from bids.actions.begin_sending import begin_sending
from bids.actions.cancel_change import cancel_change
from bids.actions.change_line import change_line
from bids.actions.copy_offer import copy_offer
from bids.actions.leave_out_part import leave_out_part
from bids.actions.reassign_lines import reassign_lines
from bids.actions.remove_line import remove_line
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.actions.withdraw_offer import withdraw_offer
from bids.changing import amounts_of
from bids.exports.agreed import every_agreed, to_make_another_of
from bids.exports.change_checks import with_change_checks
from bids.exports.version_faults import version_faults
from bids.models import Bid, Letter, LineItem, Part
from bids.queries.content_of import content_of
from bids.queries.letter_truth import why_not_any_more
from bids.queries.oks import ok_of
from bids.queries.send_checks import GONE_SELLS_LESS, send_checks
from bids.steps.editing import GoneSellsAsAgreed
from bids.steps.freezing import CannotBeSent
from bids.steps.leaving import LeadStays, NotAsThingsStand
from bids.steps.proposed_lines import read_line_change
from bids.steps.settling import OfferIsAccepted
from bids.steps.starting import NewOffer
from bids.vocabulary import LeavingWhy, LetterKind, PartState
from bids.web.offer_sources import Source, suggestion_for
from kernel.actor import Actor
from kernel.errors import Malformed
from tests.bids.change_sums import add_up, change_in_sums
from tests.bids.changes import added, an_agreed, begun, change_sent, holds, said_yes
from tests.bids.decisions import Offered, records
from tests.bids.ok_world import OkWorld
from tests.bids.sendings import frozen

pytestmark = pytest.mark.django_db
AsAppRole = Callable[[], AbstractContextManager[None]]
D = Decimal
JUNE = datetime(2026, 6, 8, 9, 0, tzinfo=UTC)
DAY = date(2026, 6, 5)
HOUR = timedelta(hours=1)


def gone(offered: Offered, key: str = "PAI", *, on: date = DAY, now: datetime = JUNE, **rows: list[str]) -> Part:
    return tell_firm_is_gone(
        part=offered.world.part(key), why=LeavingWhy.BANKRUPT, on=on, by=offered.world.lead, now=now, **rows
    )


def sold_by(offered: Offered) -> dict[str, list[str]]:
    return {part.key: [line.code for line in part.lines] for part in holds(offered.world.bid).offer.parts}


def another_is_made_of_what_was_agreed(world: OkWorld) -> None:
    bid = Bid.objects.get(pk=world.bid.pk)
    assert "A8" in {line.code for line in to_make_another_of(bid).lines} - {line.code for line in content_of(bid).lines}
    source = Source(kind="copy", id=bid.public_id)
    words = suggestion_for(source, by=world.lead, now=JUNE).words
    named = {value for name, value in words.items() if name.endswith("-part")}
    assert named == {"SEL"}, "nobody asks a firm again that is gone"
    new = NewOffer(client_name=bid.client.name, title=bid.title, leaves_at=JUNE + timedelta(days=7))
    copy = copy_offer(bid=bid, new=new, shares=(), by=world.lead, now=JUNE).bid
    assert [line.code for line in content_of(copy).lines] == ["A1", "A2", "A3"], "nothing that is only being changed"


@pytest.mark.parametrize("recorded", [False, True], ids=["clicked", "recorded"])
def test_a_partner_goes_bankrupt_in_june(recorded: bool) -> None:  # noqa: FBT001 - one of two ways
    """The posters are printed, the leaflets are not: the lead sells them, and the window stickers are given up.

    Agreed at first, without VAT: A5 15 × 12,90 less 10 % = 174,15; A6 500 × 0,315 = 157,50; A8 2 × 84,90 = 169,80.
    """
    offered = an_agreed(lines=["A8"])
    world = offered.world
    original = holds(world.bid)
    assert original.sums.net == D("320.00") + D("1482.00") + D("260.00") + D("480.00") + D("501.45")

    begun(offered, now=JUNE, reason="Painopiste Savo Oy on konkurssissa 5.6. alkaen.")
    part = gone(offered, done=["A5"], taken_over=["A6"])
    another_is_made_of_what_was_agreed(world)

    assert (part.state, part.gone_on, part.gone_why, part.gone_in) == (PartState.IN.value, DAY, "bankrupt", 1)
    assert world.stale(JUNE) == {("PAI", "part"), ("PAI", "frame")}
    assert not world.board(JUNE)["PAI"].stops_sending
    assert [row.code for row in LineItem.objects.filter(bid=world.bid, part__key="PAI")] == ["A5"]
    letters = Letter.objects.filter(written_at=JUNE)
    assert [letter.part.key for letter in letters.filter(kind=LetterKind.FIRM_GONE.value) if letter.part] == ["PAI"]
    assert not letters.filter(kind=LetterKind.ASKED_AGAIN.value).exists()

    change = change_sent(offered, now=JUNE)
    if recorded:
        records(change, now=JUNE + HOUR, arrived_at=JUNE)
    else:
        said_yes(change, now=JUNE)

    now = holds(world.bid)
    assert sold_by(offered) == {"KUV": ["A1", "A2", "A3", "A6"], "SEL": ["A4"], "PAI": ["A5"]}
    assert now.sums.net == original.sums.net - D("169.80")
    # The stickers' VAT falls away: 25,5 % of 169,80 is 43,30.
    assert original.sums.vat - now.sums.vat == D("43.30")
    by_firm = change_in_sums(original.offer, now.offer)
    assert {key[1]: value for key, value in by_firm.told.items() if key[0] == "part"} == {
        "KUV": D("157.50"),
        "PAI": D("-327.30"),
    }
    steps = [change_in_sums(every_agreed(world.bid)[0].offer, now.offer)]
    assert add_up(amounts_of(original.sums), steps).told == amounts_of(now.sums).told
    assert Part.objects.get(pk=part.pk).is_gone

    # A second change knows that the firm is gone: it is neither asked nor put back.
    begun(offered, now=JUNE + 2 * HOUR)
    reassign_lines(bid=world.bid, codes=["A6"], to=world.part("SEL"), by=world.lead, now=JUNE + 2 * HOUR)
    with pytest.raises(NotAsThingsStand):
        reassign_lines(bid=world.bid, codes=["A6"], to=world.part("PAI"), by=world.lead, now=JUNE + 2 * HOUR)
    what_it_has_done_stays(world)
    assert {key for key, _kind in world.stale(JUNE + 2 * HOUR)} == {"PAI", "SEL"}
    world.says_ok("SEL", now=JUNE + 2 * HOUR)
    said_yes(change_sent(offered, now=JUNE + 2 * HOUR), now=JUNE + 2 * HOUR)
    last = holds(world.bid)
    assert last.offer.part_of("A6").key == "SEL"
    # The firm outside VAT sells the leaflets without it.
    assert now.sums.vat - last.sums.vat == D("40.16")
    chain = every_agreed(world.bid)
    steps = [change_in_sums(one.offer, other.offer) for one, other in pairwise(chain)]
    assert add_up(amounts_of(chain[0].sums), steps).told == amounts_of(last.sums).told
    changes = [each.version.change for each in chain]
    assert [change.gone if change else None for change in changes] == [None, ("PAI",), ("PAI",)]
    assert [str(fault) for fault in version_faults(only=[world.bid.public_id])] == []


def what_it_has_done_stays(world: OkWorld) -> None:
    """Nobody strikes, moves or cheapens the posters; and where anything did, nothing goes out."""
    now = JUNE + 2 * HOUR
    posters = LineItem.objects.get(bid=world.bid, code="A5")
    for to in (None, world.part("KUV")):
        with pytest.raises(GoneSellsAsAgreed):
            reassign_lines(bid=world.bid, codes=["A5"], to=to, by=world.lead, now=now)
    system = Actor.system("tests")
    with pytest.raises(GoneSellsAsAgreed):
        change_line(line=posters, changes=read_line_change({"unit_price": "1"}), seen=1, by=system, now=now)
    with pytest.raises(GoneSellsAsAgreed):
        remove_line(line=posters, seen=posters.version, by=system, now=now)
    with pytest.raises(GoneSellsAsAgreed):
        leave_out_part(part=world.part("PAI"), by=world.lead, now=now)
    assert GONE_SELLS_LESS not in stops_of(world)
    deeds: tuple[Callable[[], object], ...] = (
        lambda: LineItem.objects.filter(pk=posters.pk).update(quantity=14),
        lambda: LineItem.objects.filter(pk=posters.pk).update(unit_price=D("12.00")),
        lambda: LineItem.objects.filter(pk=posters.pk).update(part=world.part("KUV"), position=90),
        lambda: Part.objects.filter(bid=world.bid, key="PAI").update(state=PartState.LEFT_OUT.value),
        lambda: Bid.objects.filter(pk=world.bid.pk).update(payment_days=90),
        lambda: Bid.objects.filter(pk=world.bid.pk).update(discount_percent=50, discount_name="Ale"),
    )
    for worse in deeds:
        point = transaction.savepoint()
        worse()
        assert GONE_SELLS_LESS in stops_of(world)
        transaction.savepoint_rollback(point)


def stops_of(world: OkWorld) -> set[str]:
    whole = Bid.objects.get(pk=world.bid.pk)
    checks = with_change_checks(send_checks(whole, now=JUNE + 2 * HOUR), whole)
    return {each.code for each in checks.stops}


def test_a_firm_that_has_done_nothing_is_in_the_offer_no_more_and_back_when_the_change_is_cancelled() -> None:
    offered = an_agreed()
    world = offered.world
    with pytest.raises(OfferIsAccepted):
        gone(offered)
    begun(offered, now=JUNE)
    with pytest.raises(LeadStays):
        gone(offered, "KUV")
    for impossible in (date(2026, 6, 9), date(2026, 3, 1), date.min):
        with pytest.raises(Malformed):
            gone(offered, on=impossible)
    with pytest.raises(Malformed):
        gone(offered, done=["A5"], taken_over=["A5"])
    with pytest.raises(Malformed):
        gone(offered, done=["A1"])
    part = gone(offered, taken_over=["A5", "A6"])
    assert part.state == PartState.LEFT.value
    with pytest.raises(NotAsThingsStand):
        gone(offered)
    change = change_sent(offered, now=JUNE)
    withdraw_offer(revision=change.revision, by=world.lead, now=JUNE + HOUR)
    cancel_change(bid=world.bid, by=world.lead, now=JUNE + HOUR)
    part.refresh_from_db()
    assert (part.state, part.is_gone) == (PartState.IN.value, False)
    told = Letter.objects.filter(part=part, kind=LetterKind.FIRM_GONE.value).order_by("pk")
    assert [why_not_any_more(letter, now=JUNE + HOUR) for letter in told] == ["withdrawn"]
    off = Letter.objects.filter(kind=LetterKind.CHANGE_CANCELLED.value)
    assert [letter.part.key for letter in off if letter.part] == ["PAI"], "bound again, it hears so"
    assert sold_by(offered)["PAI"] == [row.code for row in LineItem.objects.filter(part=part).order_by("position")]
    assert ok_of(part, now=JUNE + HOUR).is_ok

    # So with one that was left out; the next change puts out nobody.
    begun(offered, now=JUNE + HOUR)
    leave_out_part(part=world.part("SEL"), by=world.lead, now=JUNE + HOUR)
    for minutes in (70, 80):
        cancel_change(bid=world.bid, by=world.lead, now=JUNE + timedelta(minutes=minutes))
        assert [letter.part.key for letter in off.order_by("pk") if letter.part] == ["PAI", "SEL"]
        begun(offered, now=JUNE + timedelta(minutes=minutes))

    gone(offered, taken_over=["A5", "A6"], now=JUNE + 2 * HOUR)
    assert [letter.written_at for letter in told.all()] == [JUNE, JUNE + 2 * HOUR]
    assert [why_not_any_more(letter, now=JUNE + 2 * HOUR) for letter in told.all()] == ["withdrawn", ""]
    said_yes(change_sent(offered, now=JUNE + 2 * HOUR), now=JUNE + 2 * HOUR)
    assert sold_by(offered)["KUV"][-2:] == ["A5", "A6"]
    assert "PAI" not in sold_by(offered)
    begun(offered, now=JUNE + 3 * HOUR)
    part.refresh_from_db()
    assert (part.state, part.gone_in) == (PartState.LEFT.value, 1)


def test_nobody_sells_more_in_the_name_of_a_firm_that_is_gone() -> None:
    offered = an_agreed()
    world = offered.world
    begun(offered, now=JUNE)
    gone(offered, done=["A5", "A6"])
    added(offered, "Lisätyö", "10", now=JUNE)
    assert begin_sending(bid=world.bid, by=world.lead, now=JUNE).change == 1
    Bid.objects.filter(pk=world.bid.pk).update(state="drafting")
    with transaction.atomic():
        world.after(lambda: LineItem.objects.filter(code="A5").update(quantity=16), now=JUNE)
        with pytest.raises(CannotBeSent) as refused:
            frozen(world, now=JUNE)
    assert "gone_sells_more" in {each.code for each in refused.value.checks.stops}


def sql(statement: str, values: list[object]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_lets_nobody_be_gone_who_was_not_bound(as_app_role: AsAppRole) -> None:
    offered = an_agreed()
    world = offered.world
    goes = "UPDATE bids_part SET gone_on = '2026-06-05', gone_why = 'ended', gone_in = %s WHERE id = %s"
    pai, lead = world.part("PAI").pk, world.part("KUV").pk
    with transaction.atomic(), as_app_role():
        for number, part in ((1, pai), (0, pai)):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(goes, [number, part])
    begun(offered, now=JUNE)
    with transaction.atomic(), as_app_role():
        for number, part in ((2, pai), (1, lead)):
            with pytest.raises(DatabaseError), transaction.atomic():
                sql(goes, [number, part])
        sql("DELETE FROM bids_lineitem WHERE code = 'A8'", [])
        sql(goes, [1, pai])
        assert Part.objects.get(pk=pai).is_gone
