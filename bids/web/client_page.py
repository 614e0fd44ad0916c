"""What a client sees of an offer through a private link: the version that was sent, and nothing of ours around it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from bids.exports.version_sheet import VersionIsCorruptError, intact
from bids.models import ClientLink, Document, HeldAnswer, OneTimeCode, Revision
from bids.queries.questions import wishes_shown
from bids.queries.versions import with_the_client
from bids.sheets.client_said import wish_line
from bids.steps.one_time_codes import living_button
from bids.vocabulary import ChangeRequestState, CodeFor, DocumentKind, Language
from bids.web.client_ways import WaysOn, ways_on
from bids.web.documents import ENDINGS
from bids.web.downloads import download
from bids.web.proposal import Proposal, asked_language, is_shown, proposal
from bids.web.speaking import page_language, spoken
from kernel import files
from kernel.clock import database_now
from kernel.tally import count_one
from kernel.tokens import token_hashes
from members.web.origin import origin_of

logger = logging.getLogger(__name__)

LIVES: Final = timedelta(hours=2)
MOST_MISSES: Final = 30
MISSES_WITHIN: Final = timedelta(minutes=10)
LONGEST_TYPED: Final = 2500
"""So much of what was typed comes back with what is wrong with it."""
WORDS_TYPED: Final = ("text", "words")
_SALT: Final = "client-link"
_BUTTON_SALT: Final = "client-button"
_PLACES: Final = {
    "decision": "bids:client-decision",
    "ask": "bids:client-ask",
    "changes": "bids:client-changes",
}
"""Where a letter's link may lead besides the offer itself."""
CONFIRM: Final = {
    CodeFor.ACCEPT: "bids:client-accept-confirm",
    CodeFor.DECLINE: "bids:client-decline-confirm",
    CodeFor.OBJECT: "bids:client-not-so-confirm",
}
"""Where the button beside a code leads."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def discreet(view: View[P]) -> View[P]:
    """The view, whose answers are kept, indexed and told of nowhere."""

    @wraps(view)
    def answering(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return answer

    return cast("View[P]", answering)


@discreet
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Remember in the browser that it has followed this link, and go on to an address without the secret.

    Whatever is wrong with the link, the answer is the same.
    """
    now = database_now()
    link = _living(ClientLink.objects.filter(token_hash__in=token_hashes(token)), now=now)
    if link is None:
        return _miss(request, now=now)
    place = _PLACES.get(request.GET.get("next", ""), "bids:client-offer")
    answer = HttpResponse(status=303, headers={"Location": reverse(place, args=[link.public_id])})
    keep_open(answer, link)
    return answer


