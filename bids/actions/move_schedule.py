"""Move everything an offer says will happen by some days."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, LineItem, Milestone
from bids.permissions import may_change_offer
from bids.queries.content_of import content_of
from bids.steps.editing import finish, hold, keep_rules
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, Stale, require

MOST_DAYS = 730


@action
def move_schedule(*, bid: Bid, days: int, by: Actor, now: datetime, seen: int | None = None) -> Bid:
    """Delivery, milestones and the rows' own periods lie `days` later, or earlier.

    Partners whose dates moved are asked. How long the offer is valid stays. Asking twice moves twice,
    unless the version of the offer's own facts that was `seen` is named: then the second is `Stale`.
    """
    held = hold(bid)
    bid = held.bid
    require(may_change_offer(by, bid))
    if seen is not None and seen != bid.version:
        raise Stale
    if not days or abs(days) > MOST_DAYS:
        raise Malformed(faults={"days": _("Say by how many days, at most two years.")})
    try:
        _move(bid, timedelta(days=days))
    except OverflowError as beyond:
        raise Malformed(faults={"days": _("There is no such day in the calendar.")}) from beyond
    keep_rules(held, content_of(bid), by=by)
    audit.record("schedule.moved", on=bid, by=by, at=now, days=days)
    finish(held, by=by, now=now)
    return bid


def _move(bid: Bid, by_days: timedelta) -> None:
    """Every day the offer names lies so much later, but not until when it is valid."""
    bid.delivery_from, bid.delivery_to = _moved(bid.delivery_from, by_days), _moved(bid.delivery_to, by_days)
    Bid.objects.filter(pk=bid.pk).update(
        delivery_from=bid.delivery_from, delivery_to=bid.delivery_to, version=bid.version + 1
    )
    for milestone in Milestone.objects.select_for_update().filter(bid=bid).order_by("pk"):
        Milestone.objects.filter(pk=milestone.pk).update(
            starts_on=milestone.starts_on + by_days, ends_on=milestone.ends_on + by_days, version=milestone.version + 1
        )
    for line in LineItem.objects.select_for_update().filter(bid=bid, delivered_from__isnull=False).order_by("pk"):
        LineItem.objects.filter(pk=line.pk).update(
            delivered_from=_moved(line.delivered_from, by_days),
            delivered_to=_moved(line.delivered_to, by_days),
            version=line.version + 1,
        )


def _moved(day: date | None, by_days: timedelta) -> date | None:
    return day + by_days if day is not None else None
