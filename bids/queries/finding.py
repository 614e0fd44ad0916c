"""Find offers by what one remembers of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear

from bids.models import Bid, Client, Part
from bids.models.bid import BidQuerySet
from bids.queries.stages import with_stages
from bids.vocabulary import IN_THE_OFFER, OfferStage


class Place(StrEnum):
    """What one's own firm is in the offers looked for."""

    LEADS = "leads"
    TAKES_PART = "takes_part"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is remembered of an offer. Every word must stand somewhere: title, numbers, client or a firm's name."""

    words: str = ""
    stage: OfferStage | None = None
    year: int | None = None
    client: UUID | None = None
    firm: UUID | None = None
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Name:
    """Something to choose by its name."""

    public_id: UUID
    name: str


def found(bids: QuerySet[Bid], wish: Wish, *, firm_id: int, now: datetime) -> BidQuerySet:
    """Those of the offers that fit the wish; by a firm that is out of an offer only its lead and that firm find it."""
    named_to = _named_to(firm_id)
    for word in wish.words.split():
        bids = bids.filter(
            Q(title__icontains=word)
            | Q(number__icontains=word)
            | Q(reference__icontains=word)
            | Q(client__name__icontains=word)
            | Q(lead__name__icontains=word)
            | Exists(named_to.filter(bid=OuterRef("pk"), card__name__icontains=word))
        )
    if wish.year is not None:
        bids = bids.filter(issued_on__year=wish.year)
    if wish.client is not None:
        bids = bids.filter(client__public_id=wish.client)
    if wish.firm is not None:
        bids = bids.filter(Exists(named_to.filter(bid=OuterRef("pk"), firm__public_id=wish.firm)))
    if wish.place is not None:
        leads = Q(lead_id=firm_id)
        bids = bids.filter(leads if wish.place is Place.LEADS else ~leads)
    if wish.stage is not None:
        bids = with_stages(bids, now=now).filter(Q(stage=wish.stage.value))
    return cast("BidQuerySet", bids)


def _named_to(firm_id: int) -> QuerySet[Part]:
    """The parts whose firms a firm may hear the names of: who said no, or was left out, is the lead's to know."""
    standing = Q(state__in=[state.value for state in IN_THE_OFFER])
    return Part.objects.filter(standing | Q(bid__lead_id=firm_id) | Q(firm_id=firm_id))


def years_of(bids: QuerySet[Bid]) -> Sequence[int]:
    """The years offers are dated in, the latest first."""
    return list(
        bids.order_by()
        .annotate(year=ExtractYear("issued_on"))
        .values_list("year", flat=True)
        .distinct()
        .order_by("-year")
    )


def clients_of(bids: QuerySet[Bid]) -> list[Name]:
    """Whom the offers are for, by name."""
    named = Client.objects.filter(bids__in=bids).distinct().order_by("name", "pk")
    return [Name(public_id=client.public_id, name=client.name) for client in named]


def partners_in(bids: QuerySet[Bid], *, firm_id: int) -> list[Name]:
    """The other firms of the offers, as far as one hears of them, by the name their latest card there has."""
    parts = _named_to(firm_id).filter(bid__in=bids).exclude(firm_id=firm_id).select_related("firm").order_by("-pk")
    latest = {part.firm_id: Name(public_id=part.firm.public_id, name=part.card["name"]) for part in reversed(parts)}
    return sorted(latest.values(), key=lambda one: (one.name.casefold(), str(one.public_id)))
