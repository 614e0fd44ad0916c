"""What every step of a change of what was agreed shares."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.agreed import Agreed, agreed, agreed_at_first
from bids.exports.bid_package.kinds import LAST_DAY
from bids.models import Bid, LineItem, Part, RevisionStanding
from bids.queries.costs import forget_costs_of
from bids.steps.editing import Held, StandsForAnother, keep_rules
from bids.steps.line_rows import next_position, take_away
from bids.steps.proposed_lines import one_default_each
from bids.steps.rows_back import put_rows_back
from bids.steps.settling import bind_to_what_was_agreed
from bids.vocabulary import PartState, RevisionState
from kernel.actor import Actor
from kernel.clock import helsinki_day
from kernel.errors import Malformed, NotVisible, Refusal

VALID_FOR: Final = timedelta(days=14)


class NothingAgreed(Refusal):
    """The client has said yes to nothing yet."""

    sentence = _("The client has not said yes yet, so nothing is agreed that could be changed. Just change the offer.")
    code = "nothing-agreed"


class NothingIsChanged(Refusal):
    """No change of what was agreed is under way."""

    sentence = _("Nothing of what was agreed is being changed now. Begin a change first.")
    code = "nothing-is-changed"


class ChangeUnderWay(Refusal):
    """A change of what was agreed is being written or waits for the client."""

    sentence = _("A change of what was agreed is under way. Send it, or cancel it first.")
    code = "change-under-way"


class ChangeIsWithTheClient(Refusal):
    """The client can still say yes to the change."""

    sentence = _("The client can still say yes to this change. Withdraw it first, then cancel it.")
    code = "change-with-the-client"


def require_changing(bid: Bid) -> None:
    """`NothingIsChanged` unless what was agreed is being changed."""
    if not bid.changing:
        raise NothingIsChanged


def what_holds(bid: Bid) -> Agreed:
    """What is agreed now; `NothingAgreed` before the first yes."""
    held = agreed(bid)
    if held is None:
        raise NothingAgreed
    return held


def day_of_first_yes(bid: Bid) -> date:
    """The day on which the client first said yes; `NothingAgreed` before."""
    first = agreed_at_first(bid)
    if first is None:
        raise NothingAgreed
    return helsinki_day(first.decision.decided_at)


def next_change(bid: Bid) -> int:
    """The number of the change that would be the next one."""
    return RevisionStanding.objects.filter(bid=bid, state=RevisionState.ACCEPTED.value).count()


def last_day(until: date | None, *, now: datetime) -> date:
    """The last day on which the client can say yes to the change: two weeks ahead unless another is named."""
    today = helsinki_day(now)
    if until is None:
        return today + VALID_FOR
    if until < today:
        raise Malformed(faults={"until": _("Choose a day that is still to come.")})
    if until > LAST_DAY:
        raise Malformed(faults={"until": _("That is too far ahead. Check the year.")})
    return until


def back_to_what_was_agreed(bid: Bid, held: Agreed, *, valid_until: date, now: datetime) -> None:
    """The rows of a locked offer that is being changed say what is agreed, and every firm's OK is that to it."""
    put_rows_back(bid, held.offer, valid_until=valid_until)
    bind_to_what_was_agreed(bid, now=now)


def rows_to_change(held: Held, codes: list[str]) -> list[LineItem]:
    """The rows of these codes, in the order of the document; `NotVisible` when one is not there."""
    rows = LineItem.objects.filter(bid=held.bid, code__in=codes).select_related("part")
    found = list(rows.order_by("part__position", "position"))
    if not codes or len(found) != len(set(codes)):
        raise NotVisible
    return found


def move_or_strike(held: Held, rows: list[LineItem], to: Part | None, *, by: Actor, proposed: JointOffer) -> None:
    """The rows, none of them there yet, stand in another firm's part or nowhere any more; what they cost is forgotten.

    Moved rows keep their codes. `proposed` is the offer as it is to be.
    """
    for part in proposed.parts:
        proposed = one_default_each(proposed, part.key)
    if to is None:
        _refuse_what_another_stands_for(rows)
    keep_rules(held, proposed, by=by)
    forget_costs_of(rows)
    if to is None:
        take_away(rows, bid=held.bid)
        chosen = {line.code for line in proposed.lines if line.default}
        LineItem.objects.filter(bid=held.bid, code__in=chosen, default=False).update(
            default=True, version=F("version") + 1
        )
        return
    for row in rows:
        LineItem.objects.filter(pk=row.pk).update(
            part=to, position=next_position(to.lines.all()), version=F("version") + 1
        )


def _refuse_what_another_stands_for(rows: list[LineItem]) -> None:
    others = LineItem.objects.filter(replaces__in=rows).exclude(pk__in=[row.pk for row in rows])
    if other := others.order_by("position").first():
        raise StandsForAnother(params={"other": other.code})


def stands_in(part: Part | None) -> bool:
    """Whether the firm can be given a row: it is in, and it is not gone."""
    return part is not None and part.state == PartState.IN.value and not part.is_gone
