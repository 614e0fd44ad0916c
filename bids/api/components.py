"""The schema of what is handed out just as other rooms make it: packages, totals and sheets."""

import re
import types
import typing
from dataclasses import fields, is_dataclass
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from bids.cautions import CautionKind
from bids.exports.bid_package.schema import package_schema
from bids.sheets import shape as sheet_shape
from bids.vocabulary import VatCategory

Schema = dict[str, Any]

_COMPONENTS: Final = "#/components/schemas/"
BID_PACKAGE: Final[Schema] = {"$ref": f"{_COMPONENTS}BidPackage"}
TOTALS: Final[Schema] = {"$ref": f"{_COMPONENTS}Totals"}
OFFER_SHEET: Final[Schema] = {"$ref": f"{_COMPONENTS}OfferSheet"}
PACKAGE_CHECK: Final[Schema] = {"$ref": f"{_COMPONENTS}PackageCheck"}


def response_header(name: str, says: str, *statuses: int) -> OpenApiParameter:
    """A header of an answer."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.HEADER, description=says, response=list(statuses))


def add_components(result: Schema, **_given: Any) -> Schema:
    """Put the schemas beside those that serializers make: a postprocessing hook of drf-spectacular."""
    schemas = result["components"]["schemas"]
    schemas |= _package() | _sheet() | _totals() | _check()
    schemas["DocumentOrderedRequest"]["additionalProperties"] = False
    return result


def _package() -> Schema:
    """The bid package's own schema, its definitions as components: `BidPackage` and `BidPackage…`."""
    whole = package_schema()
    root = whole["$ref"].rsplit("/", 1)[1]

    def name_of(definition: str) -> str:
        return "BidPackage" + ("" if definition == root else _camel(definition))

    def told(key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: told(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [told("", each) for each in value]
        if key == "$ref":
            return f"{_COMPONENTS}{name_of(value.rsplit('/', 1)[1])}"
        if key == "pattern":
            # Halves of character pairs cannot stand in UTF-8, and many engines refuse a pattern that names them.
            return value.replace(r"\ud800-\uf8ff", r"\ue000-\uf8ff")
        return value

    return {name_of(name): told("", definition) for name, definition in whole["$defs"].items()}


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in re.split(r"[_-]", name))


def _sheet() -> Schema:
    """The sheet and everything in it, from the types that stand beside its fields."""
    kinds = [kind for kind in vars(sheet_shape).values() if isinstance(kind, type) and is_dataclass(kind)]
    described = {_sheet_name(kind): _object(kind) for kind in kinds}
    whole = described["OfferSheet"]
    whole["properties"] = {"form": {"type": "integer", "const": 1}, **whole["properties"]}
    whole["required"] = ["form", *whole["required"]]
    return described


def _sheet_name(kind: type) -> str:
    return kind.__name__ if kind is sheet_shape.OfferSheet else f"Sheet{kind.__name__}"


def _object(kind: type) -> Schema:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    return {
        "type": "object",
        "description": " ".join((kind.__doc__ or "").split()),
        "properties": {name: _of_type(hints[name]) for name in names},
        "required": names,
        "additionalProperties": False,
    }


def _of_type(kind: Any) -> Schema:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        inner = next(one for one in arguments if one is not types.NoneType)
        return {"anyOf": [_of_type(inner), {"type": "null"}]}
    if origin is tuple:
        return {"type": "array", "items": _of_type(arguments[0])}
    if is_dataclass(kind):
        return {"$ref": f"{_COMPONENTS}{_sheet_name(typing.cast('type', kind))}"}
    return {"type": {str: "string", int: "integer", bool: "boolean", float: "number"}[kind]}


_AMOUNT: Final[Schema] = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "description": "Euros."}
_PERHAPS: Final[Schema] = {**_AMOUNT, "type": ["string", "null"]}
_TEXT: Final[Schema] = {"type": "string"}
_KEY: Final[Schema] = {"type": "string", "description": "A firm's key in the offer."}
_PERCENT: Final[Schema] = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?$"}


