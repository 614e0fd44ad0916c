"""Which firm has OK'd what, and what of it still counts: always computed, never stored.

An OK counts while it carries the hash of what stands now, nobody has taken it back, its own last day is not past and
whoever gave it may still do so; and while the firm has given no later one. An offer that returns to what a firm OK'd
before its last OK is therefore not OK'd by the old one.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When

from bids.content import JointOffer
from bids.models import Approval, Bid, Invitation, Part, RevisionPart
from bids.promises import (
    Difference,
    differences,
    frame_promise,
    hash_of,
    part_promise,
    promise_bytes,
    told_hash,
    visible_to,
)
from bids.queries.competition import hides_by_competition
from bids.queries.content_of import offer_of, whole_bids
from bids.vocabulary import (
    IN_THE_OFFER,
    ClientKind,
    Liability,
    OkKind,
    OkLack,
    OkMethod,
    PartState,
    RevisionState,
    Role,
)
from kernel.clock import helsinki_day
from members.models import Membership
from members.vocabulary import MembershipRole

MAY_GIVE_OKS = Q(role=MembershipRole.OWNER.value) | Q(role=MembershipRole.EDITOR.value, may_approve=True)
"""Memberships whose person gives the firm's OK."""


def gives_oks(held: Membership | None) -> bool:
    """The same of a membership that is at hand."""
    if held is None:
        return False
    return held.role == MembershipRole.OWNER.value or (held.role == MembershipRole.EDITOR.value and held.may_approve)


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One half of a firm's OK.

    `given` is the one the firm itself gave last, which takes the place of all before it. `approval` is that one, or
    one carried over from it: the one that counts, or else the latest; `lack` says why none counts.
    """

    kind: OkKind
    given: Approval | None
    approval: Approval | None
    lack: OkLack | None

    @property
    def counts(self) -> bool:
        """Whether the firm has OK'd exactly what stands now."""
        return self.lack is None


@dataclass(frozen=True, kw_only=True)
class PartOk:
    """Where one firm's OK stands. The hashes, in hex, are what a new OK must have seen."""

    part: Part
    name: str
    is_lead: bool
    own: Tick
    frame: Tick
    part_hash: str
    frame_hash: str

    @property
    def part_ok(self) -> bool:
        """Whether the firm's OK to its own part counts."""
        return self.own.counts

    @property
    def frame_ok(self) -> bool:
        """Whether the firm's OK to what binds or pays it counts."""
        return self.frame.counts

    @property
    def is_ok(self) -> bool:
        """Whether nothing is missing of the firm's OK."""
        return self.part_ok and self.frame_ok

    @property
    def ticks(self) -> tuple[Tick, Tick]:
        """Both halves, the firm's own part first."""
        return (self.own, self.frame)

    @property
    def methods(self) -> frozenset[OkMethod]:
        """How those ticks that count were given."""
        return frozenset(OkMethod(tick.approval.method) for tick in self.ticks if tick.counts and tick.approval)

    @property
    def missing_kinds(self) -> tuple[OkKind, ...]:
        """What the firm's OK is missing for."""
        return tuple(tick.kind for tick in self.ticks if not tick.counts)

    @property
    def stale_kinds(self) -> tuple[OkKind, ...]:
        """What the firm has OK'd before and must OK again."""
        return tuple(tick.kind for tick in self.ticks if not tick.counts and tick.approval)

    @property
    def has_said_ok(self) -> bool:
        """Whether the firm has ever said OK, whatever has become of it."""
        return any(tick.approval for tick in self.ticks)

    @property
    def waits_for_answer(self) -> bool:
        """Whether the firm has not answered yet, or wants to be called."""
        return not self.is_lead and PartState(self.part.state) != PartState.IN

    @property
    def stops_sending(self) -> bool:
        """Whether a binding offer waits for this firm; the lead says OK by sending, who is gone says nothing."""
        return not self.is_lead and not self.part.is_gone and (self.waits_for_answer or not self.is_ok)


@dataclass(frozen=True, kw_only=True)
class Promised:
    """What a firm's OK would bind now: both promises and what else it sees in canonical bytes, each with its hash."""

    part: Part
    strict: bool
    part_bytes: bytes
    frame_bytes: bytes
    part_hash: bytes
    frame_hash: bytes
    told_hash: bytes
    told_bytes: bytes

    def hash_of(self, kind: OkKind) -> bytes:
        """The hash an OK of this kind carries."""
        return self.part_hash if kind == OkKind.PART else self.frame_hash

    def bytes_of(self, kind: OkKind) -> bytes:
        """The bytes an OK of this kind has seen."""
        return self.part_bytes if kind == OkKind.PART else self.frame_bytes


