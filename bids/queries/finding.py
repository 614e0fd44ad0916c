"""Find offers by what one remembers of them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Concat, ExtractYear

from bids.models import Bid, Client, LineItem, Part, RevisionStanding, Section
from bids.models.bid import BidQuerySet
from bids.queries.stages import with_stages
from bids.vocabulary import IN_THE_OFFER, OfferStage
from bids.wordforms import pattern_of
from kernel.clock import HELSINKI, end_of_day_in_helsinki

SENT_IN = range(1900, 2100)
_YEAR = re.compile(r"(?:19|20)\d\d")


class Place(StrEnum):
    """What one's own firm is in the offers looked for."""

    LEADS = "leads"
    TAKES_PART = "takes_part"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is remembered of an offer.

    Every word, in whatever form, must stand somewhere: title, numbers, client, a firm's name or Business ID; in the
    texts and rows one's own firm answers for; or be the year. `year` is that of its day, or one in which it was sent.
    """

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
        bids = bids.filter(_with_word(word, firm_id))
    if wish.year is not None:
        bids = bids.filter(_in_year(wish.year))
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


def _with_word(word: str, firm_id: int) -> Q:
    """Offers in which a word stands where this firm may look for it."""
    pattern = pattern_of(word)
    if not pattern:
        return Q()
    own, of_the_lead = Q(part__firm_id=firm_id), Q(bid__lead_id=firm_id)
    ours = Bid.objects.filter(Q(lead_id=firm_id) | Q(parts__firm_id=firm_id))
    on_the_offer = ("title", "number", "reference", "client__name", "client__business_id", "lead__name")
    places: list[tuple[QuerySet[Any], tuple[Any, ...], str]] = [
        (ours, on_the_offer, "pk"),
        (Bid.objects.filter(lead_id=firm_id), ("client__contacts__name",), "pk"),
        (_named_to(firm_id).filter(bid__in=ours.values("pk")), (KT("card__name"), KT("card__business_id")), "bid"),
        (Part.objects.filter(of_the_lead | Q(firm_id=firm_id)), ("summary",), "bid"),
        (LineItem.objects.filter(of_the_lead | own), ("text",), "bid"),
        (Section.objects.filter(of_the_lead | Q(owner__firm_id=firm_id)), ("title", "text"), "bid"),
    ]
    found_in = Q()
    for rows, fields, bid in places:
        found_in |= Q(pk__in=rows.annotate(told=_text(fields)).filter(told__regex=pattern).values(bid))
    return found_in | _in_year(int(word)) if _YEAR.fullmatch(word) else found_in


def _text(fields: tuple[Any, ...]) -> Concat:
    """What stands in these fields, one after another."""
    return Concat(*(part for field in fields for part in (field, Value(" "))), output_field=TextField())


def _in_year(year: int) -> Q:
    """Offers dated in this year, or sent to their client in it."""
    if year not in SENT_IN:
        return Q(issued_on__year=year)
    begins = end_of_day_in_helsinki(date(year, 1, 1) - timedelta(days=1))
    ends = end_of_day_in_helsinki(date(year, 12, 31))
    sent = RevisionStanding.objects.filter(sent_at__gte=begins, sent_at__lt=ends)
    return Q(issued_on__year=year) | Q(pk__in=sent.values("bid"))


def _named_to(firm_id: int) -> QuerySet[Part]:
    """The parts whose firms a firm may hear the names of: who said no, or was left out, is the lead's to know."""
    standing = Q(state__in=[state.value for state in IN_THE_OFFER])
    return Part.objects.filter(standing | Q(bid__lead_id=firm_id) | Q(firm_id=firm_id))


def years_of(bids: QuerySet[Bid]) -> Sequence[int]:
    """The years offers are dated or were sent in, the latest first."""
    dated = bids.order_by().values_list(ExtractYear("issued_on"), flat=True).distinct()
    standings = RevisionStanding.objects.filter(bid__in=bids.order_by().values("pk"), sent_at__isnull=False)
    sent = standings.values_list(ExtractYear("sent_at", tzinfo=HELSINKI), flat=True).distinct()
    return sorted({*dated, *sent}, reverse=True)


def clients_of(bids: QuerySet[Bid]) -> list[Name]:
    """Whom the offers are for, by name."""
    named = Client.objects.filter(bids__in=bids).distinct().order_by("name", "pk")
    return [Name(public_id=client.public_id, name=client.name) for client in named]


def partners_in(bids: QuerySet[Bid], *, firm_id: int) -> list[Name]:
    """The other firms of the offers, as far as one hears of them, by the name their latest card there has."""
    parts = _named_to(firm_id).filter(bid__in=bids).exclude(firm_id=firm_id).select_related("firm").order_by("-pk")
    latest = {part.firm_id: Name(public_id=part.firm.public_id, name=part.card["name"]) for part in reversed(parts)}
    return sorted(latest.values(), key=lambda one: (one.name.casefold(), str(one.public_id)))
