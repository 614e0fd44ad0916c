"""What a row costs its firm: written by that firm alone, read by that firm alone, in no promise and no event."""

from datetime import datetime
from decimal import Decimal

import pytest

from bids.actions.import_bid import import_bid
from bids.actions.set_line_cost import set_line_cost
from bids.models import Bid, Invitation, LineItem, Part
from bids.permissions import eyes_of
from bids.queries.content_of import content_of
from bids.queries.costs import own_costs
from bids.sheets.own_costs import OwnCosts, own_costs_sheet
from bids.vocabulary import Language, PartState
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted, NotVisible, Stale
from kernel.models import AuditEvent
from tests.bids.cases import daycare
from tests.kept import kept
from tests.world import NOON, a_person, acting

pytestmark = pytest.mark.django_db


@kept
def bid() -> Bid:
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=NOON)


@pytest.fixture
def part(bid: Bid) -> Part:
    part: Part = bid.parts.select_related("firm").get(key="PAI")
    part.state = PartState.IN.value
    part.save()
    return part


@pytest.fixture
def line(part: Part) -> LineItem:
    return part.lines.order_by("position")[0]


def member(part: Part, role: str = "owner") -> Actor:
    return acting(a_person(at=part.firm, role=role), part.firm)


def set_cost(line: LineItem, by: Actor, now: datetime, *, cost: str | None = "10.00", seen: int = 0) -> int:
    return set_line_cost(line=line, cost=cost and Decimal(cost), note="alihankkija", seen=seen, by=by, now=now)


def sheet_for(actor: Actor, part: Part) -> OwnCosts:
    stored = own_costs(part, firm_id=actor.firm_id or 0)
    return own_costs_sheet(content_of(part.bid), stored, eyes=eyes_of(actor, part.bid), language=Language.FI)


def test_a_firm_writes_its_cost_and_reads_what_is_left(part: Part, line: LineItem, now: datetime) -> None:
    by = member(part)
    net = next(row for row in sheet_for(by, part).rows if row.code == line.code).net

    assert set_cost(line, by, now, cost="100.00") == 1

    row = next(row for row in sheet_for(by, part).rows if row.code == line.code)
    assert row.cost is not None
    assert row.margin is not None
    assert row.cost.value == "100.00"
    assert Decimal(row.margin.money.value) == Decimal(net.value) - 100
    assert (row.note, row.version) == ("alihankkija", 1)


def test_the_margin_of_the_whole_part_is_told_once_every_row_that_counts_has_a_cost(part: Part, now: datetime) -> None:
    by = member(part)
    counting = [row for row in sheet_for(by, part).rows if row.counts]
    for number, row in enumerate(counting):
        assert sheet_for(by, part).missing == len(counting) - number
        assert sheet_for(by, part).margin is None
        set_cost(part.lines.get(code=row.code), by, now, cost="25.00")

    whole = sheet_for(by, part)
    assert whole.missing == 0
    assert whole.margin is not None
    cost = Decimal(25 * len(counting))
    assert Decimal(whole.cost.value) == cost
    assert Decimal(whole.margin.money.value) == Decimal(whole.net.value) - cost
    told = Decimal(whole.margin.percent.replace("\N{NO-BREAK SPACE}%", "").replace(",", "."))
    true = 100 * Decimal(whole.margin.money.value) / Decimal(whole.net.value)
    assert abs(told - true) <= Decimal("0.05")


def test_a_cost_above_the_price_is_a_loss(part: Part, line: LineItem, now: datetime) -> None:
    by = member(part)
    set_cost(line, by, now, cost="9999999.00")

    row = next(row for row in sheet_for(by, part).rows if row.code == line.code)
    assert row.margin is not None
    assert row.margin.is_loss


def test_of_two_who_saw_the_same_the_second_is_refused(part: Part, line: LineItem, now: datetime) -> None:
    by = member(part)
    set_cost(line, by, now)

    with pytest.raises(Stale):
        set_cost(line, by, now, cost="11.00")
    assert set_cost(line, by, now, cost="12.00", seen=1) == 2
    with pytest.raises(Stale):
        set_cost(line, by, now, cost="13.00", seen=1)
    assert own_costs(part, firm_id=part.firm_id)[line.code].cost == Decimal("12.00")


@pytest.mark.parametrize("role", ["viewer", "producer"])
def test_viewers_and_producers_write_no_costs(part: Part, line: LineItem, now: datetime, role: str) -> None:
    with pytest.raises(NotPermitted):
        set_cost(line, member(part, role), now)


def test_viewers_read_costs_and_producers_do_not(part: Part) -> None:
    assert sheet_for(member(part, "viewer"), part).key == part.key
    with pytest.raises(NotVisible):
        sheet_for(member(part, "producer"), part)


def test_neither_the_lead_nor_the_program_nor_another_firm_writes_them(
    bid: Bid, part: Part, line: LineItem, system: Actor, now: datetime
) -> None:
    other = bid.parts.select_related("firm").exclude(pk=part.pk).get(key="SEL")
    for by in (acting(a_person(at=bid.lead), bid.lead), system, member(other)):
        with pytest.raises(NotPermitted):
            set_cost(line, by, now)
    part.state = PartState.LISTED.value
    part.save()
    with pytest.raises(NotPermitted):
        set_cost(line, acting(a_person(at=bid.lead), bid.lead), now)


def test_nobody_else_reads_them(bid: Bid, part: Part, line: LineItem, system: Actor, now: datetime) -> None:
    set_cost(line, member(part), now)
    lead = acting(a_person(at=bid.lead), bid.lead)

    assert own_costs(part, firm_id=lead.firm_id or 0) == {}
    assert not eyes_of(lead, bid).sees_costs_of(part.key)
    assert sheet_for(lead, bid.parts.get(firm=bid.lead)).key != part.key
    with pytest.raises(NotVisible):
        own_costs_sheet(content_of(bid), {}, eyes=eyes_of(system, bid), language=Language.FI)


def test_who_holds_the_firms_invitation_writes_and_reads_them(part: Part, line: LineItem, now: datetime) -> None:
    invitation = Invitation.objects.create(
        bid=part.bid, part=part, email="pai@example.invalid", asked_at=now, answer_until=now.replace(year=2099)
    )
    holder = Actor(
        kind=ActorKind.INVITED,
        label="Pai",
        id=invitation.pk,
        public_id=invitation.public_id,
        firm_id=part.firm_id,
        firm_public_id=part.firm.public_id,
    )
    set_cost(line, holder, now)
    assert sheet_for(holder, part).rows[0].cost is not None

    invitation.withdrawn_at = now
    invitation.save()
    with pytest.raises(NotPermitted):
        set_cost(line, holder, now, seen=1)
    with pytest.raises(NotVisible):
        eyes_of(holder, part.bid)


def test_the_event_stands_with_the_firm_and_says_no_amount(part: Part, line: LineItem, now: datetime) -> None:
    set_cost(line, member(part), now, cost="4321.09")

    (event,) = AuditEvent.objects.filter(type="cost.changed")
    assert event.chain == part.firm.public_id
    assert event.facts == {"bid": str(part.bid.public_id)}


def test_nobodys_ok_is_touched(part: Part, line: LineItem, now: datetime) -> None:
    before = list(Part.objects.filter(bid=part.bid).order_by("pk").values())
    touched = Bid.objects.values_list("version", "changed_at").get(pk=part.bid_id)

    set_cost(line, member(part), now)

    assert list(Part.objects.filter(bid=part.bid).order_by("pk").values()) == before
    assert Bid.objects.values_list("version", "changed_at").get(pk=part.bid_id) == touched
