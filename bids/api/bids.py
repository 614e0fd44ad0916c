"""Offers: find them, bring one in, and see what it says and what it costs."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.import_bid import import_bid
from bids.api import examples
from bids.api.asked_choice import asked_choice
from bids.api.bodies import LARGEST_PACKAGE, offer_in
from bids.api.components import BID_PACKAGE, OFFER_SHEET, TOTALS, response_header
from bids.api.paging import list_of, page_of
from bids.api.shapes import BidRow, BidsAsked, BidShape, ImportAsked, SheetAsked, TotalsAsked
from bids.exports.bid_package import package_bytes
from bids.exports.frozen_offer import carries_draft_mark
from bids.models import Bid
from bids.permissions import eyes_of, may_export
from bids.queries.content_of import content_of
from bids.queries.finding import Wish, found
from bids.sheets.offer import offer_sheet, sheet_as_json
from bids.visibility import seen, seen_totals_as_json
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.api.acting import actor_of
from members.api.asking import ApiView, HeaderRefused
from members.api.moment import moment_of

_RANDOM = 4
"""The version of UUIDs that are made at random."""
KEY_PATTERN = "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}$"
_VERSION = response_header("ETag", "The version that was read.", 200, 201)


class Bids(ApiView):
    """The offers your firm leads or has been asked into."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": BidsAsked, "POST": ImportAsked}
    largest_body: ClassVar[int] = LARGEST_PACKAGE

    @extend_schema(
        operation_id="list_bids",
        summary="List offers",
        parameters=[BidsAsked],
        responses=list_of(BidRow, "BidList"),
        examples=examples.BIDS,
    )
    def get(self, request: Request) -> Response:
        """The offers your firm leads or has been asked into, the most recently touched first.

        Of several filters all must hold.
        """
        actor, asked = actor_of(request), self.asked
        wish = Wish(
            words=asked.get("q", ""), **{name: asked.get(name) for name in ("stage", "place", "client", "firm", "year")}
        )
        visible = Bid.objects.visible_to(actor)
        bids = found(visible, wish, firm_id=actor.firm_id or 0, now=moment_of(request)).select_related("client", "lead")
        if number := asked.get("number"):
            bids = bids.filter(number=number)
        if state := asked.get("state"):
            bids = bids.filter(state=state.value)
        return page_of(bids, "changed_at", BidRow, view=self)

    @extend_schema(
        operation_id="import_bid",
        summary="Bring in an offer",
        parameters=[
            ImportAsked,
            OpenApiParameter(
                "Idempotency-Key",
                {"type": "string", "format": "uuid", "pattern": KEY_PATTERN},
                OpenApiParameter.HEADER,
                description="A random UUID (version 4) of your own. It becomes the offer's id, and asking again with "
                "the same key and the same package gives the same offer instead of a second one.",
            ),
            response_header("Location", "Where the offer is.", 200, 201),
            _VERSION,
        ],
        request={"application/json": BID_PACKAGE},
        responses={201: BidShape, 200: BidShape},
        examples=examples.IMPORT,
    )
    def post(self, request: Request) -> Response:
        """Makes an offer of a bid package, whole or not at all. 200 when the key shows that it was made before."""
        now = moment_of(request)
        bid = import_bid(
            offer=offer_in(request),
            by=actor_of(request),
            now=now,
            new_number=self.asked["new_number"],
            public_id=key_of(request),
        )
        answer = _bid_answer(bid, actor_of(request), status=201 if bid.created_at == now else 200)
        answer.headers["Location"] = reverse("api:bid", args=[bid.public_id])
        return answer


class OneBid(ApiView):
    """One offer."""

    @extend_schema(
        operation_id="get_bid",
        summary="See an offer",
        responses=BidShape,
        parameters=[_VERSION],
        examples=examples.BID,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """What the offer is and who takes part. The ETag names the version that is read."""
        actor = actor_of(request)
        return _bid_answer(bid_for(actor, public_id), actor)


class BidPackage(ApiView):
    """The whole offer as one file."""

    @extend_schema(
        operation_id="get_bid_package",
        summary="Take the package of an offer",
        responses={(200, "application/json"): BID_PACKAGE},
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """The bid package, as it can be brought in again; only for the firm that leads."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        require(may_export(actor, bid))
        return HttpResponse(package_bytes(content_of(bid)), content_type="application/json")


class BidTotals(ApiView):
    """What an offer costs."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": TotalsAsked}

    @extend_schema(
        operation_id="get_bid_totals",
        summary="Calculate an offer",
        parameters=[TotalsAsked],
        responses={(200, "application/json"): TOTALS},
        examples=examples.BID_TOTALS,
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Every sum of the offer for a choice, with both ways of invoicing beside each other.

        Who does not see every price reads their own firm's sums; the total is told of the offer's own choice, in the
        modes that show it.
        """
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        reads = seen(
            content_of(bid), eyes_of(actor, bid), asked_choice(self.asked), invoicing=self.asked.get("invoicing")
        )
        return Response(seen_totals_as_json(reads.sums))


class BidSheet(ApiView):
    """The offer as its client reads it."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": SheetAsked}

    @extend_schema(
        operation_id="get_bid_sheet",
        summary="Read an offer as the client will",
        parameters=[SheetAsked],
        responses={(200, "application/json"): OFFER_SHEET},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Everything a page or a PDF of the offer shows, in one language and for one choice.

        An amount that is not yours to see has empty texts.
        """
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        offer = content_of(bid)
        sheet = offer_sheet(
            offer,
            asked_choice(self.asked),
            eyes=eyes_of(actor, bid),
            language=self.asked.get("language"),
            profile=self.asked.get("profile"),
            is_draft=carries_draft_mark(offer),
        )
        return Response(sheet_as_json(sheet))


def bid_for(actor: Actor, public_id: UUID) -> Bid:
    """The offer with this id, for whoever may see it; NotVisible for everybody else."""
    found = Bid.objects.visible_to(actor).select_related("client", "lead").prefetch_related("parts__firm")
    bid = found.filter(public_id=public_id).first()
    if bid is None:
        raise NotVisible
    return bid


def _bid_answer(bid: Bid, actor: Actor, *, status: int = 200) -> Response:
    said = BidShape(bid, context={"firm_id": actor.firm_id}).data
    return Response(said, status=status, headers={"ETag": f'"{bid.public_id}.{bid.version}"'})


def key_of(request: Request) -> UUID | None:
    """The id the asker chose for what is to be made; None without the header."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    try:
        key: UUID | None = UUID(given.strip().strip('"'))
    except ValueError:
        key = None
    if key is None or key.version != _RANDOM:
        raise HeaderRefused(
            {"Idempotency-Key": [ErrorDetail(gettext("A key is a random UUID (version 4)."), code="not_a_key")]}
        )
    return key
