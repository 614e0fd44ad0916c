"""Days: an offer lives forwards, and everything that is sold is delivered some day."""

from bids.content import Period
from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.rules.tree import lines_of, parts_of
from bids.exports.bid_package.shapes import Node


def validity_follows_the_offer(offer: Node, findings: Findings) -> None:
    """The last day of validity is not before the day of the offer."""
    _refuse_backwards(offer, "issued_on", "valid_until", "validity_order", findings)


def periods_run_forwards(offer: Node, findings: Findings) -> None:
    """No period ends before it begins, and a line's delivery is a day or a whole period."""
    if isinstance(offer.get("delivery"), Node):
        _refuse_backwards(offer.get("delivery"), "from", "to", "period_order", findings)
    for milestone in offer.nodes("milestones"):
        _refuse_backwards(milestone, "starts_on", "ends_on", "period_order", findings)
    for line in lines_of(offer):
        _refuse_backwards(line, "delivered_from", "delivered_to", "period_order", findings)
        ends = {"delivered_from", "delivered_to"}
        missing = [end for end in sorted(ends) if line.get(end) is None and not line.is_bad(end)]
        if "delivered_on" in line.given and ends & line.given:
            findings.add(line.at("delivered_on"), "delivered_twice")
        elif len(missing) == 1:
            findings.add(line.at(missing[0]), "delivered_half")


def every_line_is_delivered(offer: Node, findings: Findings) -> None:
    """Every line has a delivery, its own or the offer's; so has a coordination fee, for its VAT rate."""
    if offer.is_bad("delivery") or offer.get("delivery") is not None:
        return
    lines = list(lines_of(offer))
    without = [line for line in lines if not line.given & {"delivered_on", "delivered_from", "delivered_to"}]
    unread = offer.has_bad("parts") or any(part.has_bad("lines") for part in parts_of(offer))
    if (lines and without == lines) or (not lines and not unread and offer.get("coordination_fee")):
        findings.add(offer.at("delivery"), "delivery_missing")
        return
    for line in without:
        findings.add(line.at("delivered_on"), "line_delivery_missing")


def delivery_of(line: Node, offer: Node) -> Period | None:
    """When a line is delivered, None when that could not be read."""
    if line.given & {"delivered_on", "delivered_from", "delivered_to"}:
        starts_on = line.get("delivered_on") or line.get("delivered_from")
        ends_on = line.get("delivered_on") or line.get("delivered_to")
    else:
        delivery = offer.get("delivery")
        if not isinstance(delivery, Node):
            return None
        starts_on, ends_on = delivery.get("from"), delivery.get("to")
    if starts_on is None or ends_on is None or starts_on > ends_on:
        return None
    return Period(starts_on=starts_on, ends_on=ends_on)


def _refuse_backwards(node: Node, first: str, last: str, code: str, findings: Findings) -> None:
    begins, ends = node.get(first), node.get(last)
    if begins is not None and ends is not None and ends < begins:
        findings.add(node.at(last), code, first=begins.isoformat(), last=ends.isoformat())
