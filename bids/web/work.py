"""My work: what waits for me, my offers, and a line of good news."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.models import Bid
from bids.queries.waiting import MOST_OF_A_KIND, News, Waiting, WaitKind, agreed_work, good_news, waiting_for
from bids.sheets.waiting_sentences import glad_of, what_to_do, what_waits, when
from bids.vocabulary import Language
from bids.web.offer_cards import cards_of, colours_of
from bids.web.speaking import page_language
from kernel.clock import database_now
from members.permissions import may_change_firm
from members.web.acting import actor_of, membership_of

LATEST = 6
"""So many offers are on this page; the list has them all."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing that waits, as it stands on the page."""

    waiting: Waiting
    sentence: str
    when: str
    is_late: bool
    action: str
    address: str


@dataclass(frozen=True, kw_only=True)
class GoodNews:
    """The line of good news, and the offer it is about."""

    sentence: str
    address: str


@login_required
@never_cache
@require_safe
def work(request: HttpRequest) -> HttpResponse:
    """What waits, the latest offers and good news; the first steps for whoever has neither a firm nor a request."""
    membership, actor = membership_of(request), actor_of(request)
    now, language = database_now(), page_language()
    rows = [_row(one, now, language) for one in waiting_for(actor, now)]
    agreed = list(agreed_work(actor)[:MOST_OF_A_KIND]) if membership is None else []
    if membership is None and not rows and not agreed:
        return render(request, "bids/first_steps.html", {})
    mine = Bid.objects.visible_to(actor).latest_first()
    keys = list(mine.values_list("pk", flat=True)[: LATEST + 1])
    cards = cards_of(
        keys[:LATEST],
        actor=actor,
        sees_sums=membership is not None and may_change_firm(actor, membership.firm),
        language=language,
        now=now,
    )
    return render(
        request,
        "bids/work.html",
        {
            "rows": rows,
            "agreed": agreed,
            "cards": cards,
            "has_more": len(keys) > LATEST,
            "news": _news(good_news(actor, now), language),
            "colours": colours_of(cards),
        },
    )


def _row(waiting: Waiting, now: datetime, language: Language) -> Row:
    return Row(
        waiting=waiting,
        sentence=what_waits(waiting),
        when=when(waiting.until, now, language),
        is_late=waiting.until is not None and waiting.until <= now,
        action=what_to_do(waiting),
        address=address_of(waiting),
    )


def address_of(waiting: Waiting) -> str:
    """The page where one does what waits."""
    if waiting.kind is WaitKind.MEETING:
        return reverse("bids:meeting", args=[waiting.thing])
    if waiting.bid is None:
        return reverse("bids:group", args=[waiting.group]) + "#letters" if waiting.group else reverse("bids:groups")
    if waiting.invitation is not None:
        return reverse(_ASKED_PLACES.get(waiting.kind, "bids:asked"), args=[waiting.invitation])
    address = reverse(_PLACES.get(waiting.kind, "bids:offer"), args=[waiting.bid])
    return address + _ANCHORS.get(waiting.kind, "")


_ANCHORS = {
    WaitKind.LETTER: "#letters",
    WaitKind.PAPER: "#answer",
    WaitKind.OBJECTION: "#answer",
    WaitKind.COUNTER_OFFER: "#answer",
}
"""The part of the page where it is."""
_ASKED_PLACES = {WaitKind.TOLD_PRICE: "bids:confirm-price", WaitKind.QUESTION: "bids:asked-questions"}
"""Where an asked firm does what waits; everything else on the screen of its answer."""
_PLACES = {
    WaitKind.QUESTION: "bids:questions",
    WaitKind.DRAFT: "bids:questions",
    WaitKind.WISH: "bids:questions",
    WaitKind.CHANGE_NO: "bids:change-agreed",
    WaitKind.CHANGE_EXPIRED: "bids:change-agreed",
    WaitKind.NO: "bids:requests",
    WaitKind.CALL: "bids:requests",
    WaitKind.SILENT: "bids:requests",
    WaitKind.LETTER: "bids:requests",
    WaitKind.READY: "bids:send",
    WaitKind.VALIDITY: "bids:send",
    WaitKind.MORE_TIME: "bids:send",
}
"""Where the lead does what waits; everything else is done on the offer's own page."""


def _news(news: News | None, language: Language) -> GoodNews | None:
    return GoodNews(sentence=glad_of(news, language), address=reverse("bids:offer", args=[news.bid])) if news else None