def _closed(says: str, properties: Schema, *, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "description": says,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _list(name: str) -> Schema:
    return {"type": "array", "items": {"$ref": f"{_COMPONENTS}{name}"}}


def _totals() -> Schema:
    sum_of = {"net": _AMOUNT, "vat": _AMOUNT, "gross": _AMOUNT}
    perhaps_sum_of = {"net": _PERHAPS, "vat": _PERHAPS, "gross": _PERHAPS}
    group = {
        "category": {"type": "string", "enum": [word.value for word in VatCategory]},
        "rate": {**_PERCENT, "type": ["string", "null"], "description": "null for the categories O, E and AE."},
        "taxable": _AMOUNT,
        "vat": _AMOUNT,
    }
    return {
        "Totals": _closed(
            "Every sum of an offer for one choice. Firms stand by their keys, in the order of the offer. null is what "
            "is not yours to see; of parts, invoices, VAT groups and instalments you then find your own firm's.",
            {
                "lines_net": _PERHAPS,
                "fee": _PERHAPS,
                "discount": _PERHAPS,
                **perhaps_sum_of,
                "vat_groups": _list("TotalsSellerVatGroup"),
                "parts": _list("TotalsPart"),
                "settlement": _list("TotalsInvoice"),
                "lead_keeps": {"anyOf": [{"$ref": f"{_COMPONENTS}TotalsLeadKeeps"}, {"type": "null"}]},
                "instalments": _list("TotalsInstalment"),
                "caps_reached": {"$ref": f"{_COMPONENTS}TotalsSum"},
                "ceiling_gross": {
                    **_PERHAPS,
                    "description": "The most the client can come to pay, where that is promised.",
                },
                "other_invoicing": {"$ref": f"{_COMPONENTS}TotalsOtherInvoicing"},
                "warnings": {"type": "array", "items": _TEXT, "description": "Codes."},
            },
        ),
        "TotalsSum": _closed("Without VAT, the VAT, and both together.", perhaps_sum_of),
        "TotalsVatGroup": _closed("What one invoice holds of one VAT category and rate.", group),
        "TotalsSellerVatGroup": _closed(
            "What one seller sells of one VAT category and rate.", {"seller": _KEY, **group}
        ),
        "TotalsPart": _closed(
            "One firm's share. VAT and gross are null when the lead invoices for all.",
            {
                "firm": _KEY,
                "lines_net": _AMOUNT,
                "discount": _PERHAPS,
                "fee_share": _PERHAPS,
                "net": _PERHAPS,
                "vat": _PERHAPS,
                "gross": _PERHAPS,
            },
        ),
        "TotalsInvoice": _closed(
            "One invoice the offer leads to.",
            {
                "from": _KEY,
                "to": {"type": "string", "description": "`client`, or the key of the firm that leads."},
                **sum_of,
                "vat_groups": _list("TotalsVatGroup"),
            },
        ),
        "TotalsLeadKeeps": _closed(
            "What stays with the lead, without VAT.",
            {"part": _AMOUNT, "fee": _AMOUNT, "discount": _AMOUNT, "net": _AMOUNT},
        ),
        "TotalsInstalment": _closed(
            "One step of the payment plan, with VAT.",
            {
                "name": _TEXT,
                "percent": _PERCENT,
                "gross": _PERHAPS,
                "by_seller": {"type": "object", "additionalProperties": _AMOUNT},
            },
        ),
        "TotalsOtherInvoicing": _closed(
            "The same choice sold the other way; null, with the reason, where that is not worked out here.",
            {**perhaps_sum_of, "why": _TEXT},
            optional=("why",),
        ),
    }


def _check() -> Schema:
    path = {"type": "string", "description": "The place in the package, empty for the whole of it."}
    code = {"type": "string", "description": "Never changes with the language."}
    detail = {"type": "string", "description": "A sentence in the reader's language."}
    return {
        "PackageCheck": _closed(
            "Everything there is to say about a package. Nothing of it is kept.",
            {
                "is_good": {"type": "boolean", "description": "Whether it could be brought in."},
                "faults": _list("PackageFault"),
                "cautions": _list("PackageCaution"),
            },
        ),
        "PackageFault": _closed("Something that must be mended.", {"path": path, "code": code, "detail": detail}),
        "PackageCaution": _closed(
            "Something to know, answer or mend before the offer is sent.",
            {
                "kind": {"type": "string", "enum": [kind.value for kind in CautionKind]},
                "path": path,
                "code": code,
                "detail": detail,
            },
        ),
    }
