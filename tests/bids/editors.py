"""The daycare offer, the people who write it, and changes said in the words of a package."""

from datetime import datetime
from typing import Any

from bids.actions.import_bid import import_bid
from bids.models import Bid, LineItem, Part
from bids.vocabulary import PartState
from kernel.actor import Actor
from members.models import Firm, Person
from members.vocabulary import MembershipRole
from tests.bids.cases import daycare
from tests.world import a_person, acting


def the_offer(now: datetime) -> Bid:
    """As brought in: its partners have been named, not asked."""
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=now)


def part_of(bid: Bid, key: str) -> Part:
    return Part.objects.select_related("bid__lead", "firm").get(bid=bid, key=key)


def line_of(bid: Bid, code: str) -> LineItem:
    return LineItem.objects.select_related("part__bid__lead", "part__firm", "bid").get(bid=bid, code=code)


def asked(bid: Bid, key: str, state: PartState = PartState.IN) -> Part:
    """The part of a firm that has been asked: its words are its own from now on."""
    Part.objects.filter(bid=bid, key=key).update(state=state.value)
    return part_of(bid, key)


def someone_at(firm: Firm, email: str, role: MembershipRole = MembershipRole.OWNER) -> Person:
    return a_person(at=firm, email=email, language="en", role=role.value)


def lead_of(bid: Bid, role: MembershipRole = MembershipRole.OWNER) -> Actor:
    return acting(someone_at(bid.lead, f"lead-{role.value}@example.invalid", role), bid.lead)


def partner_of(bid: Bid, key: str, role: MembershipRole = MembershipRole.OWNER) -> Actor:
    firm = part_of(bid, key).firm
    return acting(someone_at(firm, f"{key.lower()}-{role.value}@example.invalid", role), firm)


def a_row(**said: Any) -> dict[str, Any]:
    return {"text": "Opastekyltti", "quantity": "2", "unit_price": "120.00", **said}
