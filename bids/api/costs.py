"""What the rows of one's own part cost one's own firm; nobody else ever reads it."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.set_line_cost import set_line_cost
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.components import response_header
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.models import Bid, LineItem, Part
from bids.permissions import eyes_of
from bids.queries.content_of import content_of
from bids.queries.costs import own_costs
from bids.sheets.own_costs import CostRow, Margin, OwnCosts, own_costs_sheet
from bids.vocabulary import Language
from kernel.actor import Actor
from kernel.errors import NotVisible
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.moment import moment_of

_VERSION = response_header("ETag", "The version of the row's cost; it ends in 0 until there is one.", 200)


class MarginShape(serializers.Serializer[Margin]):
    """What is left of a price after its cost, without VAT."""

    amount = serializers.CharField(source="money.value", help_text="Euros; below zero for a loss.")
    percent = serializers.CharField(allow_blank=True, help_text="Of the price, as printed; empty without a price.")


class CostShape(serializers.Serializer[CostRow]):
    """A row of your part beside what it costs you, without VAT."""

    line = serializers.CharField(source="code")
    text = serializers.CharField()
    counts = serializers.BooleanField()
    net = serializers.CharField(source="net.value")
    cost = serializers.CharField(source="cost.value", allow_null=True, default=None)
    note = serializers.CharField(allow_blank=True)
    margin = MarginShape(allow_null=True)
    version = serializers.IntegerField(help_text="0 until something was written down.")


class CostsShape(serializers.Serializer[OwnCosts]):
    """Your part as a whole: what you get for the rows that count, what they cost, and what is left."""

    firm = serializers.CharField(source="key")
    net = serializers.CharField(source="net.value")
    cost = serializers.CharField(source="cost.value")
    margin = MarginShape(allow_null=True, help_text="null until every row that counts has a cost.")
    missing = serializers.IntegerField(help_text="How many rows that count have no cost yet.")
    rows = CostShape(many=True)


class CostSet(StrictSerializer):
    """What a row costs you."""

    cost = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=0, allow_null=True, help_text="Euros without VAT for the whole row."
    )
    note = serializers.CharField(required=False, allow_blank=True, default="", max_length=5000)


class BidCosts(ApiView):
    """The costs of your own part."""

    @extend_schema(operation_id="list_costs", summary="See what your part costs you", responses=CostsShape)
    def get(self, request: Request, public_id: UUID) -> Response:
        """Your own rows with their costs and margins. No other firm reads them, in no mode; nor does the client."""
        actor = actor_of(request)
        return Response(CostsShape(_sheet(actor, bid_for(actor, public_id))).data)


class LineCostOf(ApiView):
    """The cost of one of your rows."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "put"]  # type: ignore[misc]

    @extend_schema(
        operation_id="get_cost", summary="See what a row costs you", responses=CostShape, parameters=[_VERSION]
    )
    def get(self, request: Request, public_id: UUID, code: str) -> Response:
        """One of your own rows with its cost."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        return _answer(actor, bid, code)

    @extend_schema(
        operation_id="set_cost",
        summary="Write down what a row costs you",
        request={"application/json": CostSet},
        responses=CostShape,
        parameters=[IF_MATCH, _VERSION],
    )
    def put(self, request: Request, public_id: UUID, code: str) -> Response:
        """The row's cost and note are these from now on. Nobody's OK is touched by it."""
        actor = actor_of(request)
        bid = bid_for(actor, public_id)
        line = _own_line(actor, bid, code)
        seen = version_seen(request, line.public_id)
        given = CostSet(data=keys_in(request))
        given.is_valid(raise_exception=True)
        set_line_cost(line=line, **given.validated_data, seen=seen, by=actor, now=moment_of(request))
        return _answer(actor, bid, code)


def _sheet(actor: Actor, bid: Bid) -> OwnCosts:
    eyes = eyes_of(actor, bid)
    part = Part.objects.filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if part is None:
        raise NotVisible
    costs = own_costs(part, firm_id=actor.firm_id or 0)
    return own_costs_sheet(content_of(bid), costs, eyes=eyes, language=Language(bid.language))


def _own_line(actor: Actor, bid: Bid, code: str) -> LineItem:
    """A row of the actor's own part; of another's it is not said whether there is one."""
    line = LineItem.objects.filter(bid=bid, part__firm_id=actor.firm_id or 0, code=code).first()
    if line is None:
        raise NotVisible
    return line


def _answer(actor: Actor, bid: Bid, code: str) -> Response:
    line = _own_line(actor, bid, code)
    row: Any = next((row for row in _sheet(actor, bid).rows if row.code == code), None)
    if row is None:
        raise NotVisible
    return Response(CostShape(row).data, headers={"ETag": etag_of(line.public_id, row.version)})
