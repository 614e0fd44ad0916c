"""What a client sees of an offer through a private link: the version that was sent, and nothing of ours around it."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from bids.exports.frozen_version import read_version
from bids.exports.version_sheet import VersionIsCorruptError, version_sheet
from bids.models import ClientLink, Document, Revision
from bids.queries.versions import Version, with_the_client
from bids.vocabulary import ClientKind, DocumentKind, Language, RevisionState
from bids.web.document_words import kind_name
from bids.web.documents import ENDINGS
from bids.web.downloads import download
from kernel import files
from kernel.clock import database_now
from kernel.tally import count_one
from kernel.tokens import token_hashes
from members.web.origin import origin_of

logger = logging.getLogger(__name__)

LIVES: Final = timedelta(hours=2)
MOST_MISSES: Final = 30
MISSES_WITHIN: Final = timedelta(minutes=10)
_SALT: Final = "client-link"
_SPOKEN: Final = ((Language.FI, "Suomeksi"), (Language.SV, "På svenska"), (Language.EN, "In English"))

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
    answer = HttpResponse(status=303, headers={"Location": reverse("bids:client-offer", args=[link.public_id])})
    answer.set_cookie(
        cookie_name(link.public_id),
        signing.dumps(str(link.public_id), salt=_SALT),
        max_age=LIVES,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer


@discreet
@require_safe
def client_offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The offer as it was sent. Looking changes nothing."""
    now = database_now()
    link = link_of(request, public_id, now=now)
    version = with_the_client(link.bid, now=now) if link else None
    if link is None or version is None:
        return _nothing_here(request)
    language = _language(request, Language(link.bid.language))
    with override(language.value):
        try:
            page = _page(link, version, language)
        except VersionIsCorruptError:
            logger.exception("version %s of offer %s is not what it was", version.number, link.bid.public_id)
            return render(request, "client/damaged.html", {"language": language.value}, status=409)
        return render(request, "client/offer.html", page)


@discreet
@require_safe
def client_file(request: HttpRequest, public_id: UUID, document: UUID) -> HttpResponse:
    """A file of the version that is shown, its hash checked first."""
    now = database_now()
    link = link_of(request, public_id, now=now)
    version = with_the_client(link.bid, now=now) if link else None
    wanted = [one for one in version.documents if one.public_id == document] if version else []
    if link is None or version is None or not wanted or not _is_shown(version):
        return _nothing_here(request)
    try:
        return file_of(wanted[0], number=link.bid.number, version=version.number)
    except files.FileIsCorruptError:
        logger.exception("the stored file of document %s is not what it was", wanted[0].public_id)
        return render(request, "client/damaged.html", {"language": link.bid.language}, status=409)


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


def _living(links: Any, *, now: datetime) -> ClientLink | None:
    link: ClientLink | None = links.select_related("bid__lead", "bid__client").first()
    return link if link is not None and link.revoked_at is None and now < link.expires_at else None


def _miss(request: HttpRequest, *, now: datetime) -> HttpResponse:
    tries = count_one("client-link", origin_of(request), now=now, window=MISSES_WITHIN)
    if tries > MOST_MISSES:
        answer = render(request, "client/too_often.html", status=429)
        answer.headers["Retry-After"] = str(int(MISSES_WITHIN.total_seconds()))
        return answer
    return _nothing_here(request)


def _nothing_here(request: HttpRequest) -> HttpResponse:
    return render(request, "client/nothing_here.html", status=404)


def _language(request: HttpRequest, own: Language) -> Language:
    asked = request.GET.get("language", "")
    return Language(asked) if asked in set(Language) else own


def _is_shown(version: Version) -> bool:
    return version.state != RevisionState.WITHDRAWN


def _page(link: ClientLink, version: Version, language: Language) -> dict[str, Any]:
    sheet = version_sheet(version.revision, language)
    colours = [firm.thread.colour for firm in sheet.firms]
    is_anbud = read_version(bytes(version.revision.payload)).offer.client.kind == ClientKind.PUBLIC
    return {
        "language": language.value,
        "is_anbud": is_anbud,
        "sheet": sheet,
        "colours": colours,
        "version": version,
        "is_shown": _is_shown(version),
        "is_open": version.state == RevisionState.SENT,
        "valid_until": sheet.valid_until.text,
        "tongues": [(one.value, name, one == language) for one, name in _SPOKEN],
        "pdfs": [(one, dict(_NAMES)[one.language]) for one in version.pdfs],
        "data_files": [
            (one, kind_name(one, is_anbud=is_anbud))
            for one in version.documents
            if one.kind != DocumentKind.OFFER_PDF.value
        ],
        "link": link,
        "replaces": _replaced(version),
        "page_shown": {"colours": colours},
    }


def _replaced(version: Version) -> int | None:
    """The number of the version the client had before this one."""
    earlier = Revision.objects.filter(
        bid=version.revision.bid_id, number__lt=version.number, standing__sent_at__isnull=False
    )
    return earlier.latest_first().values_list("number", flat=True).first()


_NAMES: Final = ((Language.FI.value, "suomi"), (Language.SV.value, "svenska"), (Language.EN.value, "English"))
