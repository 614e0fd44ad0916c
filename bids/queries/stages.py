"""How far each of many offers has come, found by the database together with the offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from bids.models import Bid, Decision, LineItem, Part, RevisionStanding
from bids.models.bid import BidQuerySet
from bids.vocabulary import IN_THE_OFFER, BidState, DecisionKind, OfferStage, OkKind, PartState, RevisionState, Role
from kernel.clock import helsinki_day


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far one offer has come. The counts are of firms other than the lead; the instants are of what was sent.

    `agreed` is the sum, VAT included, of what the client last said yes to and that counts, as it was chosen.
    """

    stage: OfferStage
    prices: int = 0
    calls: int = 0
    oks: int = 0
    unasked: int = 0
    number: int | None = None
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    agreed: Decimal | None = None


def with_stages(bids: QuerySet[Bid], *, now: datetime) -> BidQuerySet:
    """The same offers, each with its stage: filter by `stage`, and read all of it with `standing_of`."""
    last = (
        RevisionStanding.objects.filter(bid=OuterRef("pk"))
        .exclude(state__in=[RevisionState.FROZEN.value, RevisionState.ABANDONED.value])
        .order_by("-revision__number")
    )
    yes = Decision.objects.standing().filter(bid=OuterRef("pk"), kind=DecisionKind.ACCEPT.value)
    others = Part.objects.filter(bid=OuterRef("pk")).exclude(role=Role.LEAD.value)
    rows = LineItem.objects.filter(part__bid=OuterRef("pk"), part__state__in=[each.value for each in IN_THE_OFFER])
    counted = bids.annotate(
        sent_state=Coalesce(Subquery(last.values("state")[:1]), Value("")),
        sent_number=Subquery(last.values("revision__number")[:1]),
        sent_on=Subquery(last.values("sent_at")[:1]),
        sent_until=Subquery(last.values("expires_at")[:1]),
        agreed_gross=Subquery(yes.order_by("-revision__number").values("gross")[:1]),
        prices_awaited=_count(others.filter(state=PartState.ASKED.value)),
        calls_awaited=_count(others.filter(state=PartState.CALL_ME.value)),
        oks_awaited=_count(without_ok(others.filter(state=PartState.IN.value), now=now)),
        firms_unasked=_count(others.filter(state=PartState.LISTED.value)),
        has_rows=Exists(rows),
        is_agreed=Exists(RevisionStanding.objects.filter(bid=OuterRef("pk"), state=RevisionState.ACCEPTED.value)),
    )
    return cast("BidQuerySet", counted.annotate(stage=_stage(now)))


def without_ok(parts: QuerySet[Part], *, now: datetime) -> QuerySet[Part]:
    """Those of the parts whose firm has no OK that counts: the database's own question, asked at freezing too."""
    return (
        parts.annotate(ok_of_part=_has_ok(OkKind.PART, "content_hash", now))
        .annotate(ok_of_frame=_has_ok(OkKind.FRAME, "frame_hash", now))
        .filter(Q(ok_of_part=False) | Q(ok_of_frame=False))
    )


def standing_of(bid: Bid) -> Standing:
    """The standing of an offer that was fetched `with_stages`."""
    found = cast("_Staged", bid)
    return Standing(
        stage=OfferStage(found.stage),
        prices=found.prices_awaited,
        calls=found.calls_awaited,
        oks=found.oks_awaited,
        unasked=found.firms_unasked,
        number=found.sent_number,
        sent_at=found.sent_on,
        expires_at=found.sent_until,
        agreed=found.agreed_gross,
    )


def has_said_yes(bid: Bid) -> bool:
    """Whether the client has accepted a version of the offer."""
    return RevisionStanding.objects.filter(bid=bid, state=RevisionState.ACCEPTED.value).exists()


def is_settled(bid: Bid) -> bool:
    """Whether the client has said yes and nothing of that is being changed: nothing is otherwise before a change."""
    return not bid.changing and has_said_yes(bid)


class _Staged:
    stage: str
    prices_awaited: int
    calls_awaited: int
    oks_awaited: int
    firms_unasked: int
    sent_number: int | None
    sent_on: datetime | None
    sent_until: datetime | None
    agreed_gross: Decimal | None


def _stage(now: datetime) -> Case:
    """The first that holds. What the client holds comes first, unless it is over and something new is under way."""
    ended = Q(sent_state__in=[RevisionState.DECLINED.value, RevisionState.WITHDRAWN.value])
    over = Q(sent_state=RevisionState.EXPIRED.value) | Q(sent_state=RevisionState.SENT.value, sent_until__lte=now)
    order: Sequence[tuple[Q, OfferStage]] = (
        (Q(state=BidState.CLOSED.value), OfferStage.CLOSED),
        (Q(state=BidState.SENDING.value), OfferStage.SENDING),
        (Q(is_agreed=True, changing=0), OfferStage.ACCEPTED),
        (Q(sent_state=RevisionState.SENT.value, sent_until__gt=now), OfferStage.SENT),
        (Q(calls_awaited__gt=0), OfferStage.CALL),
        (Q(prices_awaited__gt=0), OfferStage.PRICES),
        (Q(is_agreed=True, oks_awaited__gt=0), OfferStage.OKS),
        (Q(is_agreed=True), OfferStage.CHANGING),
        (over, OfferStage.EXPIRED),
        (ended & Q(sent_state=RevisionState.DECLINED.value), OfferStage.DECLINED),
        (ended, OfferStage.WITHDRAWN),
        (Q(has_rows=False) | Q(firms_unasked__gt=0), OfferStage.DRAFT),
        (Q(oks_awaited__gt=0), OfferStage.OKS),
        (Q(valid_until__lt=helsinki_day(now)), OfferStage.LAPSED),
    )
    return Case(
        *(When(condition, then=Value(stage.value)) for condition, stage in order),
        default=Value(OfferStage.READY.value),
        output_field=CharField(),
    )


def _count(parts: QuerySet[Part]) -> Coalesce:
    counted = parts.order_by().values("bid").annotate(how_many=Count("pk")).values("how_many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _has_ok(kind: OkKind, stored: str, now: datetime) -> Func:
    return Func(
        F("pk"),
        F("firm_id"),
        Value(kind.value),
        F(stored),
        Value(now),
        function="bids_has_ok",
        output_field=BooleanField(),
    )
