"""A joint offer whose firms have been asked, and said OK as they do: with their answers, by their invitations."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bids.actions.import_bid import import_bid
from bids.content import JointOffer
from bids.models import Bid, Invitation, LineItem, Part
from bids.queries.oks import PartOk, ok_board
from bids.steps.oks import give_ok
from bids.steps.settling import Settled, lock_bid, settle
from bids.vocabulary import OkMethod, PartState, Role
from kernel.action import action
from kernel.actor import Actor, ActorKind
from members.models import Firm, Person
from tests.world import NOON, a_person, acting


@dataclass(frozen=True, kw_only=True)
class OkWorld:
    """A bid, its lead's person, and the invitation of every partner by its key."""

    bid: Bid
    lead: Actor
    lead_person: Person
    invitations: dict[str, Invitation]

    def part(self, key: str) -> Part:
        return Part.objects.select_related("bid", "firm").get(bid=self.bid, key=key)

    def line(self, code: str) -> LineItem:
        return LineItem.objects.select_related("part", "bid").get(bid=self.bid, code=code)

    def firm(self, key: str) -> Firm:
        return self.part(key).firm

    def asked(self, key: str) -> Actor:
        """Whoever holds the invitation of this firm."""
        invitation = self.invitations[key]
        part = self.part(key)
        return Actor(
            kind=ActorKind.INVITED,
            label=invitation.name,
            id=invitation.pk,
            public_id=invitation.public_id,
            firm_id=part.firm_id,
            firm_public_id=part.firm.public_id,
        )

    def board(self, now: datetime = NOON) -> dict[str, PartOk]:
        return {ok.part.key: ok for ok in ok_board(self.bid, now=now)}

    def stale(self, now: datetime = NOON) -> set[tuple[str, str]]:
        """Every tick of a partner that is missing, as (key, kind)."""
        board = self.board(now).values()
        return {(ok.part.key, kind.value) for ok in board if not ok.is_lead for kind in ok.missing_kinds}

    def after(self, change: Callable[[], object], *, by: Actor | None = None, now: datetime = NOON) -> Settled:
        """What settling finds after somebody (the lead unless said otherwise) has changed something."""
        return changed(change=change, bid=self.bid, by=by or self.lead, now=now)

    def says_ok(self, key: str, *, now: datetime = NOON, method: OkMethod = OkMethod.ANSWERED) -> None:
        """This firm gives both ticks to what stands now, through its invitation."""
        ok_given(part=self.part(key), invitation=self.invitations[key], by=self.asked(key), now=now, method=method)


@action
def changed(*, change: Callable[[], object], bid: Bid, by: Actor, now: datetime) -> Settled:
    """Any change, the way every action makes one: lock, change, settle."""
    fresh = lock_bid(bid)
    change()
    return settle(fresh, by=by, now=now)


@action
def ok_given(*, part: Part, invitation: Invitation, by: Actor, now: datetime, method: OkMethod) -> None:
    """The firm's OK to what stands now, given by whoever was asked."""
    lock_bid(part.bid)
    settle(part.bid, by=by, now=now)
    part.refresh_from_db()
    give_ok(
        part,
        by=by,
        now=now,
        method=method,
        seen_part_hash=bytes(part.content_hash or b"").hex(),
        seen_frame_hash=bytes(part.frame_hash or b"").hex(),
        invitation=invitation,
    )


def an_ok_world(offer: JointOffer, *, said_ok: bool = True, now: datetime = NOON) -> OkWorld:
    """The offer brought in, its partners asked by letter; with `said_ok` all of them are in and have said OK."""
    bid = import_bid(offer=offer, by=Actor.system("tests"), now=now)
    person = a_person(at=bid.lead)
    invitations = {
        part.key: Invitation.objects.create(
            bid=bid,
            part=part,
            name=f"Vastaaja {part.key}",
            email=f"{part.position}@partner.invalid",
            asked_by=person,
            asked_at=now,
            answer_until=now + timedelta(days=14),
        )
        for part in bid.parts.exclude(role=Role.LEAD.value)
    }
    world = OkWorld(bid=bid, lead=acting(person, bid.lead), lead_person=person, invitations=invitations)
    world.after(lambda: None, now=now)
    if said_ok:
        Part.objects.filter(bid=bid).update(state=PartState.IN.value)
        for key in invitations:
            world.says_ok(key, now=now)
    return world
