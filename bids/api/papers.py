"""What proves a yes: how far its papers have come, and their files."""

import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.api.bids import bid_for
from bids.api.documents import AnyForm, NotReady
from bids.api.sealed import sealed
from bids.exports.bundle import whole_bundle
from bids.exports.proofs import Proofs, handed_out_intact, proofs_for, yes_of_the_lead
from bids.models import Bid, Decision, DecisionPaper
from bids.permissions import eyes_of
from bids.queries.papers import certificate_ordered, is_drawn
from bids.vocabulary import DecisionMethod, DocumentState, Language
from kernel.errors import NotVisible
from kernel.files import read
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Instant, Word

PDF, JSON, ZIP = "application/pdf", "application/json", "application/zip"


class PaperShape(serializers.Serializer[DecisionPaper]):
    """A paper of a yes, and how far it has come."""

    state = serializers.SerializerMethodField()
    language = Word(Language)
    pages = serializers.IntegerField(allow_null=True)
    sha256 = serializers.SerializerMethodField(help_text="Of the PDF; null until it is done.")
    data_sha256 = serializers.SerializerMethodField(help_text="Of the same for programs; null where there is none.")
    requested_at = Instant()
    finished_at = Instant(allow_null=True)

    @extend_schema_field({"type": "string", "enum": [each.value for each in DocumentState]})
    def get_state(self, paper: DecisionPaper) -> str:
        """Queued once more while it is drawn anew, because a name was erased or the yes was spoken of since."""
        is_waiting = paper.state == DocumentState.DONE.value and not is_drawn(paper)
        return DocumentState.QUEUED.value if is_waiting else paper.state

    def get_sha256(self, paper: DecisionPaper) -> str | None:
        """Whoever has the file can compare."""
        return paper.asset.sha256 if paper.asset is not None and is_drawn(paper) else None

    def get_data_sha256(self, paper: DecisionPaper) -> str | None:
        """Whoever has the file can compare."""
        return paper.data.sha256 if paper.data is not None else None


class ProofShape(serializers.Serializer[Proofs]):
    """What there is of the yes that counts."""

    decision = serializers.UUIDField(source="decision.public_id")
    version = serializers.IntegerField(source="decision.revision.number")
    method = Word(DecisionMethod, source="decision.method")
    whole = serializers.CharField(help_text="The hash of everything in the lead's bundle that never changes.")
    certificate = PaperShape(allow_null=True, help_text="The lead's alone.")
    own_copy = PaperShape(allow_null=True, help_text="Null where it was drawn with prices your firm may not see now.")


class BidProof(ApiView):
    """What proves the yes."""

    @extend_schema(operation_id="get_proof", summary="See what proves the client's yes", responses=ProofShape)
    @handed_out_intact
    def get(self, request: Request, public_id: UUID) -> Response:
        """The latest yes that counts, and how far its certificate and your own copy have come; 404 before a yes."""
        return Response(ProofShape(_proofs(request, public_id)).data)


class ProofCertificate(ApiView):
    """The certificate of the yes."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_certificate",
        summary="Take the certificate of the client's yes",
        responses={(200, PDF): OpenApiTypes.BINARY},
    )
    @handed_out_intact
    def get(self, request: Request, public_id: UUID) -> Any:
        """The lead's, as a PDF. 409 until it is drawn."""
        proofs = _proofs(request, public_id)
        return _pdf_of(proofs.certificate, proofs.decision, "certificate")


class ProofBundle(ApiView):
    """Everything the yes is proven by."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_evidence",
        summary="Take the bundle of evidence",
        responses={(200, ZIP): OpenApiTypes.BINARY},
    )
    @handed_out_intact
    def get(self, request: Request, public_id: UUID) -> Any:
        """A zip with a program that checks it. The lead's is whole; a partner's has what your firm may see."""
        proofs = _proofs(request, public_id)
        return _file(proofs.bundle(), ZIP, proofs.decision, "evidence.zip")


class ProofCopy(ApiView):
    """Your own copy of what was agreed."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_own_copy",
        summary="Take your own copy of what was agreed",
        responses={(200, PDF): OpenApiTypes.BINARY},
    )
    @handed_out_intact
    def get(self, request: Request, public_id: UUID) -> Any:
        """Your rows, prices, days and rules as the client agreed to them, as a PDF. 409 until it is drawn."""
        proofs = _proofs(request, public_id)
        return _pdf_of(proofs.own_copy, proofs.decision, "own-copy")


class ProofCopyData(ApiView):
    """The same copy for programs."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_own_copy_data",
        summary="Take your own copy as data",
        responses={(200, JSON): OpenApiTypes.OBJECT},
    )
    @handed_out_intact
    def get(self, request: Request, public_id: UUID) -> Any:
        """The part as `own-part/` says it, and the yes it was agreed by. 409 until it is drawn."""
        proofs = _proofs(request, public_id)
        paper = proofs.own_copy
        if paper is None:
            raise NotVisible
        if not is_drawn(paper) or paper.data is None:
            raise NotReady
        return _file(read(paper.data.sha256), JSON, proofs.decision, "own-copy.json")


class AnswerCertificate(ApiView):
    """The certificate of any yes of the offer."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_answer_certificate",
        summary="Take the certificate of an earlier yes",
        responses={(200, PDF): OpenApiTypes.BINARY},
    )
    @handed_out_intact
    def get(self, request: Request, public_id: UUID, answer: UUID) -> Any:
        """The lead's. That of a yes that was taken back says so. 409 until it is drawn."""
        decision = _any_yes(request, public_id, answer)
        return _pdf_of(certificate_ordered(decision), decision, "certificate")


class AnswerBundle(ApiView):
    """Everything any yes of the offer is proven by."""

    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_answer_evidence",
        summary="Take the bundle of evidence of an earlier yes",
        responses={(200, ZIP): OpenApiTypes.BINARY},
    )
    @handed_out_intact
    def get(self, request: Request, public_id: UUID, answer: UUID) -> Any:
        """The lead's; it says whether the yes still counts."""
        decision = _any_yes(request, public_id, answer)
        return _file(whole_bundle(decision), ZIP, decision, "evidence.zip")


def _proofs(request: Request, public_id: UUID) -> Proofs:
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    proofs = proofs_for(bid, actor.firm_id or 0, eyes_of(actor, bid))
    if proofs is None:
        raise NotVisible
    return proofs


def _any_yes(request: Request, public_id: UUID, answer: UUID) -> Decision:
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    decision = yes_of_the_lead(bid, answer, eyes_of(actor, bid))
    if decision is None:
        raise NotVisible
    return decision


def _pdf_of(paper: DecisionPaper | None, decision: Decision, name: str) -> HttpResponse:
    if paper is None:
        raise NotVisible
    if not is_drawn(paper) or paper.asset is None:
        raise NotReady
    return _file(read(paper.asset.sha256), PDF, decision, f"{name}.pdf")


def _file(data: bytes, media_type: str, decision: Decision, name: str) -> HttpResponse:
    return sealed(data, media_type=media_type, filename=f"{_number(decision.bid)}-{name}")


def _number(bid: Bid) -> str:
    return re.sub(r"[^\w.-]+", "-", bid.number).strip("-.")
