"""Offers as cards: what one sees of each in a list, whether one's own firm leads it or takes part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bids import formats
from bids.models import Bid, Part
from bids.permissions import eyes_of
from bids.pricing import ChoiceRefused, totals
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.stages import standing_of, with_stages, without_ok
from bids.sheets.offer_state import part_in_words, standing_in_words
from bids.vocabulary import Language, OfferStage, PartState
from bids.web.marks import Mark, marks_of
from kernel.actor import Actor
from kernel.clock import HELSINKI

BADGES = {
    OfferStage.CALL: "warn",
    OfferStage.OKS: "warn",
    OfferStage.LAPSED: "warn",
    OfferStage.EXPIRED: "warn",
    OfferStage.DECLINED: "bad",
    OfferStage.READY: "good",
    OfferStage.SENT: "good",
    OfferStage.ACCEPTED: "good",
}


@dataclass(frozen=True, kw_only=True)
class OfferCard:
    """One offer in a list. `lead` is empty where one leads oneself, `total` where it is not one's to read there.

    `valid_until` is the day an unsent offer would be valid until; what was sent says its own in `state`.
    """

    public_id: UUID
    number: str
    title: str
    client: str
    lead: str
    state: str
    badge: str
    total: str
    valid_until: str
    changed_at: datetime
    changed_on: str
    marks: tuple[Mark, ...]
    has_work: bool = False


def cards_of(
    keys: Sequence[int], *, actor: Actor, sees_sums: bool, language: Language, now: datetime
) -> list[OfferCard]:
    """Cards of the offers with these primary keys, in this order, in a number of queries that does not grow.

    `sees_sums` is whether the actor reads the sums of every offer their firm leads; else each offer is asked.
    """
    bids = {bid.pk: bid for bid in with_stages(whole_bids().filter(pk__in=keys), now=now)}
    own = Part.objects.filter(bid__in=list(bids), firm_id=actor.firm_id or 0)
    lacking = set(without_ok(own, now=now).values_list("bid", flat=True))
    return [
        _led(bids[key], actor, sees_sums, language)
        if bids[key].lead_id == actor.firm_id
        else _joined(bids[key], actor, key not in lacking, language)
        for key in keys
        if key in bids
    ]


def colours_of(cards: Sequence[OfferCard]) -> set[str]:
    """The colours of every thread on the cards."""
    return {mark.colour for card in cards for mark in card.marks}


def _led(bid: Bid, actor: Actor, sees_sums: bool, language: Language) -> OfferCard:  # noqa: FBT001 - of a private name
    total = _total(bid, language) if sees_sums or eyes_of(actor, bid).sees_totals else ""
    return _card(bid, standing_in_words(standing_of(bid), language), total=total, language=language)


def _joined(bid: Bid, actor: Actor, has_ok: bool, language: Language) -> OfferCard:  # noqa: FBT001 - of a private name
    own = next(PartState(part.state) for part in bid.parts.all() if part.firm_id == actor.firm_id)
    state = part_in_words(own, standing_of(bid), has_ok=has_ok, language=language)
    return _card(bid, state, lead=bid.lead.name, language=language)


def _total(bid: Bid, language: Language) -> str:
    """What was agreed, as the client chose it; until then what the rows come to as they are offered."""
    held = standing_of(bid).agreed
    if held is not None:
        return formats.money(held, language)
    try:
        return formats.money(totals(offer_of(bid, with_files=False)).gross, language)
    except ChoiceRefused:
        return formats.EN_DASH


def _card(bid: Bid, state: str, *, language: Language, lead: str = "", total: str = "") -> OfferCard:
    return OfferCard(
        public_id=bid.public_id,
        number=bid.number,
        title=bid.title,
        client=bid.client.name,
        lead=lead,
        state=state,
        badge=BADGES.get(standing_of(bid).stage, ""),
        total=total,
        valid_until="" if standing_of(bid).expires_at else formats.day(bid.valid_until, language),
        changed_at=bid.changed_at,
        changed_on=formats.day(bid.changed_at.astimezone(HELSINKI).date(), language),
        marks=marks_of(offer_of(bid, with_files=False)),
        has_work=standing_of(bid).stage is OfferStage.ACCEPTED,
    )
