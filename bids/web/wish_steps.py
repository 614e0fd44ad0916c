"""What the lead can do about a client's wish with one press, and what becomes of the press."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _

from bids.actions.make_suggestion import make_suggestion
from bids.actions.move_schedule import move_schedule
from bids.actions.remove_line import remove_line
from bids.models import Bid, ChangeRequest, LineItem, Suggestion
from bids.permissions import may_change_offer, may_suggest_to, may_write_part
from bids.queries.stages import is_settled
from bids.vocabulary import BidState, SuggestionState, WishKind
from kernel.actor import Actor
from kernel.errors import NotVisible

LEAVE_OUT: Final = "leave_out"
SUGGEST: Final = "suggest"
MOVE: Final = "move"
A_WEEK: Final = 7


@dataclass(frozen=True, kw_only=True)
class Step:
    """What fits a wish. `do` is pressed; without one `address` leads to where it is written.

    `seen` is the version of what it changes.
    """

    label: str
    do: str = ""
    address: str = ""
    seen: int = 0


def step_for(wish: ChangeRequest, *, by: Actor) -> Step | None:
    """The one thing that fits the wish as the offer is now; None where the reader may change nothing of it."""
    bid = wish.bid
    if not may_change_offer(by, bid) or bid.state != BidState.DRAFTING.value:
        return None
    if is_settled(bid):
        address = reverse("bids:change-agreed", args=[bid.public_id])
        return Step(label=_("Begin a change of what was agreed"), address=address)
    match WishKind(wish.kind):
        case WishKind.WITHOUT_LINE:
            return _without(_line(wish), by)
        case WishKind.LATER:
            days = (wish.weeks or 0) * A_WEEK
            label = _("Move the schedule by %(days)s days and make a new version") % {"days": days}
            return Step(do=MOVE, label=label, seen=bid.version)
        case WishKind.PRICE_WISH:
            return _price(wish, by)
        case WishKind.OTHER:
            return Step(label=_("Change the offer"), address=reverse("bids:offer", args=[bid.public_id]))


def take_step(wish: ChangeRequest, do: str, *, seen: int, by: Actor, now: datetime) -> None:
    """Do what the step says. NotVisible for another one than fits."""
    step = step_for(wish, by=by)
    if step is None or not step.do or step.do != do:
        raise NotVisible
    if do == MOVE:
        move_schedule(bid=wish.bid, days=(wish.weeks or 0) * A_WEEK, by=by, now=now, seen=seen)
        return
    line = _line(wish)
    if line is None:
        raise NotVisible
    if do == LEAVE_OUT:
        remove_line(line=line, seen=seen, by=by, now=now)
    else:
        why = _("The client would like to have it without this.")
        make_suggestion(part=line.part, line=line, changes={"removed": True}, why=why, by=by, now=now)


def _without(line: LineItem | None, by: Actor) -> Step | None:
    if line is None:
        return None
    if may_write_part(by, line.part):
        return Step(do=LEAVE_OUT, label=_("Leave this out and make a new version"), seen=line.version)
    if may_suggest_to(by, line.part):
        firm = {"firm": str(line.part.card["name"])}
        suggested = Suggestion.objects.filter(part=line.part, target=line.public_id, state=SuggestionState.OPEN.value)
        if suggested.filter(changes__removed=True).exists():
            address = reverse("bids:offer", args=[line.bid.public_id])
            return Step(label=_("%(firm)s has been asked to leave this out") % firm, address=address)
        return Step(do=SUGGEST, label=_("Suggest to %(firm)s to leave this out") % firm, seen=line.version)
    return None


def _price(wish: ChangeRequest, by: Actor) -> Step:
    bid: Bid = wish.bid
    if not wish.line:
        address = reverse("bids:edit-offer", args=[bid.public_id, "discount"])
        return Step(label=_("Give a discount"), address=address)
    line = _line(wish)
    if line is None:
        return Step(label=_("Change the offer"), address=reverse("bids:offer", args=[bid.public_id]))
    address = reverse("bids:edit", args=[bid.public_id, "line", line.code])
    if may_write_part(by, line.part):
        return Step(label=_("Change the price of the row"), address=address)
    firm = {"firm": str(line.part.card["name"])}
    return Step(label=_("Suggest another price to %(firm)s") % firm, address=address)


def _line(wish: ChangeRequest) -> LineItem | None:
    found = LineItem.objects.filter(bid=wish.bid_id, code=wish.line) if wish.line else LineItem.objects.none()
    return found.select_related("part__firm", "part__bid__lead", "bid").first()
