"""A partner picks the price it told on the phone."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bids.models import LineItem, Part, ToldPrice
from bids.permissions import may_answer
from bids.queries.answer_screen import asked_for
from bids.steps.answering import require_screen_seen, take_in
from bids.steps.answers import (
    AnsweredRow,
    PartAnswer,
    invitation_to_answer,
    part_to_answer,
    take_own_card,
)
from bids.steps.oks import revoke_oks
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import OkMethod, PartState, PriceBasis, ToldPriceState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import NotVisible, require
from members.models import Person


class Picked(StrEnum):
    """What a press on one of the amounts has led to."""

    CONFIRMED = "confirmed"
    NEEDS_CODE = "needs_code"
    GONE = "gone"


@action
def confirm_told_price(
    *,
    told: ToldPrice,
    amount: Decimal,
    seen_part_hash: str,
    seen_frame_hash: str,
    has_code: bool,
    by: Actor,
    now: datetime,
) -> Picked:
    """The right amount, at the first press or after a mailed code: the firm is in at it, and both its OKs are given.

    Any other amount, or another press after a wrong one, asks for a code; a right press followed by another amount is
    undone and asks for one too, because programs that read mail press everything. The right one pressed twice is
    confirmed once. A price that waits no more is `GONE`.
    """
    bid = lock_bid(told.part.bid)
    part = part_to_answer(told.part, bid=bid)
    require(may_answer(by, part))
    told = ToldPrice.objects.select_for_update().get(pk=told.pk)
    if told.state == ToldPriceState.WITHDRAWN.value:
        return Picked.GONE
    is_right = amount == told.amount
    if told.state == ToldPriceState.CONFIRMED.value:
        return Picked.CONFIRMED if is_right else _undone(told, part, by=by, now=now)
    if not is_right or (told.state == ToldPriceState.WRONG.value and not has_code):
        if told.state != ToldPriceState.WRONG.value:
            _became(told, ToldPriceState.WRONG, now=now)
            audit.record("price.picked_wrong", on=bid, by=by, at=now, part=str(part.public_id))
        return Picked.NEEDS_CODE
    screen = asked_for(part)
    require_screen_seen(screen, seen_part_hash, seen_frame_hash)
    if by.kind is ActorKind.PERSON and take_own_card(part, part.firm, person=Person.objects.get(pk=by.id or 0)):
        screen = asked_for(part)
    _became(told, ToldPriceState.CONFIRMED, now=now)
    take_in(
        part,
        _answer(told, part),
        screen=screen,
        invitation=invitation_to_answer(by, part, None),
        method=OkMethod.TAPPED,
        by=by,
        now=now,
    )
    return Picked.CONFIRMED


def _answer(told: ToldPrice, part: Part) -> PartAnswer:
    row = LineItem.objects.filter(part=part).first()
    text = (row.text if row else "") or part.asked
    if not text:
        raise NotVisible
    said = AnsweredRow(
        text=text,
        unit_price=told.amount,
        row=row.public_id if row else None,
        price_basis=PriceBasis(told.price_basis),
    )
    return PartAnswer(rows=(said,), keeps_days=True)


def _undone(told: ToldPrice, part: Part, *, by: Actor, now: datetime) -> Picked:
    """Only what this press gave is undone; an answer or another OK given since then stands."""
    last = part.approvals.filter(carried_from__isnull=True).order_by("-given_at", "-pk").first()
    if last is None or last.method != OkMethod.TAPPED.value or last.given_at != told.closed_at:
        return Picked.GONE
    revoke_oks(part, by=by, now=now)
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.ASKED.value)
    _became(told, ToldPriceState.WRONG, now=now)
    audit.record("price.picked_wrong", on=part.bid, by=by, at=now, part=str(part.public_id))
    settle(part.bid, by=by, now=now)
    return Picked.NEEDS_CODE


def _became(told: ToldPrice, state: ToldPriceState, *, now: datetime) -> None:
    told.state, told.closed_at = state.value, now
    told.save(update_fields=["state", "closed_at"])
