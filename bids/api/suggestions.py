"""Suggestions: made to another firm, read by both, taken, declined or taken back."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.decline_suggestion import decline_suggestion
from bids.actions.make_suggestion import make_suggestion
from bids.actions.take_suggestion import take_suggestion
from bids.actions.withdraw_suggestion import withdraw_suggestion
from bids.api.bids import bid_for
from bids.api.components import response_header
from bids.api.pieces import said_in, telling_what_stands
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Bid, LineItem, Part, Suggestion
from bids.permissions import eyes_of
from bids.vocabulary import IN_THE_OFFER
from kernel.actor import Actor
from kernel.errors import NotVisible
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.moment import moment_of

LONGEST_WHY = 2000
JSON = "application/json"
ANSWER = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "version": {"type": "integer"},
        "firm": {"type": "string", "description": "Key of the firm it is for."},
        "line": {"type": ["string", "null"], "description": "Code of the row it is about; null: the firm's texts."},
        "changes": {"type": "object", "description": "Keys of a row or a part as in a bid package."},
        "before": {"type": "object", "description": "What stood there when it was made."},
        "why": {"type": "string"},
        "state": {"enum": ["open", "taken", "declined", "withdrawn"]},
        "made_at": {"type": "string", "format": "date-time"},
    },
    "required": ["id", "version", "firm", "line", "changes", "before", "why", "state", "made_at"],
    "additionalProperties": False,
}
ASKED = {
    "type": "object",
    "properties": {
        "firm": {"type": "string", "description": "Key of the firm whose part it is about."},
        "line": {"type": ["string", "null"], "description": "Code of the row; left out for a new row or for texts."},
        "changes": {
            "type": "object",
            "description": 'Keys of the row or of the part; {"new_line": {…}} for a new row, {"removed": true} to '
            "take the row away.",
        },
        "why": {"type": "string", "maxLength": LONGEST_WHY},
    },
    "required": ["firm", "changes"],
    "additionalProperties": False,
}
_VERSION = response_header("ETag", "The version of the suggestion.", 200, 201)


class BidSuggestions(ApiView):
    """The suggestions your firm has made or has to answer."""

    @extend_schema(
        operation_id="list_suggestions",
        summary="List suggestions",
        responses={(200, JSON): {"type": "array", "items": ANSWER}},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """The oldest first; those between other firms are not yours to read."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        return Response([_said(row) for row in _readable(actor, bid)])

    @extend_schema(
        operation_id="make_suggestion",
        summary="Suggest a change",
        parameters=[_VERSION],
        request={JSON: ASKED},
        responses={(201, JSON): ANSWER},
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Nothing of the offer changes until the firm takes it."""
        actor, now = actor_of(request), moment_of(request)
        bid = bid_for(actor, public_id)
        said = said_in(request, only=("firm", "line", "changes", "why"))
        changes = said.get("changes")
        why = said.get("why") or ""
        if not isinstance(changes, Mapping) or not changes:
            raise _wrong("changes")
        if not isinstance(why, str) or len(why) > LONGEST_WHY:
            raise _wrong("why")
        part = _part(bid, said.get("firm"))
        line = _line(actor, part, said["line"]) if said.get("line") is not None else None
        made = make_suggestion(part=part, line=line, changes=changes, why=why, by=actor, now=now)
        return _answer(made, status=201)


def _verb(verb: str, action: Any, summary: str) -> type[ApiView]:
    class Answered(ApiView):
        http_method_names: ClassVar[Sequence[str]] = ["post"]  # type: ignore[misc]

        @extend_schema(
            operation_id=f"{verb}_suggestion",
            summary=summary,
            description="Asked again, it is refused: the suggestion has been answered.",
            parameters=[IF_MATCH, _VERSION],
            request=None,
            responses={(200, JSON): ANSWER},
        )
        def post(self, request: Request, public_id: UUID) -> Response:
            actor, now = actor_of(request), moment_of(request)
            row = Suggestion.objects.select_related("bid", "part").filter(public_id=public_id).first()
            if row is None or row not in _readable(actor, bid_for(actor, row.bid.public_id)):
                raise NotVisible
            with telling_what_stands(row, {"state": row.state}, ("state",)):
                done = action(suggestion=row, seen=version_seen(request, row.public_id), by=actor, now=now)
            return _answer(done)

    Answered.__name__ = Answered.__qualname__ = f"Suggestion{verb.capitalize()}"
    Answered.__doc__ = summary + "."
    return Answered


SuggestionTaken = _verb("take", take_suggestion, "Take a suggestion")
SuggestionDeclined = _verb("decline", decline_suggestion, "Decline a suggestion")
SuggestionWithdrawn = _verb("withdraw", withdraw_suggestion, "Take a suggestion back")


def _readable(actor: Actor, bid: Bid) -> list[Suggestion]:
    """Those made by the actor's firm, and those made to it."""
    rows = Suggestion.objects.filter(bid=bid).select_related("part").order_by("made_at", "pk")
    return [row for row in rows if actor.firm_id in {row.made_by_firm_id, row.part.firm_id}]


def _said(row: Suggestion) -> dict[str, Any]:
    line = LineItem.objects.filter(part=row.part, public_id=row.target).values_list("code", flat=True).first()
    return {
        "id": str(row.public_id),
        "version": row.version,
        "firm": row.part.key,
        "line": line,
        "changes": row.changes,
        "before": row.before,
        "why": row.why,
        "state": row.state,
        "made_at": row.made_at.isoformat(),
    }


def _answer(row: Suggestion, *, status: int = 200) -> Response:
    return Response(_said(row), status=status, headers={"ETag": etag_of(row.public_id, row.version)})


def _part(bid: Bid, key: Any) -> Part:
    found = bid.parts.select_related("firm", "bid__lead").filter(key=str(key), state__in=IN_THE_OFFER).first()
    if found is None:
        raise NotVisible
    return found


def _line(actor: Actor, part: Part, code: Any) -> LineItem:
    row = LineItem.objects.filter(part=part, code=str(code)).first()
    if row is None or not eyes_of(actor, part.bid).sees_price_of(part.key):
        raise NotVisible
    return row


def _wrong(name: str) -> ValidationError:
    return ValidationError({name: [ErrorDetail(gettext("This is not as it must be."), code="invalid")]})
