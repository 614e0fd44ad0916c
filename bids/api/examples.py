"""Requests and answers for the documentation; the tests send the ones and compare the others."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample

BID_ID: Final = "6d0e5a1c-2b4f-4c3d-9e8a-1f2b3c4d5e6f"
DOCUMENT_ID: Final = "0c9d8e7f-6a5b-4c3d-8e1f-2a3b4c5d6e7f"
LEAD_ID: Final = "3f6f1d1e-6a0c-4a57-9a39-7d2f1c0b5a11"
PARTNER_ID: Final = "7a1e4c52-9d3b-4f60-8c2e-5b6a7d8e9f01"
CLIENT_ID: Final = "c2d3e4f5-a6b7-4c8d-9e0f-1a2b3c4d5e6f"
INSTANT: Final = "2026-03-02T10:00:00Z"

PACKAGE: Final[dict[str, Any]] = {
    "format": "punos.bid-package/1",
    "number": "YT-2026-0007",
    "title": "Infografiikka ja juliste",
    "issued_on": "2026-03-02",
    "valid_until": "2026-04-01",
    "delivery": {"from": "2026-03-09", "to": "2026-04-24"},
    "client": {
        "name": "Sinilinnun päiväkoti",
        "kind": "business",
        "business_id": "9000020-6",
        "contacts": [{"name": "Liisa Sinilintu", "email": "liisa@example.invalid", "role": "accepts"}],
    },
    "parts": [
        {
            "key": "KUV",
            "role": "lead",
            "firm": {"name": "Kuvakulma Design Tmi", "business_id": "9000001-1"},
            "lines": [
                {
                    "code": "A1",
                    "text": "Infografiikan suunnittelu",
                    "pricing": "unit",
                    "quantity": "24",
                    "unit": "h",
                    "unit_price": "65.00",
                    "vat": "25.5",
                }
            ],
        },
        {
            "key": "JUL",
            "role": "member",
            "firm": {"name": "Julistepaja Tmi", "business_id": "9000009-7", "vat_liable": False},
            "lines": [
                {
                    "code": "A2",
                    "text": "Juliste A2",
                    "pricing": "unit",
                    "quantity": "10",
                    "unit": "kpl",
                    "unit_price": "18.50",
                    "vat": "25.5",
                },
                {
                    "code": "A3",
                    "text": "Juliste A1",
                    "pricing": "unit",
                    "quantity": "10",
                    "unit": "kpl",
                    "unit_price": "24.90",
                    "vat": "25.5",
                    "replaces": "A2",
                },
            ],
        },
    ],
}
"""A small joint offer of a firm that charges VAT and one that does not, with one alternative."""

FAULTY_PACKAGE: Final[dict[str, Any]] = {
    **PACKAGE,
    "valid_until": "31.4.2026",
    "parts": [
        PACKAGE["parts"][0],
        {**PACKAGE["parts"][1], "lines": [{**PACKAGE["parts"][1]["lines"][0], "quantity": "10 kpl"}]},
    ],
}

_BID_ROW: Final[dict[str, Any]] = {
    "id": BID_ID,
    "version": 1,
    "number": "YT-2026-0007",
    "title": "Infografiikka ja juliste",
    "state": "drafting",
    "language": "fi",
    "issued_on": "2026-03-02",
    "valid_until": "2026-04-01",
    "client": {"id": CLIENT_ID, "name": "Sinilinnun päiväkoti"},
    "lead": {"id": LEAD_ID, "name": "Kuvakulma Design Tmi"},
    "created_at": INSTANT,
    "changed_at": INSTANT,
}
_BID: Final[dict[str, Any]] = {
    **_BID_ROW,
    "binding": True,
    "reference": "",
    "delivery": {"from": "2026-03-09", "to": "2026-04-24"},
    "invoicing": "each",
    "liability": "several",
    "payment_days": 14,
    "price_visibility": "all",
    "price_visibility_in_force": "all",
    "theme": "selkea",
    "profile": "compact",
    "parts": [
        {"key": "KUV", "role": "lead", "state": "in", "firm": {"id": LEAD_ID, "name": "Kuvakulma Design Tmi"}},
        {"key": "JUL", "role": "member", "state": "listed", "firm": {"id": PARTNER_ID, "name": "Julistepaja Tmi"}},
    ],
}
_TAXED: Final = {"category": "S", "rate": "25.5", "taxable": "1560.00", "vat": "397.80"}
_UNTAXED: Final = {"category": "O", "rate": None, "taxable": "249.00", "vat": "0.00"}
_ALL_TAXED: Final = {"category": "S", "rate": "25.5", "taxable": "1809.00", "vat": "461.30"}
_EACH: Final = {"net": "1809.00", "vat": "397.80", "gross": "2206.80"}
_BY_LEAD: Final = {"net": "1809.00", "vat": "461.30", "gross": "2270.30"}
_LEAD_KEEPS: Final = {"part": "1560.00", "fee": "0.00", "discount": "0.00", "net": "1560.00"}
_OF_PART: Final = {"discount": "0.00", "fee_share": "0.00"}
_TOTALS_EACH: Final[dict[str, Any]] = {
    "lines_net": "1809.00",
    "fee": "0.00",
    "discount": "0.00",
    **_EACH,
    "vat_groups": [{"seller": "KUV", **_TAXED}, {"seller": "JUL", **_UNTAXED}],
    "parts": [
        {"firm": "KUV", "lines_net": "1560.00", **_OF_PART, "net": "1560.00", "vat": "397.80", "gross": "1957.80"},
        {"firm": "JUL", "lines_net": "249.00", **_OF_PART, "net": "249.00", "vat": "0.00", "gross": "249.00"},
    ],
    "settlement": [
        {
            "from": "KUV",
            "to": "client",
            "net": "1560.00",
            "vat": "397.80",
            "gross": "1957.80",
            "vat_groups": [_TAXED],
        },
        {"from": "JUL", "to": "client", "net": "249.00", "vat": "0.00", "gross": "249.00", "vat_groups": [_UNTAXED]},
    ],
    "lead_keeps": _LEAD_KEEPS,
    "instalments": [],
    "caps_reached": _EACH,
    "ceiling_gross": None,
    "other_invoicing": _BY_LEAD,
    "warnings": [],
}
_TOTALS_BY_LEAD: Final[dict[str, Any]] = {
    **_TOTALS_EACH,
    **_BY_LEAD,
    "vat_groups": [{"seller": "KUV", **_ALL_TAXED}],
    "parts": [{**part, "vat": None, "gross": None} for part in _TOTALS_EACH["parts"]],
    "settlement": [
        {"from": "KUV", "to": "client", **_BY_LEAD, "vat_groups": [_ALL_TAXED]},
        {"from": "JUL", "to": "KUV", "net": "249.00", "vat": "0.00", "gross": "249.00", "vat_groups": [_UNTAXED]},
    ],
    "caps_reached": _BY_LEAD,
    "other_invoicing": _EACH,
}
_DOCUMENT: Final[dict[str, Any]] = {
    "id": DOCUMENT_ID,
    "bid": BID_ID,
    "kind": "offer_pdf",
    "language": "sv",
    "profile": "compact",
    "theme": "selkea",
    "chosen": {"lines": ["A3"], "package": None},
    "state": "queued",
    "progress": {"step": "", "done": 0, "total": 0},
    "failure": None,
    "file": None,
    "requested_at": INSTANT,
    "finished_at": None,
}


def _asked(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _answered(name: str, value: Any, status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


BIDS: Final = [_answered("One offer", {"next": None, "results": [_BID_ROW]})]
BID: Final = [_answered("An offer", _BID)]
IMPORT: Final = [_asked("A package", PACKAGE), _answered("A package", _BID, "201")]
BID_TOTALS: Final = [_answered("With the alternative chosen", _TOTALS_EACH)]
DOCUMENTS: Final = [_answered("One document", {"next": None, "results": [_DOCUMENT]})]
DOCUMENT: Final = [_answered("A document that waits", _DOCUMENT)]
DOCUMENT_REQUEST: Final = [
    _asked("A PDF in Swedish", {"kind": "offer_pdf", "language": "sv", "choose": ["A3"]}),
    _answered("A PDF in Swedish", _DOCUMENT, "201"),
]
CHECK: Final = [
    _asked("A good package", PACKAGE),
    _answered("A good package", {"is_good": True, "faults": [], "cautions": []}),
    _asked("A package with two faults", FAULTY_PACKAGE),
    _answered(
        "A package with two faults",
        {
            "is_good": False,
            "faults": [
                {
                    "path": "valid_until",
                    "code": "day_beyond_month",
                    "detail": '"31.4.2026" does not exist: April 2026 has 30 days. Dates are written as 2026-04-30.',
                },
                {
                    "path": "parts[1].lines[0].quantity",
                    "code": "number_with_unit",
                    "detail": '"10 kpl" is not a number. Write 10 here; the unit kpl belongs in "unit".',
                },
            ],
            "cautions": [],
        },
    ),
]
PACKAGE_TOTALS: Final = [
    _asked("Invoiced by the lead", {"package": PACKAGE, "choose": ["A3"], "invoicing": "lead"}),
    _answered("Invoiced by the lead", _TOTALS_BY_LEAD),
]
