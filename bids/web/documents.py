"""Documents of an offer: asked for, watched while they are drawn, looked at, downloaded."""

import hashlib
import logging
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bids.actions.request_document import request_document
from bids.content import Choice
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Bid, Document, LineItem, Package
from bids.permissions import may_see_document
from bids.pricing import ChoiceRefused
from bids.sheets.document_sentences import failure_sentence
from bids.vocabulary import PDFS, DocumentKind, DocumentState, Language, Profile, Theme
from bids.web.choice import as_pairs, as_query, choice_from, fault_sentences
from bids.web.document_words import kind_name, progress_of, seconds_until_next_look
from bids.web.downloads import download
from bids.web.offer import bid_for
from bids.web.order_form import OrderForm
from bids.web.page_pictures import WIDTH, NoSuchPage, page_picture
from kernel import files
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import Malformed, NotVisible, Refusal
from members.web.acting import actor_of

logger = logging.getLogger(__name__)

ENDINGS = {
    DocumentKind.CHANGE_PDF: "pdf",
    DocumentKind.OFFER_PDF: "pdf",
    DocumentKind.TWIN_JSON: "json",
    DocumentKind.TWIN_UBL: "xml",
}
CLOSED = {DocumentState.DONE.value, DocumentState.FAILED.value}


class FileIsDamaged(Refusal):
    """The stored bytes are not those that were drawn."""

    sentence = _("The stored file is damaged, so it is not handed out. Have the document made again.")
    code = "file-damaged"


@login_required
@require_POST
def order(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Have a document made, and go and watch it."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    form = OrderForm(request.POST)
    if not form.is_valid():
        raise Malformed(faults={name: str(errors[0]) for name, errors in form.errors.items()})
    wanted = DocumentOrder(
        language=form.ordered_language,
        profile=form.ordered_profile,
        theme=Theme(bid.theme),
        choice=choice_from(request.POST),
    )
    kind = DocumentKind(form.cleaned_data["kind"])
    try:
        document = request_document(source=bid, kind=kind, order=wanted, by=actor, now=database_now())
    except ChoiceRefused as refused:
        raise Malformed(faults=dict(enumerate_faults(refused))) from refused
    return redirect("bids:document", public_id=document.public_id)


def enumerate_faults(refused: ChoiceRefused) -> list[tuple[str, str]]:
    """The reasons a choice is refused, each under a name of its own."""
    return [(f"choice[{number}]", sentence) for number, sentence in enumerate(fault_sentences(refused))]


@login_required
@never_cache
@require_safe
def document(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A document: how far it is, or its pages."""
    shown = document_for(actor_of(request), public_id)
    return render(request, "bids/document.html", _page(shown))


@login_required
@require_safe
def document_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far a document is, as a part of its page; unchanged since the last look costs an empty answer."""
    shown = document_for(actor_of(request), public_id)
    told = f"{shown.state}.{shown.progress_step}.{shown.progress_done}.{shown.progress_total}"
    page = _page(shown)
    etag = quote_etag(
        hashlib.sha256(f"{told}.{page['look_again_in']}.{request.LANGUAGE_CODE}".encode()).hexdigest()[:24]
    )
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    elif shown.state in CLOSED:
        response = HttpResponse(headers={"HX-Redirect": reverse("bids:document", args=[shown.public_id])})
    else:
        response = render(request, "bids/document_progress.html", page)
    return _to_be_asked_for_again(response, etag)


@login_required
@require_safe
def picture(request: HttpRequest, public_id: UUID, page: int) -> HttpResponse:
    """One page of a finished PDF as a picture."""
    shown = document_for(actor_of(request), public_id)
    if shown.asset is None or shown.kind not in PDFS:
        raise NotVisible
    etag = quote_etag(f"{shown.asset.sha256[:24]}-{page}-{WIDTH}")
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _to_be_asked_for_again(HttpResponseNotModified(), etag)
    try:
        drawn = page_picture(shown.asset.sha256, page)
    except NoSuchPage:
        raise NotVisible from None
    except files.FileIsCorruptError as error:
        raise _damaged(shown) from error
    response = HttpResponse(drawn, content_type="image/png")
    response.headers["X-Content-Type-Options"] = "nosniff"
    return _to_be_asked_for_again(response, etag)


def _to_be_asked_for_again(response: HttpResponse, etag: str) -> HttpResponse:
    """The answer as one that the person's own browser may keep, but shows only after asking whether it still may."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@login_required
@never_cache
@require_safe
def document_file(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The file itself, its hash checked first."""
    shown = document_for(actor_of(request), public_id)
    if shown.asset is None or shown.bid is None:
        raise NotVisible
    try:
        data = files.read(shown.asset.sha256)
    except files.FileIsCorruptError as error:
        raise _damaged(shown) from error
    name = f"{shown.bid.number} {shown.bid.title} {shown.language}"
    return download(data, media_type=shown.asset.media_type, name=name, ending=ENDINGS[DocumentKind(shown.kind)])


def document_for(actor: Actor, public_id: UUID) -> Document:
    """The document, if the actor may see it; for anybody else there is no such thing."""
    known = Document.objects.visible_to(actor).select_related("asset", "bid__lead")
    shown = known.filter(public_id=public_id).first()
    if shown is None or not may_see_document(actor, shown):
        raise NotVisible
    return shown


def _damaged(shown: Document) -> FileIsDamaged:
    logger.error("the stored file of document %s is not what it was", shown.public_id)
    return FileIsDamaged()


def _page(shown: Document) -> dict[str, Any]:
    bid = shown.bid
    assert bid is not None  # noqa: S101 - what is visible belongs to an offer
    choice = Choice(lines=frozenset(shown.chosen.get("lines", ())), package=shown.chosen.get("package"))
    waited = (database_now() - shown.requested_at).total_seconds()
    return {
        "document": shown,
        "bid": bid,
        "kind_name": kind_name(shown),
        "is_pdf": shown.kind in PDFS,
        "language_name": dict(_LANGUAGE_NAMES)[shown.language],
        "profile_name": _PROFILE_NAMES[Profile(shown.profile)],
        "chosen": _chosen_names(bid, choice),
        "choice_pairs": as_pairs(choice),
        "choice_query": as_query(choice),
        "progress": progress_of(shown),
        "look_again_in": seconds_until_next_look(waited),
        "failure": failure_sentence(shown.failure_code) if shown.state == DocumentState.FAILED else "",
        "page_numbers": range(1, (shown.pages or 0) + 1),
    }


def _chosen_names(bid: Bid, choice: Choice) -> list[str]:
    """What was chosen for the document, as the offer calls it now; a line that has gone keeps its code."""
    texts = dict(LineItem.objects.filter(bid=bid, code__in=choice.lines).values_list("code", "text"))
    packages = Package.objects.filter(bid=bid, identifier=choice.package or "").values_list("name", flat=True)
    return [*packages, *(texts.get(code, code) for code in sorted(choice.lines))]


_LANGUAGE_NAMES = ((Language.FI.value, "suomi"), (Language.SV.value, "svenska"), (Language.EN.value, "English"))
_PROFILE_NAMES = {Profile.COMPACT: _("Compact"), Profile.FULL: _("Full")}
