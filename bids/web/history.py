"""What happened to an offer, day by day, in sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids import formats
from bids.models import RevisionStanding
from bids.permissions import eyes_of, may_see_letters
from bids.queries.history import Told, events_of, first_break, told, versions_for, with_documents_together
from bids.queries.letters import Delivery, deliveries_lately
from bids.sheets.activity_sentences import sentence_of
from bids.sheets.letter_sentences import about, how_far
from bids.sheets.offer_state import version_in_words
from bids.sheets.waiting_sentences import hour
from bids.vocabulary import Language
from bids.web.offer import bid_for
from bids.web.speaking import page_language
from kernel.clock import helsinki_day
from members.web.acting import actor_of

ON_A_PAGE = 100
MOST_LETTERS = 100
"""Letters that are shown, the latest ones; those that wait for somebody are shown besides."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One event as it stands on the page."""

    at: datetime
    hour: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Day:
    """What happened on one day, the latest first."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of the offer, and what has become of it."""

    number: int
    words: str


@dataclass(frozen=True, kw_only=True)
class Post:
    """One letter: what about, to whom, how far."""

    day: str
    about: str
    to: str
    words: str
    needs_somebody: bool


@login_required
@never_cache
@require_safe
def history(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The events the actor may read of, whether their chain is whole, and what was sent and written."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    eyes, language = eyes_of(actor, bid), page_language()
    letters = deliveries_lately(bid, most=MOST_LETTERS) if may_see_letters(actor, bid) else None
    events = with_documents_together(bid, events_of(bid, eyes)).prefetch_related("identities")
    page = Paginator(events, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "bids/history.html",
        {
            "bid": bid,
            "days": days_of(told(bid, page.object_list), language),
            "page": page,
            "broken": first_break(bid),
            "versions": [_version(each, language) for each in versions_for(bid, eyes)],
            "letters": [_post(each, language) for each in (*letters.latest, *letters.older)] if letters else [],
            "lately": letters,
        },
    )


def days_of(events: Iterable[Told], language: Language) -> tuple[Day, ...]:
    """The events under their days."""
    return tuple(
        Day(name=formats.day(day, language), lines=tuple(_line(event, language) for event in group))
        for day, group in groupby(events, key=lambda event: helsinki_day(event.at))
    )


def _line(event: Told, language: Language) -> Line:
    return Line(at=event.at, hour=hour(event.at, language), sentence=sentence_of(event))


def _version(standing: RevisionStanding, language: Language) -> Version:
    return Version(number=standing.revision.number, words=version_in_words(standing, language))


def _post(letter: Delivery, language: Language) -> Post:
    return Post(
        day=formats.day(helsinki_day(letter.written_at), language),
        about=about(letter.kind),
        to=letter.to_name or letter.to_email or letter.firm,
        words=how_far(letter, language),
        needs_somebody=letter.waits_for_a_person,
    )
