"""A firm's work after the client's yes: read, taken home as files, and what the firm says of it."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bids.actions.mark_invoiced import mark_invoiced
from bids.actions.mark_part_done import mark_part_done
from bids.actions.report_quantity import report_quantity
from bids.actions.unmark_invoiced import unmark_invoiced
from bids.actions.unmark_part_done import unmark_part_done
from bids.api.bids import bid_for
from bids.api.bodies import StrictSerializer, keys_in
from bids.api.components import response_header
from bids.api.documents import AnyForm
from bids.api.sealed import sealed
from bids.api.versions import IF_MATCH, etag_of, version_seen
from bids.exports.invoice_rows import invoice_csv
from bids.exports.own_calendar import own_calendar
from bids.exports.own_work import OwnWork, own_work
from bids.exports.own_work_data import FORMAT, invoice_as_json, own_work_as_json, quantities_as_json
from bids.models import Bid, Part
from bids.permissions import eyes_of
from bids.vocabulary import Language
from kernel.actor import Actor
from kernel.errors import NotVisible
from members.api.acting import actor_of
from members.api.asking import ApiView
from members.api.fields import Word
from members.api.moment import moment_of

_JSON: Final = "application/json"
_THING: Final[dict[str, Any]] = {"type": "object", "additionalProperties": True}
_THINGS: Final[dict[str, Any]] = {"type": "array", "items": _THING}
_AMOUNT: Final = {"type": "string", "description": "Euros."}
_DAY: Final = {"type": ["string", "null"], "format": "date"}
INVOICE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "from": {"type": "string", "description": "Key of the seller."},
        "to": {"type": "string", "description": "Key of the buyer, or `client`."},
        "number": {"type": "integer"},
        "of": {"type": "integer"},
        "name": {"type": "string", "description": "Of the payment plan's step; or empty."},
        "net": _AMOUNT,
        "vat": _AMOUNT,
        "gross": _AMOUNT,
        "left": {"type": "string", "description": "Euros with VAT that are not invoiced yet; below zero: to pay back."},
        "not_before": {**_DAY, "description": "The day what is sold has been delivered; null where none is known."},
        "seller": {"type": "string"},
        "seller_business_id": {"type": "string"},
        "buyer": {"type": "string"},
        "buyer_business_id": {"type": "string"},
        "e_invoice": {"type": "string"},
        "order_reference": {"type": "string"},
        "rows": _THINGS,
        "marked": {
            "type": ["object", "null"],
            "properties": {
                "invoiced_on": {"type": "string", "format": "date"},
                "invoice_number": {"type": "string"},
                "gross": _AMOUNT,
                "marked_at": {"type": "string", "format": "date-time"},
            },
            "required": ["invoiced_on", "invoice_number", "gross", "marked_at"],
            "additionalProperties": False,
        },
    },
    "additionalProperties": False,
}
INVOICE["required"] = list(INVOICE["properties"])
QUANTITY: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "firm": {"type": "string"},
        "line": {"type": "string"},
        "unit": {"type": "string"},
        "estimate": {"type": "string"},
        "cap": {"type": ["string", "null"]},
        "actual": {"type": ["string", "null"], "description": "In all so far; null until it was reported."},
        "invoiced": {"type": "string", "description": "What is invoiced of it: never more than the cap."},
        "use": {"enum": ["within", "over_estimate", "near_cap", "over_cap", None]},
        "sequence": {"type": "integer"},
    },
    "additionalProperties": False,
}
QUANTITY["required"] = list(QUANTITY["properties"])
DONE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"firm": {"type": "string"}, "done_at": {"type": ["string", "null"], "format": "date-time"}},
    "required": ["firm", "done_at"],
    "additionalProperties": False,
}
WORK: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "format": {"enum": [FORMAT]},
        "offer": _THING,
        "firm": {"type": "string", "description": "Key of your firm."},
        "client": _THING,
        "rows": _THINGS,
        "deliveries": _THINGS,
        "steps": _THINGS,
        "invoices": {"type": "array", "items": INVOICE},
        "settlement": {
            "type": ["array", "null"],
            "items": INVOICE,
            "description": "Every firm's invoices, for the lead; null for others.",
        },
        "quantities": {"type": "array", "items": QUANTITY},
        "done": _THINGS,
    },
    "additionalProperties": False,
}
WORK["required"] = list(WORK["properties"])
_VERSION = response_header("ETag", "The last report of the row; it ends in 0 until there is one.", 200)


class WorkAsked(StrictSerializer):
    """How the work is to be read."""

    language = Word(Language, required=False, help_text="Without it, the offer's own.")


class RowsAsked(WorkAsked):
    """Which rows are wanted, and in which language."""

    invoice = serializers.IntegerField(
        required=False, min_value=1, max_value=999, help_text="One of your invoices by its number; else all."
    )


class Invoiced(StrictSerializer):
    """When an invoice was sent, and its own number where there is one."""

    invoiced_on = serializers.DateField()
    invoice_number = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)


class QuantityReported(StrictSerializer):
    """How much of a row it has been so far, in all."""

    quantity = serializers.DecimalField(max_digits=12, decimal_places=3, min_value=0)


class BidWork(ApiView):
    """Your work after the yes."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": WorkAsked}

    @extend_schema(
        operation_id="get_own_work",
        summary="See your work after the yes",
        parameters=[WorkAsked],
        responses={(200, _JSON): WORK},
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """Your rows, days and invoices as the client agreed to them; the lead also reads who else invoices what.

        404 before the client has said yes. What rows cost others, and how much theirs has been, is not in it.
        """
        work, _part = _work(request, public_id)
        return Response(own_work_as_json(work, _language(self.asked, work)))


class BidWorkCalendar(ApiView):
    """Your days after the yes."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": WorkAsked}
    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_work_calendar",
        summary="Take your days as a calendar file",
        parameters=[WorkAsked],
        responses={(200, "text/calendar"): OpenApiTypes.STR},
    )
    def get(self, request: Request, public_id: UUID) -> Any:
        """Your steps, hand-overs, deliveries and days to invoice as whole days (RFC 5545), with lasting UIDs."""
        work, _part = _work(request, public_id)
        return _file(own_calendar(work, _language(self.asked, work)), "text/calendar; charset=utf-8", work, "ics")


class BidWorkRows(ApiView):
    """The rows of your invoices."""

    asks: ClassVar[Mapping[str, type[serializers.Serializer[Any]]]] = {"GET": RowsAsked}
    content_negotiation_class = AnyForm

    @extend_schema(
        operation_id="get_work_rows",
        summary="Take the rows of your invoices as a table",
        parameters=[RowsAsked],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request, public_id: UUID) -> Any:
        """UTF-8 with its mark, semicolons, decimal commas (points in English); no cell is run as a formula."""
        work, _part = _work(request, public_id)
        number = self.asked.get("invoice")
        wanted = [one for one in work.invoices if number is None or one.due.number == number]
        return _file(invoice_csv(work, wanted, _language(self.asked, work)), "text/csv; charset=utf-8", work, "csv")


class WorkInvoiced(ApiView):
    """Whether one of your invoices has been sent."""

    http_method_names: ClassVar[Sequence[str]] = ["put", "delete"]  # type: ignore[misc]

    @extend_schema(
        operation_id="mark_invoiced",
        summary="Mark one of your invoices as sent",
        request={_JSON: Invoiced},
        responses={(200, _JSON): INVOICE},
    )
    def put(self, request: Request, public_id: UUID, number: int) -> Response:
        """The lead sees it. Marked already, the first mark stands: take it away first to change it."""
        actor, now = actor_of(request), moment_of(request)
        _work_now, part = _work(request, public_id)
        given = Invoiced(data=keys_in(request))
        given.is_valid(raise_exception=True)
        mark_invoiced(part=part, number=number, **given.validated_data, by=actor, now=now)
        return Response(_invoice(actor, part, number))

    @extend_schema(
        operation_id="unmark_invoiced",
        summary="Take away the mark that one of your invoices was sent",
        responses={(200, _JSON): INVOICE},
    )
    def delete(self, request: Request, public_id: UUID, number: int) -> Response:
        """What was marked stays in the trail. Not marked, nothing happens."""
        actor, now = actor_of(request), moment_of(request)
        _work_now, part = _work(request, public_id)
        unmark_invoiced(part=part, number=number, by=actor, now=now)
        return Response(_invoice(actor, part, number))


class WorkQuantity(ApiView):
    """How much of one of your rows it has been."""

    http_method_names: ClassVar[Sequence[str]] = ["get", "head", "put"]  # type: ignore[misc]

    @extend_schema(
        operation_id="get_quantity",
        summary="See how much of a row it has been",
        responses={(200, _JSON): QUANTITY},
        parameters=[_VERSION],
    )
    def get(self, request: Request, public_id: UUID, code: str) -> Response:
        """One of your own rows that is invoiced by what it turns out to be, beside its estimate and cap."""
        _work_now, part = _work(request, public_id)
        return _quantity(actor_of(request), part, code)

    @extend_schema(
        operation_id="report_quantity",
        summary="Report how much of a row it has been",
        request={_JSON: QuantityReported},
        responses={(200, _JSON): QUANTITY},
        parameters=[IF_MATCH, _VERSION],
    )
    def put(self, request: Request, public_id: UUID, code: str) -> Response:
        """In all so far. It is invoiced by that, never above the cap; the lead sees it, the client does not."""
        actor, now = actor_of(request), moment_of(request)
        _work_now, part = _work(request, public_id)
        _quantity(actor, part, code)
        seen = version_seen(request, part.public_id)
        given = QuantityReported(data=keys_in(request))
        given.is_valid(raise_exception=True)
        report_quantity(part=part, code=code, **given.validated_data, seen=seen, by=actor, now=now)
        return _quantity(actor, part, code)


class WorkDone(ApiView):
    """Whether your part is done."""

    http_method_names: ClassVar[Sequence[str]] = ["put", "delete"]  # type: ignore[misc]

    @extend_schema(
        operation_id="mark_part_done",
        summary="Say that your part is done",
        request=None,
        responses={(200, _JSON): DONE},
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """The lead sees it. Said twice, the first word stands."""
        _work_now, part = _work(request, public_id)
        mark_part_done(part=part, by=actor_of(request), now=moment_of(request))
        return _done(actor_of(request), part)

    @extend_schema(
        operation_id="unmark_part_done",
        summary="Say that your part is not done after all",
        responses={(200, _JSON): DONE},
    )
    def delete(self, request: Request, public_id: UUID) -> Response:
        """That it was said stays in the trail. Not done, nothing happens."""
        _work_now, part = _work(request, public_id)
        unmark_part_done(part=part, by=actor_of(request), now=moment_of(request))
        return _done(actor_of(request), part)


def _work(request: Request, public_id: UUID) -> tuple[OwnWork, Part]:
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    part = Part.objects.select_related("firm", "bid__lead").filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if part is None:
        raise NotVisible
    return _work_of(actor, bid, part), part


def _work_of(actor: Actor, bid: Bid, part: Part) -> OwnWork:
    return own_work(bid, part.key, eyes=eyes_of(actor, bid))


def _done(actor: Actor, part: Part) -> Response:
    row = _work_of(actor, part.bid, part).done.get(part.key)
    return Response({"firm": part.key, "done_at": row.done_at.isoformat() if row else None})


def _invoice(actor: Actor, part: Part, number: int) -> dict[str, Any]:
    work = _work_of(actor, part.bid, part)
    one = next((one for one in work.invoices if one.due.number == number), None)
    if one is None:
        raise NotVisible
    return invoice_as_json(work, one, work.offer.language)


def _quantity(actor: Actor, part: Part, code: str) -> Response:
    work = _work_of(actor, part.bid, part)
    rows = quantities_as_json(work)
    row = next((row for row in rows if (row["firm"], row["line"]) == (part.key, code)), None)
    if row is None:
        raise NotVisible
    return Response(row, headers={"ETag": etag_of(part.public_id, row["sequence"])})


def _language(asked: Mapping[str, Any], work: OwnWork) -> Language:
    return Language(asked.get("language") or work.offer.language)


def _file(data: bytes, media_type: str, work: OwnWork, ending: str) -> HttpResponse:
    name = "-".join(f"{work.offer.number} {work.key}".split())
    return sealed(data, media_type=media_type, filename=f"{name}.{ending}")
