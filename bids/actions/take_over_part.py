"""Take over what a firm was asked to do: the lead sells it itself."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, LineItem, Milestone, Part
from bids.permissions import may_change_offer
from bids.queries.costs import forget_costs
from bids.steps.editing import Held, hold
from bids.steps.leaving import NotAsThingsStand, part_to_take_out, put_out, tell_it_is_out
from bids.steps.line_rows import next_position
from bids.steps.part_changes import add_row
from bids.steps.proposed_lines import read_line
from bids.steps.settling import settle
from bids.vocabulary import PartState, Role
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require

MAY_BE_TAKEN_OVER = (PartState.LISTED, PartState.ASKED, PartState.CALL_ME, PartState.NO, PartState.LEFT)
"""Where a firm stands that has not answered, or is gone; what a firm offers itself is nobody else's to sell."""


@action
def take_over_part(
    *, part: Part, by: Actor, now: datetime, seen: int | None = None, price: Decimal | None = None
) -> Part:
    """The firm's rows become the lead's under their codes, at the lead's risk; the firm leaves the document.

    Its steps of the schedule, and what is handed to it, become the lead's too; its texts stay behind with it, and what
    the rows cost it is forgotten. Where nothing has been priced, what was asked becomes one row at this `price` without
    VAT (Malformed without one). Refused for a firm that has answered with a price of its own.
    """
    held = hold(part.bid)
    require(may_change_offer(by, held.bid))
    part = part_to_take_out(part, then=PartState.TAKEN_OVER, seen=seen)
    if PartState(part.state) not in MAY_BE_TAKEN_OVER:
        raise NotAsThingsStand(params={"firm": str(part.card["name"])})
    lead = Part.objects.select_related("firm", "bid__lead").get(bid=held.bid, role=Role.LEAD.value)
    codes = _move_rows(part, lead) or _one_row(held, part, lead, price, by=by)
    _move_steps(held.bid, part, lead)
    put_out(part, PartState.TAKEN_OVER, now=now)
    audit.record(
        "part.taken_over",
        on=held.bid,
        by=by,
        at=now,
        part=str(part.public_id),
        firm=audit.Personal(str(part.card["name"])),
        lines=codes,
    )
    tell_it_is_out(part, now=now, taken_over=True)
    settle(held.bid, by=by, now=now)
    return part


def _move_rows(part: Part, lead: Part) -> list[str]:
    forget_costs(part)
    codes = []
    for row in LineItem.objects.filter(part=part).order_by("position"):
        own = LineItem.objects.filter(pk=row.pk)
        own.update_version(seen=row.version, part=lead, position=next_position(lead.lines.all()))
        codes.append(row.code)
    return codes


def _one_row(held: Held, part: Part, lead: Part, price: Decimal | None, *, by: Actor) -> list[str]:
    if not part.asked.strip():
        return []
    if price is None:
        raise Malformed(faults={"price": _("What do you sell this for? Write the price without VAT.")})
    line = read_line({"text": part.asked, "quantity": "1", "unit": "erä", "unit_price": format(price, "f")})
    return [add_row(held, lead, line, by=by).code]


def _move_steps(bid: Bid, part: Part, lead: Part) -> None:
    """The lead neither hands anything over to itself nor waits for a hand-over from itself."""
    for step in Milestone.objects.filter(bid=bid, owner=part):
        receiver = None if step.hands_over_to_id == lead.pk else step.hands_over_to
        Milestone.objects.filter(pk=step.pk).update_version(seen=step.version, owner=lead, hands_over_to=receiver)
    for step in Milestone.objects.filter(bid=bid, hands_over_to=part):
        receiver = None if step.owner_id == lead.pk else lead
        Milestone.objects.filter(pk=step.pk).update_version(seen=step.version, hands_over_to=receiver)
