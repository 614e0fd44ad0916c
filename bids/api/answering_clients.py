"""What clients ask and wish: read, drafted, answered, declined. They ask on their own page, by their own link."""

from typing import Any, Final
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.decline_change_request import decline_change_request
from bids.actions.draft_answer import draft_answer
from bids.actions.drop_question import drop_question
from bids.actions.release_answer import release_answer
from bids.api.bids import bid_for
from bids.api.components import response_header
from bids.api.pieces import said_in, telling_what_stands
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Bid, ChangeRequest, Question
from bids.permissions import eyes_of, leads
from bids.queries.questions import questions_for, wishes_for
from bids.steps.client_asks import LONGEST_ANSWER
from bids.vocabulary import ChangeRequestState, PlaceKind, PriceBasis, QuestionState, WishKind
from kernel.actor import Actor
from kernel.errors import NotVisible
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.moment import moment_of

JSON: Final = "application/json"
_MOMENT: Final = {"type": "string", "format": "date-time"}
_MAYBE: Final = {"type": ["string", "null"], "format": "date-time"}
QUESTION: Final = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "version": {"type": "integer"},
        "about_version": {"type": "integer", "description": "Number of the version it was asked about."},
        "place": {"enum": [kind.value for kind in PlaceKind]},
        "key": {"type": "string", "description": "A row's code, a firm's key or a section's number; or empty."},
        "firm": {"type": "string", "description": "Key of the firm whose share it is about."},
        "asked_by": {"type": "string", "description": "The name of whoever asked, where it is known."},
        "text": {"type": "string"},
        "asked_at": _MOMENT,
        "draft": {"type": "string"},
        "answer": {"type": "string", "description": "Empty until it is released."},
        "released_at": _MAYBE,
        "state": {"enum": [state.value for state in QuestionState]},
    },
    "required": [
        "id", "version", "about_version", "place", "key", "firm", "asked_by", "text", "asked_at", "draft", "answer",
        "released_at", "state",
    ],
    "additionalProperties": False,
}  # fmt: skip
WISH: Final = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "version": {"type": "integer"},
        "about_version": {"type": "integer", "description": "Number of the version it is about."},
        "kind": {"enum": [kind.value for kind in WishKind]},
        "line": {"type": "string", "description": "Code of the row; empty for the whole."},
        "weeks": {"type": ["integer", "null"]},
        "amount": {"type": ["string", "null"], "description": "What the row or the whole should cost."},
        "basis": {"enum": [*(basis.value for basis in PriceBasis), ""]},
        "text": {"type": "string"},
        "asked_by": {"type": "string"},
        "asked_at": _MOMENT,
        "state": {"enum": [state.value for state in ChangeRequestState]},
        "answered_in": {"type": ["integer", "null"], "description": "Number of the version that answers it."},
        "words": {"type": "string", "description": "The lead's to the client, where it was declined."},
    },
    "required": [
        "id", "version", "about_version", "kind", "line", "weeks", "amount", "basis", "text", "asked_by", "asked_at",
        "state", "answered_in", "words",
    ],
    "additionalProperties": False,
}  # fmt: skip
_TEXT: Final = {"type": "string", "maxLength": LONGEST_ANSWER}


def _body(name: str, *, needed: bool) -> dict[str, Any]:
    needs = {"required": [name]} if needed else {}
    return {"type": "object", "properties": {name: _TEXT}, "additionalProperties": False, **needs}


_VERSION = response_header("ETag", "The version of the thing as it is now.", 200)


