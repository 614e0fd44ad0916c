"""The offers of the firm one acts for."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids import formats
from bids.models import Bid
from bids.pricing import ChoiceRefused, totals
from bids.queries.content_of import offer_of, whole_bids
from bids.vocabulary import Language
from bids.web.marks import Mark, marks_of
from bids.web.speaking import page_language
from kernel.clock import HELSINKI, database_now, helsinki_day
from members.web.acting import actor_of, membership_of

ON_A_PAGE = 24


@dataclass(frozen=True, kw_only=True)
class OfferCard:
    """One offer in the list."""

    public_id: UUID
    number: str
    title: str
    client: str
    total: str
    valid_until: str
    is_over: bool
    changed_at: datetime
    changed_on: str
    marks: tuple[Mark, ...]


@login_required
@never_cache
@require_safe
def my_offers(request: HttpRequest) -> HttpResponse:
    """Offers the firm leads, the latest first, in a number of queries that does not grow with them.

    Offers it is asked into come with the answer screen, which shows of each price what its mode allows.
    """
    membership = membership_of(request)
    if membership is None:
        return render(request, "bids/first_steps.html", {})
    led = Bid.objects.visible_to(actor_of(request)).led_by(membership.firm).latest_first()
    page = Paginator(led.values_list("pk", flat=True), ON_A_PAGE).get_page(request.GET.get("page"))
    whole = {bid.pk: bid for bid in whole_bids().filter(pk__in=list(page.object_list))}
    today, language = helsinki_day(database_now()), page_language()
    cards = [_card(whole[pk], today, language) for pk in page.object_list]
    colours = {mark.colour for card in cards for mark in card.marks}
    return render(request, "bids/my_offers.html", {"cards": cards, "page": page, "colours": colours})


def _card(bid: Bid, today: date, language: Language) -> OfferCard:
    offer = offer_of(bid, with_files=False)
    try:
        total = formats.money(totals(offer).gross, language)
    except ChoiceRefused:
        total = "–"
    return OfferCard(
        public_id=bid.public_id,
        number=bid.number,
        title=bid.title,
        client=offer.client.name,
        total=total,
        valid_until=formats.day(bid.valid_until, language),
        is_over=bid.valid_until < today,
        changed_at=bid.changed_at,
        changed_on=formats.day(bid.changed_at.astimezone(HELSINKI).date(), language),
        marks=marks_of(offer),
    )