def ok_board(bid: Bid, *, now: datetime) -> tuple[PartOk, ...]:
    """Where the OK of every firm of the offer stands, in the order of the document."""
    return ok_boards([bid], now=now)[bid.pk]


def ok_boards(bids: Iterable[Bid], *, now: datetime) -> dict[int, tuple[PartOk, ...]]:
    """The same for many offers, by primary key, in two queries."""
    found: dict[int, list[PartOk]] = {bid.pk: [] for bid in bids}
    for ok in board_of(parts_with_oks(found), now=now):
        found[ok.part.bid_id].append(ok)
    return {pk: tuple(oks) for pk, oks in found.items()}


def parts_with_oks(bids: Iterable[int]) -> list[Part]:
    """The parts that stand in these offers, in the order of the document, each with every OK its firm ever gave."""
    standing = [state.value for state in IN_THE_OFFER]
    parts = Part.objects.filter(bid__in=bids, state__in=standing).order_by("bid", "position").select_related("bid")
    given = given_oks().order_by("given_at", "pk")
    return list(parts.prefetch_related(Prefetch("approvals", given, to_attr="given_oks")))


def board_of(parts: Iterable[Part], *, now: datetime) -> tuple[PartOk, ...]:
    """Where the OK of each firm stands, of parts fetched with `parts_with_oks`, by the hashes they bear."""
    today = helsinki_day(now)
    return tuple(_part_ok(part, part.given_oks, today=today) for part in parts)  # type: ignore[attr-defined]


def ok_of(part: Part, *, now: datetime) -> PartOk:
    """Where the OK of one firm stands."""
    given = given_oks().filter(part=part).order_by("given_at", "pk")
    return _part_ok(part, given, today=helsinki_day(now))


def given_oks() -> Any:
    """Every OK ever given, each with `is_revoked` and `may_still`: whether who gave it may still do so."""
    members = Membership.objects.filter(MAY_GIVE_OKS, person=OuterRef("person"), firm=OuterRef("firm"))
    asked = Invitation.objects.standing().filter(pk=OuterRef("invitation"), part=OuterRef("part"))
    # What was agreed binds the firm, whoever works there now.
    agreed = Q(method=OkMethod.AGREED.value) | Q(carried_from__method=OkMethod.AGREED.value)
    may_still = Case(When(agreed, then=Value(True)), default=Exists(members) | Exists(asked))  # noqa: FBT003
    return Approval.objects.select_related("revocation").annotate(may_still=may_still)


def lack_of(approval: Approval, *, current: bytes, today: date) -> OkLack | None:
    """Why an OK fetched with `given_oks` does not count for what has this hash now; None when it does."""
    if hasattr(approval, "revocation"):
        return OkLack.TAKEN_BACK
    if not approval.may_still:  # type: ignore[attr-defined]
        return OkLack.MAY_NO_LONGER
    if approval.good_until is not None and approval.good_until < today:
        return OkLack.DAY_PAST
    if bytes(approval.hash) != current:
        return OkLack.CHANGED
    return None


def promised_by(bid: Bid) -> dict[int, Promised]:
    """What every firm's OK would bind now, from the rows, by the part's primary key."""
    whole = whole_bids().get(pk=bid.pk)
    offer = offer_of(whole, with_files=False)
    pictures = {file.name: file.asset.sha256 for file in whole.files.all()}
    is_strict = strict_for_all(whole, offer)
    standing = (part for part in whole.parts.all() if PartState(part.state) in IN_THE_OFFER)
    return {part.pk: _promised(part, offer, pictures, strict=is_strict or part.always_ask) for part in standing}


def strict_for_all(whole: Bid, offer: JointOffer) -> bool:
    """Whether every change asks every firm: joint liability, a public buyer, competitors, or the lead's wish."""
    return (
        whole.always_ask
        or offer.liability == Liability.JOINT
        or offer.client.kind == ClientKind.PUBLIC
        or hides_by_competition(whole)
    )


def changed_since_ok(ok: PartOk, kind: OkKind) -> tuple[Difference, ...]:
    """In what the promise that stands now differs from the one the firm last OK'd; nothing when it never did."""
    last = ok.own.approval if kind == OkKind.PART else ok.frame.approval
    if last is None:
        return ()
    promised = promised_by(ok.part.bid).get(ok.part.pk)
    return differences(said(last.seen), said(promised.bytes_of(kind))) if promised else ()


def still_asked_again(part: Part, stands: str, *, now: datetime) -> bool:
    """Whether the firm's OK is still missing for exactly what stood when it was to be asked again (`asked_about`)."""
    fresh = Part.objects.get(pk=part.pk)
    ok = ok_of(fresh, now=now)
    return PartState(fresh.state) == PartState.IN and not ok.is_ok and asked_about(fresh) == stands