class BidQuestions(ApiView):
    """What the client has asked about an offer."""

    @extend_schema(
        operation_id="list_questions",
        summary="List the client's questions",
        responses={(200, JSON): {"type": "array", "items": QUESTION}},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The oldest first: the lead reads all, a partner those about its own share and what else was answered."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        return Response([_question(row, actor) for row in questions_for(bid, eyes_of(actor, bid))])


class BidChangeRequests(ApiView):
    """What the client wishes to be otherwise."""

    @extend_schema(
        operation_id="list_change_requests",
        summary="List the client's wishes",
        responses={(200, JSON): {"type": "array", "items": WISH}},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The oldest first, for those who change the offer; for everybody else there are none."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        return Response([_wish(row) for row in wishes_for(bid, eyes_of(actor, bid))])


class QuestionDrafted(ApiView):
    """A draft of an answer."""

    @extend_schema(
        operation_id="draft_answer",
        summary="Draft an answer",
        parameters=[IF_MATCH, _VERSION],
        request={JSON: _body("text", needed=True)},
        responses={(200, JSON): QUESTION},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The lead is told of a partner's draft; the client reads nothing of it."""
        actor, now = actor_of(request), moment_of(request)
        row = _question_for(actor, public_id)
        text = _text(request, "text") or ""
        with telling_what_stands(row, _question(row, actor), ("draft", "state")):
            done = draft_answer(question=row, text=text, seen=version_seen(request, public_id), by=actor, now=now)
        return _answer(done, _question(done, actor))


class QuestionReleased(ApiView):
    """An answer to the client."""

    @extend_schema(
        operation_id="release_answer",
        summary="Answer a question",
        parameters=[IF_MATCH, _VERSION],
        request={JSON: _body("text", needed=False)},
        responses={(200, JSON): QUESTION},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """The client reads it from now on, and it never changes again. Without `text` it is the draft."""
        actor, now = actor_of(request), moment_of(request)
        row = _question_for(actor, public_id)
        text = _text(request, "text")
        with telling_what_stands(row, _question(row, actor), ("draft", "state")):
            done = release_answer(question=row, text=text, seen=version_seen(request, public_id), by=actor, now=now)
        return _answer(done, _question(done, actor))


class QuestionDropped(ApiView):
    """A question that is answered otherwise, or not."""

    @extend_schema(
        operation_id="drop_question",
        summary="Leave a question without an answer",
        parameters=[IF_MATCH, _VERSION],
        request=None,
        responses={(200, JSON): QUESTION},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """It waits for nobody any more, and nobody is written to."""
        actor, now = actor_of(request), moment_of(request)
        row = _question_for(actor, public_id)
        with telling_what_stands(row, _question(row, actor), ("state",)):
            done = drop_question(question=row, seen=version_seen(request, public_id), by=actor, now=now)
        return _answer(done, _question(done, actor))


class ChangeRequestDeclined(ApiView):
    """A no to a wish."""

    @extend_schema(
        operation_id="decline_change_request",
        summary="Decline a wish",
        parameters=[IF_MATCH, _VERSION],
        request={JSON: _body("words", needed=False)},
        responses={(200, JSON): WISH},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Whoever wished is told with these words. A yes is a new version of the offer."""
        actor, now = actor_of(request), moment_of(request)
        row = _wish_for(actor, public_id)
        words = _text(request, "words") or ""
        with telling_what_stands(row, _wish(row), ("state",)):
            done = decline_change_request(
                wish=row, words=words, seen=version_seen(request, public_id), by=actor, now=now
            )
        return _answer(done, _wish(done))


def _question_for(actor: Actor, public_id: UUID) -> Question:
    bid = _bid_of(actor, Question.objects.filter(public_id=public_id).values_list("bid__public_id", flat=True).first())
    found = questions_for(bid, eyes_of(actor, bid)).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _wish_for(actor: Actor, public_id: UUID) -> ChangeRequest:
    known = ChangeRequest.objects.filter(public_id=public_id)
    bid = _bid_of(actor, known.values_list("bid__public_id", flat=True).first())
    found = wishes_for(bid, eyes_of(actor, bid)).filter(public_id=public_id).first()
    if found is None:
        raise NotVisible
    return found


def _bid_of(actor: Actor, public_id: UUID | None) -> Bid:
    if public_id is None:
        raise NotVisible
    return bid_for(actor, public_id)


def _text(request: Request, name: str) -> str | None:
    said = said_in(request, only=(name,)).get(name)
    if said is not None and not isinstance(said, str):
        detail = ErrorDetail(gettext("This is not as it must be."), code="invalid")
        raise ValidationError({name: [detail]})
    return said


def _question(row: Question, actor: Actor) -> dict[str, Any]:
    """The question; what a firm has drafted is read by that firm and the lead alone."""
    reads_draft = leads(actor, row.bid) or row.to_part.firm_id == actor.firm_id
    return {
        "id": str(row.public_id),
        "version": row.version,
        "about_version": row.revision.number,
        "place": row.place,
        "key": row.key,
        "firm": row.to_part.key,
        "asked_by": row.link.contact_name,
        "text": row.text,
        "asked_at": row.asked_at.isoformat(),
        "draft": row.draft if reads_draft else "",
        "answer": row.answer,
        "released_at": row.released_at.isoformat() if row.released_at else None,
        "state": row.state,
    }


def _wish(row: ChangeRequest) -> dict[str, Any]:
    is_answered = row.state == ChangeRequestState.ANSWERED.value
    return {
        "id": str(row.public_id),
        "version": row.version,
        "about_version": row.revision.number,
        "kind": row.kind,
        "line": row.line,
        "weeks": row.weeks,
        "amount": None if row.amount is None else f"{row.amount:f}",
        "basis": row.basis,
        "text": row.text,
        "asked_by": row.link.contact_name,
        "asked_at": row.asked_at.isoformat(),
        "state": row.state,
        "answered_in": row.answered_in.number if row.answered_in and is_answered else None,
        "words": row.words,
    }


def _answer(row: Question | ChangeRequest, says: dict[str, Any]) -> Response:
    return Response(says, headers={"ETag": etag_of(row.public_id, row.version)})
