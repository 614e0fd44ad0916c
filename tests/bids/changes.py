"""What was agreed, while it is being changed: begun, sent, said yes to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bids.actions.add_line import add_line
from bids.actions.begin_change import begin_change
from bids.exports.agreed import Agreed, agreed
from bids.models import Bid, Decision
from bids.steps.proposed_lines import read_line
from bids.vocabulary import CodeFor
from tests.bids.decisions import Offered, a_code, a_link, accepts, an_offered, declines, yes_with_code
from tests.bids.sendings import sent
from tests.world import NOON

JUNE = NOON + timedelta(days=30)


def an_agreed(**choice: Any) -> Offered:
    """An offer the client has said yes to."""
    offered = an_offered()
    yes_with_code(offered, **choice)
    return offered


def begun(offered: Offered, *, now: datetime = JUNE, reason: str = "", **more: Any) -> Bid:
    """What was agreed can be changed; the world's offer is as it is then."""
    bid = begin_change(bid=offered.world.bid, reason=reason, by=offered.world.lead, now=now, **more)
    offered.world.bid.refresh_from_db()
    return bid


def added(offered: Offered, text: str, price: str, *, now: datetime = JUNE) -> str:
    """One more row of the lead's own; its code."""
    part = offered.world.part("KUV")
    line = read_line({"text": text, "quantity": "1", "unit": "erä", "unit_price": price})
    row = add_line(part=part, line=line, by=offered.world.lead, now=now)
    return row.code


def change_sent(offered: Offered, *, now: datetime = JUNE, **asked: Any) -> Offered:
    """The change is with the client, whose letter brought a link of its own."""
    revision = sent(offered.world, now=now, **asked)
    return replace(offered, revision=revision, link=a_link(offered.world, now=now))


def holds(bid: Bid) -> Agreed:
    """What is agreed now."""
    found = agreed(Bid.objects.get(pk=bid.pk))
    assert found is not None
    return found


def said_yes(change: Offered, *, now: datetime = JUNE) -> Decision:
    """The client clicks a yes to the change."""
    a_code(change.link, change.revision, now=now)
    decision = accepts(change, now=now)
    assert decision is not None
    return decision


def said_no(change: Offered, *, now: datetime = JUNE) -> Decision:
    """The client clicks a no to the change."""
    a_code(change.link, change.revision, CodeFor.DECLINE, now=now)
    decision = declines(change, now=now)
    assert decision is not None
    return decision
