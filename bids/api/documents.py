"""Documents of an offer: have one made, see how far it has come, take the file."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse
from django.utils.http import content_disposition_header, parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.request_document import request_document
from bids.api import examples
from bids.api.asked_choice import asked_choice
from bids.api.bids import bid_for
from bids.api.bodies import keys_in
from bids.api.components import response_header
from bids.api.paging import PageAsked, list_of, page_of
from bids.api.shapes import DocumentOrdered, DocumentShape
from bids.exports.frozen_offer import DocumentOrder
from bids.models import Bid, Document
from bids.permissions import documents_for, may_see_document
from bids.vocabulary import DocumentKind, Language, Profile, Theme
from kernel.errors import NotVisible, Refusal
from kernel.files import read
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.moment import moment_of

SUFFIXES: Mapping[str, str] = {
    DocumentKind.CHANGE_PDF.value: "pdf",
    DocumentKind.OFFER_PDF.value: "pdf",
    DocumentKind.TWIN_JSON.value: "json",
    DocumentKind.TWIN_UBL.value: "xml",
}
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="The ETag that is known already: the answer is 304 as long as it still holds.",
)


class NotReady(Refusal):
    """The document or paper has no file, not yet or not ever."""

    sentence = _("This document is not drawn. Look at its state to see how far it has come.")
    code = "not-drawn"


class BidDocuments(ApiView):
    """The documents of one offer."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": PageAsked}

    @extend_schema(
        operation_id="list_documents",
        summary="List the documents of an offer",
        parameters=[PageAsked],
        responses=list_of(DocumentShape, "DocumentList"),
        examples=examples.DOCUMENTS,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The documents of the offer that you may see, the latest first."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        documents = documents_for(actor, bid).select_related("bid", "asset")
        return page_of(documents, "requested_at", DocumentShape, view=self)

    @extend_schema(
        operation_id="request_document",
        summary="Have a document made",
        request={"application/json": DocumentOrdered},
        responses={201: DocumentShape, 200: DocumentShape},
        parameters=[response_header("Location", "Where to see how far the document has come.", 201, 200)],
        examples=examples.DOCUMENT_REQUEST,
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Freezes what the document says and has it drawn. 200 with the same document while that is under way."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        ordered = DocumentOrdered(data=keys_in(request))
        ordered.is_valid(raise_exception=True)
        document = request_document(
            source=bid,
            kind=ordered.validated_data["kind"],
            order=_order(bid, ordered.validated_data),
            by=actor,
            now=now,
        )
        answer = _document_answer(document, status=201 if document.requested_at == now else 200)
        answer.headers["Location"] = reverse("api:document", args=[document.public_id])
        return answer


class OneDocument(ApiView):
    """How far a document has come."""

    cache_control: ClassVar[str] = "private, no-cache"

    @extend_schema(
        operation_id="get_document",
        summary="See how far a document has come",
        parameters=[IF_NONE_MATCH, response_header("ETag", "Changes with state and progress.", 200, 304)],
        responses={200: DocumentShape, 304: None},
        examples=examples.DOCUMENT,
    )
    def get(self, request: Request, public_id: UUID) -> Any:
        """State, progress, why it failed, and the file's hash. Ask again with the ETag: 304 while nothing moved."""
        document = _document_for(request, public_id)
        return _unchanged(request, _etag(document)) or _document_answer(document)


class AnyForm(BaseContentNegotiation):
    """A file has the form it has, whatever Accept says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:  # noqa: ARG002 - REST framework's signature
        """Nothing is read."""
        return None

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:  # noqa: ARG002 - REST framework's signature
        """The first there is; it is not used."""
        return renderers[0], renderers[0].media_type


class DocumentContent(ApiView):
    """The drawn file."""

    content_negotiation_class = AnyForm
    cache_control: ClassVar[str] = "private, no-cache"

    @extend_schema(
        operation_id="get_document_content",
        summary="Take the file of a document",
        parameters=[IF_NONE_MATCH, response_header("ETag", "The file's sha256.", 200, 304)],
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            (200, "application/json"): OpenApiTypes.OBJECT,
            (200, "application/xml"): OpenApiTypes.STR,
            304: None,
        },
    )
    def get(self, request: Request, public_id: UUID) -> Any:
        """The stored bytes, whose hash is checked on the way out. 409 until the document is done."""
        document = _document_for(request, public_id)
        if document.asset is None or document.bid is None:
            raise NotReady
        etag = f'"{document.asset.sha256}"'
        if unchanged := _unchanged(request, etag):
            return unchanged
        answer = HttpResponse(read(document.asset.sha256), content_type=document.asset.media_type)
        answer.headers["Content-Disposition"] = content_disposition_header(
            as_attachment=True, filename=file_name(document.bid, document)
        )
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer.headers["ETag"] = etag
        return answer


def file_name(bid: Bid, document: Document) -> str:
    """What the file is called where it is saved."""
    number = re.sub(r"[^\w.-]+", "-", bid.number).strip("-.")
    return f"{number}-{document.language}.{SUFFIXES[document.kind]}"


def _document_for(request: Request, public_id: UUID) -> Document:
    actor = actor_of(request)
    visible = Document.objects.visible_to(actor).select_related("bid", "asset")
    document = visible.filter(public_id=public_id).first()
    if document is None or not may_see_document(actor, document):
        raise NotVisible
    return document


def _unchanged(request: Request, etag: str) -> HttpResponse | None:
    """The answer for an asker who names this very ETag; None for everybody else."""
    known = {each.removeprefix("W/") for each in parse_etags(request.headers.get("If-None-Match", ""))}
    return HttpResponseNotModified(headers={"ETag": etag}) if known & {etag, "*"} else None


def _document_answer(document: Document, *, status: int = 200) -> Response:
    return Response(DocumentShape(document).data, status=status, headers={"ETag": _etag(document)})


def _etag(document: Document) -> str:
    """The language counts too: the sentence that says why a document failed is in it."""
    moved = (document.state, document.progress_step, document.progress_done, document.progress_total, get_language())
    return f'"{document.public_id}.{sha256(repr(moved).encode()).hexdigest()[:16]}"'


def _order(bid: Bid, said: Mapping[str, Any]) -> DocumentOrder:
    return DocumentOrder(
        language=said.get("language") or Language(bid.language),
        profile=said.get("profile") or Profile(bid.profile),
        theme=said.get("theme") or Theme(bid.theme),
        choice=asked_choice(said),
    )
