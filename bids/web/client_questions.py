"""What a client asks about the offer, what they wish to be otherwise, and what became of it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Final, ParamSpec, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bids import formats, typed
from bids.actions.ask_for_changes import Wish, ask_for_changes
from bids.actions.ask_question import ask_question
from bids.content import JointOffer
from bids.exports.frozen_version import read_version
from bids.models import ClientLink, Question, Revision
from bids.permissions import may_ask_as_client
from bids.queries.letter_people import writer_for
from bids.queries.questions import asked_by, questions_shown, wishes_shown
from bids.queries.versions import Version, with_the_client
from bids.sheets.client_said import wish_words
from bids.sheets.places import about_words, place_at, place_named, places_of
from bids.steps.client_asks import AnotherVersion, client_actor
from bids.typed import NotReadable
from bids.vocabulary import (
    BidState,
    ChangeRequestState,
    ClientKind,
    Language,
    PlaceKind,
    PriceBasis,
    QuestionState,
    RevisionState,
    WishKind,
)
from bids.web.answer_form import TRAP
from bids.web.client_page import LONGEST_TYPED, View, discreet, link_of, nothing_here
from bids.web.requests import NO_PRICE, WHAT_WAS_WRONG
from bids.web.speaking import spoken
from kernel.clock import database_now, helsinki_day
from kernel.errors import Malformed, Refusal

FROM_A_FORM: Final = "strict-origin"
_LONGEST_FIELD: Final = 60
P = ParamSpec("P")


def with_forms(view: View[P]) -> View[P]:
    """A discreet view whose pages hold forms: what is sent says which site it comes from, but not from which address.

    With "no-referrer" the browser would send the form as if from nowhere, and it would be refused.
    """

    @wraps(view)
    def answering(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer.headers["Referrer-Policy"] = FROM_A_FORM
        return answer

    return cast("View[P]", answering)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody who has followed a link, and the version they have."""

    request: HttpRequest
    link: ClientLink
    version: Version
    language: Language
    now: datetime

    @property
    def offer(self) -> JointOffer:
        """What the client was sent."""
        return read_version(bytes(self.version.revision.payload)).offer


@dataclass(frozen=True, kw_only=True)
class ShownQuestion:
    """A question as its client reads it."""

    id: UUID
    about: str
    text: str
    asked_on: str
    is_own: bool
    answer: str
    answered_on: str
    is_dropped: bool


@dataclass(frozen=True, kw_only=True)
class ShownWish:
    """A wish as whoever wished reads it."""

    id: UUID
    says: str
    text: str
    wished_on: str
    state: str
    words: str
    answered_in: int | None


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask about the whole or one place of the offer, and read what was answered. Looking changes nothing."""
    return _answered(request, public_id, _ask_page, _asked)


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what should be otherwise, and see what became of it. Looking changes nothing."""
    return _answered(request, public_id, _changes_page, _wished)


Page = Callable[..., HttpResponse]


def _answered(request: HttpRequest, public_id: UUID, page: Page, sent: Page) -> HttpResponse:
    now = database_now()
    link = link_of(request, public_id, now=now)
    version = with_the_client(link.bid, now=now) if link else None
    if link is None or version is None:
        return nothing_here(request)
    language = _language(request, Language(link.bid.language))
    if version.state == RevisionState.WITHDRAWN:
        return HttpResponseRedirect(reverse("bids:client-offer", args=[public_id]), status=303)
    visit = Visit(request=request, link=link, version=version, language=language, now=now)
    with spoken(request, language):
        if request.method != "POST":
            return page(visit)
        if request.POST.get(TRAP):
            return render(request, "client/not_done.html", {"language": language.value}, status=422)
        return sent(visit)


