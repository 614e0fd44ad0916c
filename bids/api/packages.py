"""Bid packages on their own: check one and calculate one, without anything being kept."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from bids.api import examples
from bids.api.asked_choice import asked_choice
from bids.api.bodies import LARGEST_PACKAGE, keys_in, offer_in, offer_under
from bids.api.components import BID_PACKAGE, PACKAGE_CHECK, TOTALS
from bids.api.shapes import PackageTotalsAsked
from bids.cautions import cautions
from bids.exports.bid_package import PackageRefused, fault_sentence
from bids.pricing import totals, totals_as_json
from bids.sheets.caution_sentences import sentence
from members.api.asking import ApiView

PACKAGE = "package"
WITH_A_CHOICE = {
    "type": "object",
    "properties": {
        PACKAGE: BID_PACKAGE,
        "choose": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 40}, "maxItems": 400},
        "package_choice": {
            "type": ["string", "null"],
            "maxLength": 40,
            "description": "The id of the package that is chosen; null: the preselected one; an empty text: none.",
        },
        "invoicing": {"enum": ["each", "lead", None], "description": "Without it, as the package says."},
    },
    "required": [PACKAGE],
    "additionalProperties": False,
}


class PackageCheck(ApiView):
    """Whether a package could be brought in."""

    largest_body: ClassVar[int] = LARGEST_PACKAGE
    changes_something: ClassVar[bool] = False

    @extend_schema(
        operation_id="check_package",
        summary="Check a package",
        request={"application/json": BID_PACKAGE},
        responses={(200, "application/json"): PACKAGE_CHECK},
        examples=examples.CHECK,
    )
    def post(self, request: Request) -> Response:
        """Every fault of a package, or else what to know before the offer is sent. Nothing is kept."""
        try:
            offer = offer_in(request)
        except PackageRefused as refused:
            faults = [{"path": one.path, "code": one.code, "detail": fault_sentence(one)} for one in refused.faults]
            return Response({"is_good": False, "faults": faults, "cautions": []})
        said = [
            {"kind": one.kind.value, "path": one.path, "code": one.code, "detail": sentence(one)}
            for one in cautions(offer)
        ]
        return Response({"is_good": True, "faults": [], "cautions": said})


class PackageTotals(ApiView):
    """What a package costs."""

    largest_body: ClassVar[int] = LARGEST_PACKAGE
    changes_something: ClassVar[bool] = False

    @extend_schema(
        operation_id="calculate_package",
        summary="Calculate a package",
        request={"application/json": WITH_A_CHOICE},
        responses={(200, "application/json"): TOTALS},
        examples=examples.PACKAGE_TOTALS,
    )
    def post(self, request: Request) -> Response:
        """Every sum of the package's offer for a choice, as the offer itself would give them. Nothing is kept."""
        asked = PackageTotalsAsked(data=keys_in(request, without=PACKAGE))
        asked.is_valid(raise_exception=True)
        said: dict[str, Any] = asked.validated_data
        offer = offer_under(PACKAGE, request)
        sums = totals(offer, asked_choice(said, package_key="package_choice"), invoicing=said.get("invoicing"))
        return Response(totals_as_json(sums))
