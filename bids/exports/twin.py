"""The machine-readable twin of an offer's document: what its client may see, with every sum of the choice it shows."""

import json
from typing import Any

from bids.content import CLIENT, Choice, JointOffer
from bids.exports.bid_package import write_package
from bids.exports.bid_package.kinds import Kind, ListOf
from bids.exports.bid_package.layout import OFFER
from bids.exports.bid_package.shapes import Shape
from bids.pricing import PricedLine, Totals, plain, priced_lines, totals, totals_as_json
from bids.sheets.shape import Answer, OfferSheet
from bids.vat import vat_wording
from bids.vocabulary import Language

FORMAT = "punos.offer/1"

CLIENT_SEES = {
    "adjustment": frozenset({"name"}),
    "client": frozenset(
        {"business_id", "contacts", "e_invoice", "kind", "municipality", "name", "order_reference", "vat_number"}
    ),
    "contact": frozenset({"email", "name", "phone", "role"}),
    "endorsement": frozenset({"by", "text"}),
    "firm": frozenset(
        {
            "business_id",
            "contact",
            "fields",
            "invoiced_through",
            "legal_form",
            "municipality",
            "name",
            "skills",
            "staff",
            "vat_liable",
        }
    ),
    "instalment": frozenset({"name", "percent"}),
    "line": frozenset(
        {
            "cap_quantity",
            "code",
            "default",
            "delivered_from",
            "delivered_on",
            "delivered_to",
            "discount_percent",
            "group",
            "optional",
            "price_basis",
            "pricing",
            "quantity",
            "replaces",
            "text",
            "unit",
            "unit_price",
        }
    ),
    "milestone": frozenset({"ends_on", "hands_over_to", "id", "name", "needs", "owner", "starts_on"}),
    "need": frozenset({"municipality", "text", "title"}),
    "offer": frozenset(
        {
            "binding",
            "client",
            "coordination_fee",
            "delivery",
            "discount",
            "general_terms",
            "invoicing",
            "issued_on",
            "language",
            "liability",
            "milestones",
            "need",
            "notes",
            "number",
            "packages",
            "parts",
            "payment_days",
            "payment_plan",
            "reference",
            "sections",
            "terms",
            "title",
            "valid_until",
        }
    ),
    "package": frozenset({"default", "id", "lines", "name", "text"}),
    "part": frozenset(
        {"assumptions", "endorsements", "excluded", "firm", "included", "key", "lines", "references", "role", "summary"}
    ),
    "period": frozenset({"from", "to"}),
    "reference": frozenset({"client", "text", "title", "year"}),
    "section": frozenset({"language", "owner", "text", "title"}),
    "service_company": frozenset({"business_id", "name", "vat_liable"}),
    "term": frozenset({"text", "title"}),
}
"""The keys of each object of a bid package that reach the client; what is not named here does not.

How big a discount or fee is, the sums say; how it was agreed is the firms' own. A line's VAT is given as it is sold.
"""

_TOTALS = ("lines_net", "fee", "discount", "net", "vat", "gross", "instalments", "caps_reached", "ceiling_gross")


def offer_twin(offer: JointOffer, choice: Choice, sheet: OfferSheet) -> dict[str, Any]:
    """The twin of the document drawn from this sheet: the same choice, language and legal sentences.

    What firms invoice each other, what the lead keeps and what the other way of invoicing would cost are not in it.
    """
    sums = totals(offer, choice)
    seen = _seen(OFFER, write_package(offer))
    priced = priced_lines(offer, sums.invoicing)
    for part in seen["parts"]:
        for line in part.get("lines", ()):
            line |= {**_priced(priced[line["code"]]), "counts": line["code"] in sums.counted}
    return {
        "format": FORMAT,
        **({} if sheet.version is None else {"version": sheet.version}),
        **seen,
        "choice": {"lines": sorted(choice.lines), "package": choice.package},
        "counted": list(sums.counted),
        "totals": _totals(sums, Language(sheet.language)),
        "wordings": {
            "language": sheet.language,
            "clauses": [{"key": clause.key, "text": clause.text} for clause in sheet.clauses],
        },
        **({"answers": list(map(_answered, sheet.answers))} if sheet.answers else {}),
    }


def twin_bytes(offer: JointOffer, choice: Choice, sheet: OfferSheet) -> bytes:
    """The twin as a file: UTF-8, always the same bytes for the same offer, choice and sheet."""
    return (json.dumps(offer_twin(offer, choice, sheet), ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _answered(answer: Answer) -> dict[str, Any]:
    return {
        "place": answer.place,
        "about": answer.about,
        "question": answer.question,
        "answer": answer.answer,
        "answered_on": answer.day.value,
        "version": answer.version,
    }


def _seen(shape: Shape, written: dict[str, Any]) -> dict[str, Any]:
    """What a client may see of an object, and of the objects in it."""
    kinds = {key.name: key.kind for key in shape.keys}
    return {name: _seen_value(kinds[name], value) for name, value in written.items() if name in CLIENT_SEES[shape.name]}


def _seen_value(kind: Kind, value: Any) -> Any:
    if isinstance(kind, ListOf):
        return [_seen_value(kind.item, each) for each in value]
    return _seen(kind, value) if isinstance(kind, Shape) else value


def _priced(line: PricedLine) -> dict[str, Any]:
    rate = None if line.rate is None else plain(line.rate)
    return {"net": f"{line.net:f}", "vat": {"category": line.category.value, "rate": rate, "reason": line.reason}}


def _totals(sums: Totals, language: Language) -> dict[str, Any]:
    said = totals_as_json(sums)
    groups = [
        {**written, "wordings": [vat_wording(group.category, reason, language) for reason in group.reasons]}
        for written, group in zip(said["vat_groups"], sums.vat_groups, strict=True)
    ]
    invoices = [
        {"from": invoice["from"], "net": invoice["net"], "vat": invoice["vat"], "gross": invoice["gross"]}
        for invoice in said["settlement"]
        if invoice["to"] == CLIENT
    ]
    parts = [
        {key: part[key] for key in ("firm", "lines_net", "discount", "net", "vat", "gross")} for part in said["parts"]
    ]
    return {**{key: said[key] for key in _TOTALS}, "vat_groups": groups, "invoices": invoices, "parts": parts}