def bound_by(part: Part, *, now: datetime) -> RevisionPart | None:
    """The firm's place in the version that binds it: the client holds it or has accepted it, and it has the firm's OK.

    What the firm says of the offer afterwards is about the next version.
    """
    held = Q(revision__standing__state=RevisionState.SENT.value, revision__expires_at__gt=now)
    accepted = Q(revision__standing__state=RevisionState.ACCEPTED.value)
    oks = Approval.objects.filter(
        part=OuterRef("part"),
        firm=OuterRef("firm"),
        kind=OkKind.PART.value,
        hash=OuterRef("part_hash"),
        given_at__lte=OuterRef("revision__frozen_at"),
    ).exclude(Q(revocation__revoked_at__lte=OuterRef("revision__frozen_at")) | Q(revocation__was_not_me=True))
    named = RevisionPart.objects.filter(held | accepted, Exists(oks), part=part, revision__bid=part.bid_id)
    return named.select_related("revision__standing").order_by("-revision__number").first()


def is_sent_with(part: Part, *, now: datetime) -> bool:
    """Whether the version that binds the firm is what its OK would bind now, so that there is no other to say no to."""
    bound = bound_by(part, now=now)
    if bound is None:
        return False
    if bound.revision.standing.state == RevisionState.ACCEPTED.value and _stands_as_agreed(part):
        return True
    current = (bytes(part.content_hash or b""), bytes(part.frame_hash or b""))
    return (bytes(bound.part_hash), bytes(bound.frame_hash)) == current


def _stands_as_agreed(part: Part) -> bool:
    """Whether the firm has said nothing of its own share since it was agreed, and it is as it was agreed."""
    last = Approval.objects.filter(part=part, firm=part.firm_id, kind=OkKind.PART.value, carried_from=None)
    latest = last.order_by("-given_at", "-pk").first()
    return (
        latest is not None
        and latest.method == OkMethod.AGREED.value
        and bytes(latest.hash) == bytes(part.content_hash or b"")
    )


def asked_about(part: Part) -> str:
    """A name for what the firm is asked about now; it changes with either of its promises."""
    return (bytes(part.content_hash or b"") + bytes(part.frame_hash or b"")).hex()


def said(seen: bytes | memoryview) -> Mapping[str, Any]:
    """A promise from its canonical bytes."""
    promise: Mapping[str, Any] = json.loads(bytes(seen))
    return promise


def _promised(part: Part, offer: JointOffer, pictures: Mapping[str, str], *, strict: bool) -> Promised:
    salt = bytes(part.salt)
    own = promise_bytes(part_promise(offer, part.key, pictures=pictures))
    frame = promise_bytes(frame_promise(offer, part.key, always_ask=strict))
    told = visible_to(offer, part.key)
    return Promised(
        part=part,
        strict=strict,
        part_bytes=own,
        frame_bytes=frame,
        part_hash=hash_of(OkKind.PART, salt, own),
        frame_hash=hash_of(OkKind.FRAME, salt, frame),
        told_hash=told_hash(salt, told),
        told_bytes=promise_bytes(told),
    )


def _part_ok(part: Part, given: Iterable[Approval], *, today: date) -> PartOk:
    rows = [approval for approval in given if approval.firm_id == part.firm_id]
    return PartOk(
        part=part,
        name=part.card["name"],
        is_lead=part.role == Role.LEAD.value,
        own=_tick(OkKind.PART, rows, bytes(part.content_hash or b""), today=today),
        frame=_tick(OkKind.FRAME, rows, bytes(part.frame_hash or b""), today=today),
        part_hash=bytes(part.content_hash or b"").hex(),
        frame_hash=bytes(part.frame_hash or b"").hex(),
    )


def _tick(kind: OkKind, rows: Iterable[Approval], current: bytes, *, today: date) -> Tick:
    of_kind = [row for row in rows if row.kind == kind.value]
    given = next((row for row in reversed(of_kind) if row.carried_from_id is None), None)
    if given is None:
        return Tick(kind=kind, given=None, approval=None, lack=OkLack.NEVER_GIVEN)
    standing = [row for row in of_kind if given.pk in (row.pk, row.carried_from_id)]
    lacks = [(row, lack_of(row, current=current, today=today)) for row in standing]
    approval, lack = next((each for each in reversed(lacks) if each[1] is None), lacks[-1])
    if lacks[0][1] not in (None, OkLack.CHANGED):
        approval, lack = lacks[0]
    return Tick(kind=kind, given=given, approval=approval, lack=lack)