def _asked(visit: Visit) -> HttpResponse:
    words = {name: visit.request.POST.get(name, "")[:LONGEST_TYPED] for name in ("about", "text")}
    try:
        ask_question(
            link=visit.link,
            about=words["about"],
            text=visit.request.POST.get("text", ""),
            seen=_seen(visit.request),
            by=client_actor(visit.link),
            now=visit.now,
        )
    except Malformed as refused:
        return _ask_page(visit, words=words, faults=refused.faults, status=422)
    except Refusal as refused:
        return _ask_page(visit, words=words, refusal=refused, status=refused.status)
    return _done(visit, "bids:client-ask")


def _ask_page(
    visit: Visit,
    *,
    words: dict[str, str] | None = None,
    faults: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    offer = visit.offer
    about = (words or {}).get("about") or visit.request.GET.get("about", "")[:_LONGEST_FIELD]
    page = {
        "questions": list(shown_questions(visit.link, visit.language)),
        "places": _places(offer),
        "about": about if place_named(offer, about) else "",
        "text": (words or {}).get("text", ""),
    }
    return _page(visit, "client/ask_page.html", page, offer=offer, faults=faults, refusal=refusal, status=status)


def _wished(visit: Visit) -> HttpResponse:
    names = ("kind", "line", "price_line", "weeks", "amount", "basis")
    words = {name: visit.request.POST.get(name, "")[:_LONGEST_FIELD] for name in names}
    words["text"] = visit.request.POST.get("text", "")[:LONGEST_TYPED]
    try:
        ask_for_changes(
            link=visit.link,
            wish=_wish(words, text=visit.request.POST.get("text", "")),
            seen=_seen(visit.request),
            by=client_actor(visit.link),
            now=visit.now,
        )
    except Malformed as refused:
        return _changes_page(visit, words=words, faults=refused.faults, status=422)
    except Refusal as refused:
        return _changes_page(visit, words=words, refusal=refused, status=refused.status)
    return _done(visit, "bids:client-changes")


def _wish(words: dict[str, str], *, text: str) -> Wish:
    """What the form says. A number that cannot be read is told as it was typed wrong."""
    if words["kind"] not in set(WishKind):
        raise Malformed(faults={"kind": _("Choose what should be otherwise.")})
    kind = WishKind(words["kind"])
    if kind is WishKind.WITHOUT_LINE:
        return Wish(kind=kind, line=words["line"], text=text)
    if kind is WishKind.LATER:
        weeks = words["weeks"].strip()
        is_number = weeks.isascii() and weeks.isdecimal() and len(weeks) < len("1000")
        return Wish(kind=kind, weeks=int(weeks) if is_number else None, text=text)
    if kind is WishKind.PRICE_WISH:
        basis = PriceBasis.NET if words["basis"] == PriceBasis.NET else PriceBasis.GROSS
        try:
            amount = typed.number(words["amount"])
        except NotReadable as refused:
            fault = str(WHAT_WAS_WRONG.get(refused.code, NO_PRICE))
            raise Malformed(faults={"amount": fault}) from refused
        return Wish(kind=kind, line=words["price_line"], amount=amount, basis=basis, text=text)
    return Wish(kind=kind, text=text)


def _changes_page(
    visit: Visit,
    *,
    words: dict[str, str] | None = None,
    faults: Any = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    offer = visit.offer
    usual = (
        PriceBasis.NET if offer.client.kind != ClientKind.CONSUMER and offer.client.deducts_vat else PriceBasis.GROSS
    )
    begun = {name: visit.request.GET.get(name, "")[:_LONGEST_FIELD] for name in ("kind", "line")}
    page = {
        "wishes": list(shown_wishes(visit.link, visit.language)),
        "lines": [(place.key, place.words) for place in places_of(offer) if place.kind is PlaceKind.LINE],
        "words": {"basis": usual.value, "price_line": begun["line"], **begun, **(words or {})},
        "is_accepted": visit.version.state == RevisionState.ACCEPTED,
    }
    return _page(visit, "client/changes.html", page, offer=offer, faults=faults, refusal=refusal, status=status)


def shown_questions(link: ClientLink, language: Language) -> Iterator[ShownQuestion]:
    """What the holder of the link reads of questions, the latest first; whose they are is told of their own alone."""
    own = set(Question.objects.filter(asked_by(link), bid=link.bid_id).values_list("pk", flat=True))
    offers: dict[int, JointOffer] = {}
    for one in questions_shown(link).reverse():
        place = place_at(_offer_of(one.revision, offers), PlaceKind(one.place), one.key)
        is_answered = one.state == QuestionState.RELEASED.value
        yield ShownQuestion(
            id=one.public_id,
            about=about_words(place),
            text=one.text,
            asked_on=formats.day(helsinki_day(one.asked_at), language),
            is_own=one.pk in own,
            answer=one.answer if is_answered else "",
            answered_on=formats.day(helsinki_day(one.released_at), language) if one.released_at else "",
            is_dropped=one.state == QuestionState.DROPPED.value,
        )


def shown_wishes(link: ClientLink, language: Language) -> Iterator[ShownWish]:
    """What the holder of the link has wished, the latest first."""
    offers: dict[int, JointOffer] = {}
    for one in wishes_shown(link).reverse():
        is_answered = one.state == ChangeRequestState.ANSWERED.value and one.answered_in is not None
        yield ShownWish(
            id=one.public_id,
            says=wish_words(one, _offer_of(one.revision, offers)),
            text=one.text,
            wished_on=formats.day(helsinki_day(one.asked_at), language),
            state=one.state,
            words=one.words,
            answered_in=one.answered_in.number if is_answered and one.answered_in else None,
        )


def _offer_of(revision: Revision, known: dict[int, JointOffer]) -> JointOffer:
    """The offer of a version, read once."""
    if revision.pk not in known:
        known[revision.pk] = read_version(bytes(revision.payload)).offer
    return known[revision.pk]


def _places(offer: JointOffer) -> list[tuple[str, list[tuple[str, str]]]]:
    """What one may ask about, firm by firm, each with its address."""
    names = {part.key: part.firm.name for part in offer.parts}
    texts = [(place.address, about_words(place)) for place in places_of(offer) if place.kind is PlaceKind.SECTION]
    found = [(_("Texts"), texts)] if texts else []
    for key, name in names.items():
        of_firm = [place for place in places_of(offer) if place.kind is PlaceKind.PART and place.key == key]
        rows = [place for place in places_of(offer) if place.kind is PlaceKind.LINE and place.firm == key]
        whole = [(place.address, about_words(place)) for place in of_firm]
        found.append((name, [*whole, *((place.address, place.words) for place in rows)]))
    return found


def _page(
    visit: Visit,
    template: str,
    page: dict[str, Any],
    *,
    offer: JointOffer,
    faults: Any,
    refusal: Refusal | None,
    status: int,
) -> HttpResponse:
    bid = visit.link.bid
    known = {
        "language": visit.language.value,
        "content_language": bid.language,
        "tongues": [(one.value, name, one == visit.language) for one, name in _SPOKEN],
        "link": visit.link,
        "version": visit.version,
        "is_anbud": offer.client.kind == ClientKind.PUBLIC,
        "title": offer.title,
        "lead": writer_for(bid),
        "may_ask": may_ask_as_client(client_actor(visit.link), visit.link) and bid.state != BidState.CLOSED.value,
        "is_sent": "sent" in visit.request.GET,
        "is_another_version": isinstance(refusal, AnotherVersion),
        "refusal": str(refusal) if refusal else "",
        "faults": {name: str(fault) for name, fault in (faults or {}).items()},
    }
    return render(visit.request, template, known | page, status=status)


def _done(visit: Visit, name: str) -> HttpResponse:
    query = f"?sent&language={visit.language.value}"
    return HttpResponseRedirect(reverse(name, args=[visit.link.public_id]) + query, status=303)


def _seen(request: HttpRequest) -> int:
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < len("1000000") else 0


def _language(request: HttpRequest, own: Language) -> Language:
    asked = request.GET.get("language", "")
    return Language(asked) if asked in set(Language) else own


_SPOKEN: Final = ((Language.FI, "Suomeksi"), (Language.SV, "På svenska"), (Language.EN, "In English"))
