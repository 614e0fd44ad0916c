"""A firm's work after the client's yes as data: what the page of it says, for programs."""

from typing import Any

from bids.content import Period
from bids.exports.bid_package import write_package
from bids.exports.invoice_rows import facts_of, row_text, row_unit
from bids.exports.own_work import Marked, OwnWork
from bids.pricing import plain
from bids.settlement import BY_ACTUAL, InvoiceRow, billable, cap_of, use_of
from bids.vocabulary import Language, LinePricing

FORMAT = "punos.own-work/1"


def own_work_as_json(work: OwnWork, language: Language) -> dict[str, Any]:
    """Rows, days, hand-overs and invoices of one firm; amounts are strings, null is what is not known or not told."""
    offer = work.offer
    card = offer.client
    return {
        "format": FORMAT,
        "offer": {
            "number": offer.number,
            "title": offer.title,
            "version": work.agreed.revision.number,
            "agreed_at": work.agreed.decision.decided_at.isoformat(),
            "invoicing": offer.invoicing.value,
            "payment_days": offer.payment_days,
        },
        "firm": work.key,
        "client": {
            "name": card.name,
            "business_id": card.business_id,
            "e_invoice": card.e_invoice,
            "order_reference": card.order_reference,
            "contacts": write_package(offer)["client"].get("contacts", []),
        },
        "rows": _rows(work),
        "deliveries": [{**_period(period), "rows": [line.code for line in lines]} for period, lines in work.deliveries],
        "steps": [
            {
                "id": step.id,
                "name": step.name,
                "starts_on": step.starts_on.isoformat(),
                "ends_on": step.ends_on.isoformat(),
                "owner": step.owner,
                "hands_over_to": step.hands_over_to,
            }
            for step in (*work.own_steps, *work.received_steps)
        ],
        "invoices": [invoice_as_json(work, one, language) for one in work.invoices],
        "settlement": [invoice_as_json(work, one, language) for one in work.settlement] if work.reads_all else None,
        "quantities": quantities_as_json(work),
        "done": [{"firm": key, "done_at": row.done_at.isoformat()} for key, row in sorted(work.done.items())],
    }


def invoice_as_json(work: OwnWork, one: Marked, language: Language) -> dict[str, Any]:
    """One invoice with its rows, and whether its seller has marked it as sent."""
    due, facts = one.due, facts_of(work.offer, one.due, language)
    mark = one.mark
    return {
        "from": due.seller,
        "to": due.buyer,
        "number": due.number,
        "of": due.of,
        "name": due.name,
        "net": f"{due.net:f}",
        "vat": f"{due.vat:f}",
        "gross": f"{due.gross:f}",
        "left": f"{one.left:f}",
        "not_before": None if one.day is None else one.day.isoformat(),
        "seller": facts.seller,
        "seller_business_id": facts.seller_business_id,
        "buyer": facts.buyer,
        "buyer_business_id": facts.buyer_business_id,
        "e_invoice": facts.e_invoice,
        "order_reference": facts.order_reference,
        "rows": [_row(work, row, language) for row in due.rows],
        "marked": None
        if mark is None
        else {
            "invoiced_on": mark.invoiced_on.isoformat(),
            "invoice_number": mark.invoice_number,
            "gross": f"{mark.gross:f}",
            "marked_at": mark.marked_at.isoformat(),
        },
    }


def quantities_as_json(work: OwnWork) -> list[dict[str, Any]]:
    """Every row that is invoiced by what it turns out to be, of the parts whose reports are read here."""
    parts = work.offer.parts if work.reads_all else (work.part,)
    found = []
    for part in parts:
        for line in part.lines:
            if line.pricing not in BY_ACTUAL:
                continue
            known = work.reported.get(line.code)
            found.append(
                {
                    "firm": part.key,
                    "line": line.code,
                    "unit": line.unit,
                    "estimate": plain(line.quantity),
                    "cap": plain(cap_of(line)) if line.pricing == LinePricing.CAP else None,
                    "actual": None if known is None else plain(known.quantity),
                    "invoiced": plain(billable(line, None if known is None else known.quantity)),
                    "use": None if known is None else use_of(line, known.quantity).value,
                    "sequence": 0 if known is None else known.sequence,
                }
            )
    return found


def _rows(work: OwnWork) -> list[dict[str, Any]]:
    priced = work.priced
    return [
        {
            "line": line.code,
            "text": line.text,
            "quantity": plain(line.quantity),
            "unit": line.unit,
            "unit_price": plain(line.unit_price),
            "price_basis": line.price_basis.value,
            "discount_percent": plain(line.discount_percent),
            "pricing": line.pricing.value,
            "net": f"{priced[line.code].net:f}",
        }
        for line in work.part.lines
    ]


def _row(work: OwnWork, row: InvoiceRow, language: Language) -> dict[str, Any]:
    return {
        "kind": row.kind.value,
        "line": row.code,
        "text": row_text(row, work.offer, language),
        "quantity": plain(row.quantity),
        "unit": row_unit(row, language),
        "unit_price": plain(row.unit_price),
        "discount_percent": plain(row.discount_percent),
        "category": row.category.value,
        "rate": None if row.rate is None else plain(row.rate),
        "reason": row.reason,
        "net": f"{row.net:f}",
        "vat": f"{row.vat:f}",
        "gross": f"{row.gross:f}",
    }


def _period(period: Period) -> dict[str, str]:
    return {"starts_on": period.starts_on.isoformat(), "ends_on": period.ends_on.isoformat()}
