"""Fee, discount, plan, caps and sums: nothing negative, nothing twice, and a plan that is the whole."""

from decimal import Decimal

from bids import pricing
from bids.content import ClientCard, JointOffer
from bids.exports.bid_package.faults import Findings
from bids.exports.bid_package.kinds import FIRST_DAY
from bids.exports.bid_package.layout import PART
from bids.exports.bid_package.rules.tree import lines_of, parts_of
from bids.exports.bid_package.shapes import Node
from bids.vocabulary import LinePricing

MOST_EUROS = Decimal(10) ** 11
"""All lines together; with VAT, fee and every option it still fits the sums that are kept (numeric(14,2))."""

_WHOLE = Decimal(100)


def adjustments_say_one_thing(offer: Node, findings: Findings) -> None:
    """A discount or fee is a percentage or an amount."""
    for key in ("discount", "coordination_fee"):
        adjustment = offer.get(key)
        if not isinstance(adjustment, Node):
            continue
        said = adjustment.given & {"percent", "amount"}
        if len(said) == 2:  # noqa: PLR2004 - both
            findings.add(adjustment.at("amount"), "adjustment_both")
        elif not said:
            findings.add(adjustment.path, "adjustment_none")


def plans_are_whole(offer: Node, findings: Findings) -> None:
    """The instalments of a plan are 100 percent together."""
    plan = list(offer.nodes("payment_plan"))
    if not plan or offer.has_bad("payment_plan") or any(step.is_bad("percent") for step in plan):
        return
    together = sum((step.get("percent") for step in plan), Decimal(0))
    if together != _WHOLE:
        findings.add(offer.at("payment_plan"), "plan_not_whole", together=f"{together:f}")


def caps_are_above_the_quantity(offer: Node, findings: Findings) -> None:
    """A capped line has a cap, which is not below its quantity; no other line has one."""
    for line in lines_of(offer):
        pricing_kind, cap, quantity = line.get("pricing"), line.get("cap_quantity"), line.get("quantity")
        if pricing_kind is None or line.is_bad("cap_quantity"):
            continue
        if pricing_kind != LinePricing.CAP:
            if cap is not None:
                findings.add(line.at("cap_quantity"), "cap_unneeded", value=pricing_kind)
        elif cap is None:
            findings.add(line.at("cap_quantity"), "cap_missing")
        elif quantity is not None and cap < quantity:
            findings.add(line.at("cap_quantity"), "cap_below_quantity", cap=f"{cap:f}", quantity=f"{quantity:f}")


def sums_can_be_held(offer: Node, findings: Findings) -> None:
    """All lines together stay far below what sums can hold."""
    together = Decimal(0)
    for line in lines_of(offer):
        quantity, price, cap = line.get("quantity"), line.get("unit_price"), line.get("cap_quantity")
        if quantity is not None and price is not None:
            together += max(quantity, cap or quantity) * price
    if together > MOST_EUROS:
        findings.add(offer.at("parts"), "offer_too_large", most=f"{MOST_EUROS:f}")


def discounts_leave_something(offer: Node, findings: Findings) -> None:
    """A discount in euros is not above the lines of the smallest choice; judged only when every line could be read."""
    discount = offer.get("discount")
    amount = discount.get("amount") if isinstance(discount, Node) else None
    if amount is None or findings.touches("parts", "delivery"):
        return
    least = pricing.least_lines_net(_only_the_parts_of(offer))
    if amount > least:
        findings.add(discount.at("amount"), "discount_too_large", amount=f"{amount:f}", least=f"{least:f}")


def _only_the_parts_of(offer: Node) -> JointOffer:
    return JointOffer(
        number="",
        title="",
        issued_on=FIRST_DAY,
        valid_until=FIRST_DAY,
        client=ClientCard(name=""),
        parts=tuple(PART.build(part) for part in parts_of(offer)),
    )
