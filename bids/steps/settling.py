"""Settle an offer after a change: what every firm's OK would bind now, whose OK goes on, who is told, who is asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from bids.models import Approval, Bid, Letter, Part
from bids.promises import no_worse
from bids.queries.competition import hides_by_competition
from bids.queries.group_rules import agreed_by_group
from bids.queries.oks import (
    PartOk,
    Promised,
    asked_about,
    board_of,
    bound_by,
    ok_board,
    parts_with_oks,
    promised_by,
    said,
)
from bids.queries.stages import is_settled
from bids.steps.letters import write_letter
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import (
    BidState,
    LetterKind,
    LetterState,
    OkKind,
    OkLack,
    OkMethod,
    PriceVisibility,
)
from kernel import audit
from kernel.actor import Actor
from kernel.errors import Refusal

LETTER_WAITS = timedelta(minutes=10)
"""So long a letter about a change waits, so that many changes in a row make one letter."""

_ABOUT_CHANGES = (LetterKind.ASKED_AGAIN, LetterKind.CARRIED_OVER, LetterKind.CHANGES_TOLD)


class BeingSent(Refusal):
    """The offer is being sent right now."""

    sentence = _("This offer is being sent right now. Wait a moment, or cancel the sending first.")
    code = "being-sent"


class OfferIsClosed(Refusal):
    """The offer is closed."""

    sentence = _("This offer is closed. Nothing in it changes any more.")
    code = "offer-closed"


class OfferIsAccepted(Refusal):
    """The client has said yes to it."""

    sentence = _(
        "The client has accepted this offer. What was agreed stands; to change it, begin a change of what was agreed."
    )
    code = "offer-accepted"


@dataclass(frozen=True, kw_only=True)
class Settled:
    """What settling found: `board` is where every firm stands now, the others are parts."""

    board: tuple[PartOk, ...]
    asked: tuple[Part, ...]
    carried: tuple[Part, ...]
    told: tuple[Part, ...]


def lock_bid(bid: Bid, *, even_sending: bool = False, even_closed: bool = False) -> Bid:
    """The offer as it is now, locked until the transaction ends.

    `BeingSent` while it is being sent, `OfferIsAccepted` once the client has said yes and nothing of what was agreed is
    being changed, and `OfferIsClosed` once it is closed, unless what is done changes nothing that is in it. What may be
    done while it is being sent may be done to an accepted or a closed one too, and what may be done to a closed one to
    an accepted one.
    """
    fresh = Bid.objects.select_for_update().get(pk=bid.pk)
    if fresh.state == BidState.SENDING.value and not even_sending:
        raise BeingSent
    if fresh.state == BidState.CLOSED.value and not (even_sending or even_closed):
        raise OfferIsClosed
    # Asked for by itself, once the lock is there: what a waiting statement reads besides its row is from before.
    if not (even_sending or even_closed) and is_settled(fresh):
        raise OfferIsAccepted
    return fresh


def settle(bid: Bid, *, by: Actor, now: datetime) -> Settled:
    """Bring everything that follows from an offer's rows up to date; every action that changes it ends with this.

    The hashes of every part are written anew. A firm whose OK counted and whose frame is now another, but no worse for
    it, keeps its OK: a carried-over one is added and the firm is told. Otherwise it is asked again. A firm that only
    sees other things change is told so. Letters wait a little and take the place of earlier ones not sent yet. In
    strict mode nothing is carried over. The lead is never asked: it says OK by sending.
    """
    parts = parts_with_oks([bid.pk])
    before = {ok.part.pk: ok for ok in board_of(parts, now=now)}
    _hide_prices_of_competitors(bid, by=by, now=now)
    promised = promised_by(bid)
    changed = _rewrite(parts, promised)
    Bid.objects.filter(pk=bid.pk).update(changed_at=now)
    board = board_of(parts, now=now)
    carried = _carry_over(bid, board, promised, by=by, now=now)
    if carried:
        board = ok_board(bid, now=now)
    asked = [ok.part for ok in board if _is_asked(ok, before.get(ok.part.pk), changed)]
    told = _to_be_told(board, before, changed, by=by)
    busy = {part.pk for part in asked} | {approval.part_id for approval in carried}
    told = [part for part in told if part.pk not in busy]
    for part in asked:
        _tell(LetterKind.ASKED_AGAIN, part, now=now, stands=asked_about(part))
    for approval in carried:
        if approval.part.firm_id != by.firm_id:
            _tell(LetterKind.CARRIED_OVER, approval.part, now=now, approval=str(approval.public_id))
    for part in told:
        was = _last_told(part) or changed.seen[part.pk]
        _tell(LetterKind.CHANGES_TOLD, part, now=now, stands=bytes(part.told_hash or b"").hex(), was=was)
    return Settled(
        board=board,
        asked=tuple(asked),
        carried=tuple(approval.part for approval in carried),
        told=tuple(told),
    )


@dataclass(frozen=True, kw_only=True)
class _Changed:
    """Primary keys of the parts whose promises, or what else they see, are not what they were.

    `seen` holds for each of the latter what it saw before, as text; empty where that is not known.
    """

    promises: frozenset[int]
    seen: Mapping[int, str]


def bind_to_what_was_agreed(bid: Bid, *, now: datetime) -> None:
    """Every partner's OK is that to what was agreed, which the rows of the locked offer say now.

    The client chose within what each of them had said OK to, so nobody is asked or told. Who is gone gives none.
    """
    parts = parts_with_oks([bid.pk])
    promised = promised_by(bid)
    _rewrite(parts, promised)
    for ok in board_of(parts, now=now):
        if ok.is_lead or ok.part.is_gone or bound_by(ok.part, now=now) is None:
            continue
        for tick in ok.ticks:
            if tick.given is not None:
                _bound(tick.given, promised[ok.part.pk], OkKind(tick.kind), now=now)


def _bound(last: Approval, promised: Promised, kind: OkKind, *, now: datetime) -> Approval:
    return Approval.objects.create(
        part=promised.part,
        firm_id=last.firm_id,
        kind=kind.value,
        hash=promised.hash_of(kind),
        seen=promised.bytes_of(kind),
        method=OkMethod.AGREED.value,
        person_id=last.person_id,
        invitation_id=last.invitation_id,
        given_at=now,
    )


def _rewrite(parts: Iterable[Part], promised: Mapping[int, Promised]) -> _Changed:
    promises: set[int] = set()
    seen: dict[int, str] = {}
    for part in parts:
        each = promised[part.pk]
        if (bytes(part.content_hash or b""), bytes(part.frame_hash or b"")) != (each.part_hash, each.frame_hash):
            promises.add(part.pk)
        if part.told_hash is not None and bytes(part.told_hash) != each.told_hash:
            seen[part.pk] = bytes(part.told_seen or b"").decode()
        hashes = {"content_hash": each.part_hash, "frame_hash": each.frame_hash, "told_hash": each.told_hash}
        if part.pk in promises or part.pk in seen or bytes(part.told_seen or b"") != each.told_bytes:
            Part.objects.filter(pk=part.pk).update(**hashes, told_seen=each.told_bytes)
        for row in (part, each.part):
            row.content_hash, row.frame_hash, row.told_hash = each.part_hash, each.frame_hash, each.told_hash
            row.told_seen = each.told_bytes
    return _Changed(promises=frozenset(promises), seen=seen)


def _carry_over(
    bid: Bid, board: Iterable[PartOk], promised: Mapping[int, Promised], *, by: Actor, now: datetime
) -> list[Approval]:
    """A new OK for every firm whose own part is OK'd and whose frame is another one but no worse.

    What is compared is the frame the firm itself last OK'd, not one carried over since. The new OK repeats who gave
    that one and until when it is good.

    Where the offer plays exactly by the rules its group has agreed on, a firm that said yes to them has approved these
    rules, also when its last OK in this offer saw others. The rest of its frame (the client, the need, its own
    settlement, hand-overs, terms) no group agrees on beforehand: that must be no worse than what it OK'd.
    """
    fresh = Bid.objects.select_related("group").get(pk=bid.pk)
    agreed = agreed_by_group(fresh, fresh)
    carried = []
    for ok in board:
        each, given = promised[ok.part.pk], ok.frame.given
        if ok.part.is_gone or each.strict or not ok.part_ok or given is None or ok.frame.lack != OkLack.CHANGED:
            continue
        rules = agreed.rules_of(ok.part.firm_id, given_at=given.given_at)
        if given.method == OkMethod.AGREED:
            # Whoever is bound already is not bound longer because the client has longer to say yes to a change.
            rules |= {"valid_until"}
        if no_worse(said(given.seen), said(each.frame_bytes), agreed=rules):
            carried.append(_carried(given, each, now=now))
            audit.record("ok.carried_over", on=ok.part.bid, by=by, at=now, part=str(ok.part.public_id))
    return carried


def _carried(last: Approval, promised: Promised, *, now: datetime) -> Approval:
    return Approval.objects.create(
        part=promised.part,
        firm_id=last.firm_id,
        kind=OkKind.FRAME.value,
        hash=promised.frame_hash,
        seen=promised.frame_bytes,
        method=OkMethod.CARRIED_OVER.value,
        person_id=last.person_id,
        invitation_id=last.invitation_id,
        carried_from=last,
        given_at=now,
        good_until=last.good_until,
    )


def _is_asked(ok: PartOk, before: PartOk | None, changed: _Changed) -> bool:
    """Whether the firm has to say OK again because of this change."""
    if ok.is_lead or ok.is_ok or ok.part.is_gone or not ok.has_said_ok or ok.waits_for_answer:
        return False
    return ok.part.pk in changed.promises or (before is not None and before.is_ok)


def _to_be_told(board: Iterable[PartOk], before: Mapping[int, PartOk], changed: _Changed, *, by: Actor) -> list[Part]:
    """Firms that have said OK, and the lead, see what others changed; a first answer is not a change to tell of."""
    changes_what_was_ok = by.firm_id is None or any(
        ok.part.firm_id == by.firm_id and (ok.is_lead or ok.has_said_ok) for ok in before.values()
    )
    if not changes_what_was_ok:
        return []
    return [
        ok.part
        for ok in board
        if ok.part.pk in changed.seen
        and ok.part.firm_id != by.firm_id
        and not ok.part.is_gone
        and (ok.is_lead or ok.is_ok)
    ]


def _last_told(part: Part) -> str:
    """What the firm saw before the changes that a letter waits to tell it of; empty when none waits."""
    waiting = Letter.objects.filter(
        part=part, kind=LetterKind.CHANGES_TOLD.value, state=LetterState.WAITING.value
    ).latest_first()
    earlier = waiting.first()
    return str(earlier.facts.get("was", "")) if earlier is not None else ""


def _tell(kind: LetterKind, part: Part, *, now: datetime, **facts: str) -> None:
    """One letter about what has changed, in place of those that wait."""
    waiting = Letter.objects.filter(part=part, kind__in=_ABOUT_CHANGES, state=LetterState.WAITING.value)
    waiting.update(state=LetterState.CANCELLED.value)
    recipient = recipient_of(part)
    if recipient is not None:
        key = f"{part.public_id}:{now.isoformat()}"
        write_letter(kind, recipient, about=part, key=key, now=now, due=now + LETTER_WAITS, **facts)


def _hide_prices_of_competitors(bid: Bid, *, by: Actor, now: datetime) -> None:
    """Each firm sees its own prices only, as long as some of them compete, or perhaps do."""
    shows = Bid.objects.filter(pk=bid.pk).exclude(price_visibility=PriceVisibility.OWN.value)
    if hides_by_competition(bid) and shows.update(price_visibility=PriceVisibility.OWN.value):
        bid.price_visibility = PriceVisibility.OWN.value
        audit.record("prices.hidden", on=bid, by=by, at=now)