@discreet
@require_safe
def open_button(request: HttpRequest, token: str) -> HttpResponse:
    """Remember in the browser that it has followed this button, and go on to where an answer is confirmed.

    The button opens the offer's pages too: it was mailed to the address of their link. One that was used or is over
    opens nothing; whoever has the pages open reads there what happened.
    """
    now = database_now()
    code = OneTimeCode.objects.filter(button_hash__in=token_hashes(token)).first()
    link = _living(ClientLink.objects.filter(public_id=code.about), now=now) if code is not None else None
    if code is None or code.form is None or link is None:
        return _miss(request, now=now)
    told = HeldAnswer.objects.filter(nonce=code.form, link=link).values_list("language", flat=True).first()
    is_good = told is not None and living_button(code.public_id, code_for=code.about, now=now) is not None
    if not is_good and link_of(request, link.public_id, now=now) is None:
        return _plain(request, "client/button_over.html", asked_language(request) or page_language(), status=410)
    address = reverse(CONFIRM[CodeFor(code.purpose.split(":")[0])], args=[link.public_id])
    query = f"?{urlencode({'language': told})}" if told else ""
    answer = HttpResponse(status=303, headers={"Location": f"{address}{query}"})
    if is_good:
        keep_open(answer, link)
    answer.set_cookie(
        _button_cookie(link),
        signing.dumps(str(code.public_id), salt=f"{_BUTTON_SALT}:{link.public_id}"),
        max_age=LIVES,
        path=reverse("bids:client-offer", args=[link.public_id]),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


def button_of(request: HttpRequest, link: ClientLink) -> OneTimeCode | None:
    """The code whose button this browser has followed, whatever has become of it."""
    try:
        told = signing.loads(
            request.COOKIES.get(_button_cookie(link), ""), salt=f"{_BUTTON_SALT}:{link.public_id}", max_age=LIVES
        )
    except signing.BadSignature:
        return None
    return OneTimeCode.objects.filter(public_id=told, about=link.public_id).first()


def keep_open(answer: HttpResponse, link: ClientLink) -> None:
    """The browser shows what the link leads to for two hours from now."""
    answer.set_cookie(
        cookie_name(link.public_id),
        signing.dumps(str(link.public_id), salt=_SALT),
        max_age=LIVES,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


@discreet
@require_safe
def client_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The offer as it was sent. Looking changes nothing."""
    now = database_now()
    link = link_of(request, public_id, now=now)
    version = with_the_client(link.bid, now=now) if link else None
    if link is None or version is None:
        return _anew(request, nothing_here(request))
    try:
        read = intact(version.revision)
        language = asked_language(request) or read.offer.language
        with spoken(request, language):
            return _told(
                request, link, proposal(version, read, request.GET, language), ways_on(link, version, read, now)
            )
    except VersionIsCorruptError:
        logger.exception("version %s of offer %s is not what it was", version.number, link.bid.public_id)
        return _anew(request, damaged(request, link))


def _told(request: HttpRequest, link: ClientLink, shown: Proposal, ways: WaysOn) -> HttpResponse:
    """The page, or for a script what a choice changes of it; a script that asks about what is no more opens the page.

    The address of a choice says which version it was made in: in another one it may mean something else.
    """
    page = {
        "link": link,
        "shown": shown,
        "sheet": shown.sheet,
        "language": shown.language.value,
        "ways": ways,
        "wishes_answered": _wishes_answered(link, shown.version.revision),
    }
    status = 422 if shown.refusal else 200
    if not getattr(request, "htmx", False):
        return render(request, "client/offer.html", page, status=status)
    if not shown.is_shown or shown.is_of_another:
        return _anew(request, HttpResponse(status=204), query=shown.query_of_another)
    answer = render(request, "client/offer_live.html", page, status=status)
    answer.headers["HX-Replace-Url"] = f"{request.path}{shown.query}"
    return answer


def _wishes_answered(link: ClientLink, version: Revision) -> list[str]:
    """What the reader has wished, and this version answers."""
    answered = wishes_shown(link).filter(answered_in=version, state=ChangeRequestState.ANSWERED.value)
    return [wish_line(one, intact(one.revision).offer) for one in answered]


def _anew(request: HttpRequest, answer: HttpResponse, *, query: str = "") -> HttpResponse:
    """The answer, at which a script that wanted a part of the page opens the whole of it."""
    if getattr(request, "htmx", False):
        answer.headers["HX-Redirect"] = f"{request.path}{query}"
    return answer


@discreet
@require_safe
def client_file(request: HttpRequest, public_id: UUID, document: UUID) -> HttpResponse:
    """A file of the version that is shown, its hash checked first."""
    now = database_now()
    link = link_of(request, public_id, now=now)
    version = with_the_client(link.bid, now=now) if link else None
    wanted = [one for one in version.documents if one.public_id == document] if version else []
    if link is None or version is None or not wanted or not is_shown(version):
        return nothing_here(request)
    try:
        return file_of(wanted[0], number=link.bid.number, version=version.number)
    except files.FileIsCorruptError:
        logger.exception("the stored file of document %s is not what it was", wanted[0].public_id)
        return damaged(request, link)


def file_of(document: Document, *, number: str, version: int) -> HttpResponse:
    """The bytes of a document of a version, named by offer and version; `FileIsCorruptError` if they changed."""
    asset = document.asset
    if asset is None:
        raise files.FileIsCorruptError(str(document.public_id))
    name = f"{number} v{version} {document.language}"
    return download(
        files.read(asset.sha256), media_type=asset.media_type, name=name, ending=ENDINGS[DocumentKind(document.kind)]
    )


def link_of(request: HttpRequest, public_id: UUID, *, now: datetime) -> ClientLink | None:
    """The link this browser has followed, as long as it lives."""
    try:
        told = signing.loads(request.COOKIES.get(cookie_name(public_id), ""), salt=_SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    if told != str(public_id):
        return None
    return _living(ClientLink.objects.filter(public_id=public_id), now=now)


def cookie_name(public_id: UUID) -> str:
    """A cookie of its own for each link, so that two offers can be read beside each other."""
    prefix = "__Host-" if settings.SESSION_COOKIE_SECURE else ""
    return f"{prefix}offer-{public_id.hex[:12]}"


def _button_cookie(link: ClientLink) -> str:
    return f"button-{link.public_id.hex[:12]}"


def _living(links: Any, *, now: datetime) -> ClientLink | None:
    link: ClientLink | None = links.select_related("bid__lead", "bid__client").first()
    return link if link is not None and link.revoked_at is None and now < link.expires_at else None


def _miss(request: HttpRequest, *, now: datetime) -> HttpResponse:
    tries = count_one("client-link", origin_of(request), now=now, window=MISSES_WITHIN)
    if tries > MOST_MISSES:
        answer = _plain(request, "client/too_often.html", page_language(), status=429)
        answer.headers["Retry-After"] = str(int(MISSES_WITHIN.total_seconds()))
        return answer
    return nothing_here(request)


def nothing_here(request: HttpRequest) -> HttpResponse:
    """The one page for every link that shows nothing; what was typed for it is handed back, to be copied."""
    typed = "\n\n".join(filter(None, (request.POST.get(name, "").strip()[:LONGEST_TYPED] for name in WORDS_TYPED)))
    known = {"was_sent": request.method == "POST", "typed": typed}
    return _plain(request, "client/nothing_here.html", asked_language(request) or page_language(), status=404, **known)


def damaged(request: HttpRequest, link: ClientLink) -> HttpResponse:
    """A page that says that what is stored is not what was sent, so that nothing of it is shown."""
    return _plain(request, "client/damaged.html", asked_language(request) or Language(link.bid.language), status=409)


def _plain(request: HttpRequest, template: str, language: Language, *, status: int, **known: Any) -> HttpResponse:
    with override(language.value):
        return render(request, template, {"language": language.value, **known}, status=status)
