"""A firm's own part as data, for the firm itself."""

from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bids.api.bids import bid_for
from bids.exports.own_part import FORMAT, own_part, own_part_as_json
from bids.models import Part
from bids.permissions import eyes_of
from bids.vocabulary import Language
from kernel.errors import NotVisible
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.moment import moment_of

_THINGS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "object", "additionalProperties": True}}
_THING: Final[dict[str, Any]] = {"type": "object", "additionalProperties": True}
OWN_PART: Final[dict[str, Any]] = {
    "type": "object",
    "description": "Keys and values as in a bid package; a sum your firm may not see is null.",
    "properties": {
        "format": {"enum": [FORMAT]},
        "offer": _THING,
        "client": _THING,
        "lead": _THING,
        "part": _THING,
        "milestones": _THINGS,
        "sums": {"type": ["object", "null"], "additionalProperties": True},
        "invoices": _THINGS,
        "total": _THING,
        "rules": _THINGS,
        "oks": _THINGS,
    },
    "required": [
        "format",
        "offer",
        "client",
        "lead",
        "part",
        "milestones",
        "sums",
        "invoices",
        "total",
        "rules",
        "oks",
    ],
    "additionalProperties": False,
}


class BidOwnPart(ApiView):
    """Your own part."""

    @extend_schema(
        operation_id="get_own_part",
        summary="Keep a copy of your own part",
        responses={(200, "application/json"): OWN_PART},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Your rows with their prices and VAT, your invoices, the rules of the game and your OKs, as they stand now.

        Nothing of another firm's prices is in it; the offer's total is, where your firm may see that.
        """
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        part = Part.objects.select_related("firm").filter(bid=bid, firm_id=actor.firm_id or 0).first()
        if part is None:
            raise NotVisible
        eyes = eyes_of(actor, bid)
        own = own_part(bid, part, eyes=eyes, language=Language(bid.language), now=moment_of(request))
        return Response(own_part_as_json(own))
