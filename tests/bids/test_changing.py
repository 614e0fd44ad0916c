"""What was agreed is changed by versions after the yes: begun, written, sent, accepted, and what holds meanwhile."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from bids.actions.add_line import add_line
from bids.actions.begin_change import begin_change
from bids.actions.cancel_change import cancel_change
from bids.actions.close_offer import close_offer
from bids.actions.reassign_lines import reassign_lines
from bids.actions.take_back_ok import take_back_ok
from bids.actions.withdraw_offer import withdraw_offer
from bids.changing import amounts_of
from bids.exports.agreed import agreed_at_first, every_agreed
from bids.exports.frozen_version import read_version
from bids.models import Approval, Bid, DecisionStanding, Letter, LineItem, OptionGroup, Part, Revision
from bids.models.line_cost import LineCost
from bids.pricing import totals
from bids.queries.content_of import content_of
from bids.queries.costs import write_cost
from bids.queries.stages import standing_of, with_stages
from bids.queries.waiting import WaitKind, waiting_for
from bids.steps.changing import ChangeIsWithTheClient, ChangeUnderWay, NothingAgreed, NothingIsChanged
from bids.steps.deciding import AcceptedAlready
from bids.steps.editing import StandsForAnother
from bids.steps.freezing import CannotBeSent
from bids.steps.oks import SentWithIt
from bids.steps.proposed_lines import read_line
from bids.steps.settling import OfferIsAccepted
from bids.vocabulary import LetterKind, OfferStage, OkMethod, PartState, RevisionState
from kernel.models import AuditEvent
from tests.bids.change_sums import add_up, change_in_sums
from tests.bids.changes import JUNE, added, an_agreed, begun, change_sent, holds, said_no, said_yes
from tests.bids.decisions import (
    Offered,
    an_offered,
    records,
    yes_with_code,
)
from tests.bids.sendings import frozen, state_of

pytestmark = pytest.mark.django_db
D = Decimal
LATER = JUNE + timedelta(hours=2)


@pytest.fixture
def agreed_offer() -> Offered:
    """The client has taken the Swedish translation and the larger poster."""
    return an_agreed(lines=["A7", "A5b"])


def stage(bid: Bid) -> OfferStage:
    return standing_of(with_stages(Bid.objects.filter(pk=bid.pk), now=JUNE).get()).stage


def stops(offered: Offered) -> set[str]:
    with pytest.raises(CannotBeSent) as refused:
        frozen(offered.world, now=JUNE)
    return {each.code for each in refused.value.checks.stops}


def test_a_change_begins_with_the_rows_and_the_oks_of_what_was_agreed(agreed_offer: Offered) -> None:
    offered = agreed_offer
    was = holds(offered.world.bid)
    with pytest.raises(OfferIsAccepted):
        added(offered, "Lisätyö", "100")
    costs = {row.code: row.public_id for row in LineItem.objects.filter(bid=offered.world.bid)}

    bid = begun(offered, reason="Päiväkoti tarvitsee lisää.")

    now = content_of(bid)
    assert bid.changing == 1
    assert (totals(now).net, totals(now).gross) == (was.sums.net, was.sums.gross)
    assert [line.code for line in now.lines] == [line.code for line in was.offer.lines]
    assert not now.packages
    assert not any(line.optional or line.replaces for line in now.lines)
    assert now.valid_until == (JUNE + timedelta(days=14)).date()
    assert {row.code: row.public_id for row in LineItem.objects.filter(bid=bid)}.items() <= costs.items()
    assert offered.world.stale(JUNE) == set()
    assert set(Approval.objects.filter(given_at=JUNE).values_list("method", flat=True)) == {OkMethod.AGREED.value}
    assert not Letter.objects.filter(written_at__gte=JUNE).exists()
    assert stage(bid) == OfferStage.CHANGING
    assert holds(bid).decision == was.decision
    with pytest.raises(ChangeUnderWay):
        begun(offered)
    with pytest.raises(ChangeUnderWay):
        close_offer(bid=bid, by=offered.world.lead, now=JUNE)
    assert stops(offered) == {"nothing_changes"}


def test_before_a_yes_there_is_nothing_to_change() -> None:
    offered = an_offered()
    with pytest.raises(NothingAgreed):
        begin_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)
    with pytest.raises(NothingIsChanged):
        cancel_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)


def test_a_change_is_sent_and_accepted_and_the_original_and_the_changes_are_what_holds_now(
    agreed_offer: Offered,
) -> None:
    offered = agreed_offer
    original = holds(offered.world.bid)
    begun(offered, reason="Lisää työpajoja")
    code = added(offered, "Toinen työpaja", "320.00")
    assert offered.world.stale(JUNE) == set(), "nobody else's part or pay is another"

    change = change_sent(offered)
    version = read_version(bytes(change.revision.payload))
    assert version.change is not None
    assert (version.change.number, version.change.reason) == (1, "Lisää työpajoja")
    assert version.change.of == version.change.to == bytes(original.revision.content_hash)
    assert holds(offered.world.bid).decision == original.decision
    with pytest.raises(ChangeIsWithTheClient):
        cancel_change(bid=offered.world.bid, by=offered.world.lead, now=JUNE)
    assert stage(offered.world.bid) == OfferStage.SENT

    said_yes(change)

    now = holds(offered.world.bid)
    assert Bid.objects.get(pk=offered.world.bid.pk).changing == 0
    assert stage(offered.world.bid) == OfferStage.ACCEPTED
    assert now.sums.net - original.sums.net == D("320.00")
    assert now.sums.gross - original.sums.gross == D("401.60")
    assert code in now.sums.counted
    first = agreed_at_first(offered.world.bid)
    assert first is not None
    assert first.decision == original.decision
    assert [state_of(each.revision) for each in every_agreed(offered.world.bid)] == [RevisionState.ACCEPTED] * 2
    with pytest.raises(OfferIsAccepted):
        added(offered, "Vielä", "1")
    with pytest.raises(AcceptedAlready):
        yes_with_code(offered, now=JUNE)

    begun(offered, now=LATER)
    added(offered, "Kolmas työpaja", "100.00", now=LATER)
    second = change_sent(offered, now=LATER)
    records(second, now=LATER + timedelta(hours=1), arrived_at=LATER)
    chain = every_agreed(offered.world.bid)
    assert [each.revision.change for each in chain] == [0, 1, 2]
    versions = [read_version(bytes(each.revision.payload)).change for each in chain]
    assert versions[2] is not None
    assert versions[2].of == bytes(chain[0].revision.content_hash)
    assert versions[2].to == bytes(chain[1].revision.content_hash)
    steps = [change_in_sums(one.offer, other.offer) for one, other in pairwise(chain)]
    assert add_up(amounts_of(chain[0].sums), steps).told == amounts_of(chain[-1].sums).told
    assert list(DecisionStanding.objects.order_by("change").values_list("change", flat=True)) == [0, 1, 2]


def test_only_who_is_touched_is_asked_and_more_time_for_the_client_asks_nobody(agreed_offer: Offered) -> None:
    offered = agreed_offer
    world = offered.world
    begun(offered)
    world.after(lambda: Bid.objects.filter(pk=world.bid.pk).update(valid_until=date(2026, 5, 30)), now=JUNE)
    assert world.stale(JUNE) == set()

    reassign_lines(bid=world.bid, codes=["A7"], to=world.part("KUV"), by=world.lead, now=JUNE)
    assert {key for key, _kind in world.stale(JUNE)} == {"SEL"}
    assert stops(offered) == {"asked_again"}
    asked = Letter.objects.filter(kind=LetterKind.ASKED_AGAIN.value)
    assert {letter.part.key for letter in asked if letter.part} == {"SEL"}
    sel = world.part("SEL")
    with pytest.raises(SentWithIt):
        take_back_ok(part=world.part("PAI"), by=world.asked("PAI"), now=JUNE)
    world.says_ok("SEL", now=JUNE)

    change = change_sent(offered)
    said_yes(change)
    now = holds(world.bid)
    assert now.offer.part_of("A7").key == "KUV"
    # What a firm outside VAT sold for 312,00 € carries VAT when the lead sells it.
    assert amounts_of(now.sums).of("part", "KUV") - amounts_of(every_agreed(world.bid)[0].sums).of("part", "KUV") == D(
        "312.00"
    )
    assert change_in_sums(every_agreed(world.bid)[0].offer, now.offer).vat == D("79.56")
    assert sel.key == "SEL"


@pytest.mark.parametrize("ends", ["declined", "withdrawn", "expired"])
def test_a_change_that_comes_to_nothing_leaves_what_was_agreed(agreed_offer: Offered, ends: str) -> None:
    offered = agreed_offer
    world = offered.world
    was = holds(world.bid)
    rows = content_of(begun(offered))
    added(offered, "Lisätyö", "50")
    change = change_sent(offered)
    now = LATER
    if ends == "declined":
        said_no(change)
    elif ends == "withdrawn":
        withdraw_offer(revision=change.revision, by=world.lead, now=LATER)
    else:
        now = change.revision.expires_at
    assert holds(world.bid).decision == was.decision
    assert stage(world.bid) in {OfferStage.CHANGING, OfferStage.SENT}
    in_vain = {WaitKind.CHANGE_NO, WaitKind.CHANGE_EXPIRED} & {one.kind for one in waiting_for(world.lead, now)}
    assert in_vain == {"declined": {WaitKind.CHANGE_NO}, "expired": {WaitKind.CHANGE_EXPIRED}}.get(ends, set())

    again = added(offered, "Toinen yritys", "10", now=now)
    assert again not in {line.code for line in rows.lines}
    cancel_change(bid=world.bid, by=world.lead, now=now)
    bid = Bid.objects.get(pk=world.bid.pk)
    assert bid.changing == 0
    assert content_of(bid).lines == rows.lines
    assert stage(bid) == OfferStage.ACCEPTED
    with pytest.raises(OfferIsAccepted):
        added(offered, "Lisätyö", "50", now=now)
    assert begun(offered, now=now).changing == 1


def test_a_recorded_yes_that_came_in_time_holds_though_the_change_was_cancelled_since(agreed_offer: Offered) -> None:
    offered = agreed_offer
    world = offered.world
    begun(offered)
    code = added(offered, "Lisätyö", "50")
    change = change_sent(offered)
    over = change.revision.expires_at + timedelta(hours=1)
    cancel_change(bid=world.bid, by=world.lead, now=over)
    records(change, now=over + timedelta(hours=1), arrived_at=JUNE + timedelta(hours=1))
    assert code in holds(world.bid).sums.counted
    assert begun(offered, now=over + timedelta(hours=2)).changing == 2
    assert code in {line.code for line in content_of(world.bid).lines}


def test_whoever_was_asked_about_a_change_hears_that_it_is_off(agreed_offer: Offered) -> None:
    offered = agreed_offer
    world = offered.world
    begun(offered)
    reassign_lines(bid=world.bid, codes=["A7"], to=None, by=world.lead, now=JUNE)
    world.says_ok("SEL", now=JUNE + timedelta(hours=1))
    cancel_change(bid=world.bid, by=world.lead, now=LATER)
    told = Letter.objects.filter(kind=LetterKind.CHANGE_CANCELLED.value)
    assert {letter.part.key for letter in told if letter.part} == {"SEL"}
    assert world.line("A7").part.key == "SEL"
    assert Part.objects.get(pk=world.part("SEL").pk).state == PartState.IN.value
    assert Revision.objects.filter(bid=world.bid).count() == 1


def test_rows_that_stand_there_already_stay_as_they_are_and_only_the_others_move(agreed_offer: Offered) -> None:
    world = agreed_offer.world
    pai, lead = world.part("PAI"), world.lead
    begun(agreed_offer)
    for code in ("A6", "A7"):
        write_cost(world.line(code), cost=D("90"), note="oma", seen=0)

    moved = reassign_lines(bid=world.bid, codes=["A7", "A6"], to=pai, by=lead, now=JUNE)

    assert moved == ["A7"]
    assert list(LineCost.objects.filter(line__bid=world.bid).values_list("line__code", flat=True)) == ["A6"]
    events = AuditEvent.objects.about(world.bid.public_id).order_by("seq")
    assert [event.facts["lines"] for event in events if event.type == "lines.reassigned"] == [["A7"]]
    said = events.count()
    assert reassign_lines(bid=world.bid, codes=["A6"], to=pai, by=lead, now=JUNE) == []
    assert events.count() == said
    assert LineCost.objects.filter(line__code="A6", note="oma").exists()


def test_a_row_is_struck_together_with_the_one_in_its_place_and_with_the_group_they_leave(
    agreed_offer: Offered,
) -> None:
    world = agreed_offer.world
    begun(agreed_offer)
    part = world.part("KUV")
    first = {"text": "Kyltti", "quantity": "1", "unit": "erä", "unit_price": "10"}
    for more in ({"replaces": "A1"}, {"group": "Kyltti", "default": True}, {"group": "Kyltti"}):
        add_line(part=part, line=read_line(first | more), by=world.lead, now=JUNE)
    instead, one, other = list(LineItem.objects.filter(part=part).order_by("position"))[-3:]
    assert (instead.replaces, OptionGroup.objects.count()) == (world.line("A1"), 1)

    with pytest.raises(StandsForAnother):
        reassign_lines(bid=world.bid, codes=["A1"], to=None, by=world.lead, now=JUNE)
    reassign_lines(bid=world.bid, codes=[one.code], to=None, by=world.lead, now=JUNE)
    assert world.line(other.code).default
    reassign_lines(bid=world.bid, codes=["A1", instead.code, other.code], to=None, by=world.lead, now=JUNE)

    assert not {"A1", instead.code, one.code, other.code} & {line.code for line in content_of(world.bid).lines}
    assert not OptionGroup.objects.exists()
    assert added(agreed_offer, "Uusi", "1") not in {instead.code, one.code, other.code}
