"""Write down that a firm does not go on with what was agreed."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from bids.changing import reassigned
from bids.models import LineItem, Part
from bids.permissions import may_change_offer
from bids.queries.oks import bound_by
from bids.steps.changing import day_of_first_yes, move_or_strike, require_changing, rows_to_change
from bids.steps.editing import hold
from bids.steps.leaving import LeadStays, NotAsThingsStand, put_out, stop_asking
from bids.steps.letters import write_letter
from bids.steps.settling import settle
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import LeavingWhy, LetterKind, PartState, Role
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.clock import helsinki_day
from kernel.errors import Malformed, NotVisible, Stale, require


@action
def tell_firm_is_gone(
    *,
    part: Part,
    why: LeavingWhy,
    on: date,
    done: Sequence[str] = (),
    taken_over: Sequence[str] = (),
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> Part:
    """The firm is gone since that day: it sells the rows it has `done`, the lead takes some over, the rest is struck.

    Its OK is not asked, for it cannot give one; it can sell nothing beyond what was agreed with it. Rows taken over can
    go on from the lead to another firm of the offer. The firm is told by letter, and its page says so. Where it has
    done nothing it is in the offer no more. Only while what was agreed is being changed, and never the lead.
    """
    held = hold(part.bid)
    require(may_change_offer(by, held.bid))
    require_changing(held.bid)
    part = _who_can_go(part, seen=seen, now=now)
    if on > helsinki_day(now):
        raise Malformed(faults={"on": _("That day is still to come.")})
    if on < day_of_first_yes(held.bid):
        raise Malformed(faults={"on": _("That is before the client said yes. Check the day.")})
    own = [row.code for row in LineItem.objects.filter(part=part).order_by("position")]
    if not {*done, *taken_over} <= {*own} or {*done} & {*taken_over}:
        raise Malformed(faults={"lines": _("Say of each row either that it is done or that you take it over.")})
    struck = [code for code in own if code not in {*done, *taken_over}]
    lead = Part.objects.get(bid=held.bid, role=Role.LEAD.value)
    Part.objects.filter(pk=part.pk).update(
        gone_on=on, gone_why=why.value, gone_in=held.bid.changing, version=F("version") + 1
    )
    proposed = reassigned(reassigned(held.before, taken_over, lead.key), struck, "")
    for codes, to in ((struck, None), (list(taken_over), lead)):
        if codes:
            move_or_strike(held, rows_to_change(held, codes), to, by=by, proposed=proposed)
    part.refresh_from_db()
    if done:
        stop_asking(part, now=now)
    else:
        put_out(part, PartState.LEFT, now=now)
    audit.record(
        "firm.gone",
        on=held.bid,
        by=by,
        at=now,
        part=str(part.public_id),
        firm=audit.Personal(str(part.card["name"])),
        why=why.value,
        since=on,
        done=list(done),
        taken_over=list(taken_over),
        struck=struck,
    )
    recipient = recipient_of(part)
    if recipient is not None:
        key = f"{part.public_id}:{part.version}"
        write_letter(LetterKind.FIRM_GONE, recipient, about=part, key=key, now=now, number=held.bid.changing)
    settle(held.bid, by=by, now=now)
    return part


def _who_can_go(part: Part, *, seen: int | None, now: datetime) -> Part:
    fresh = Part.objects.select_related("firm", "bid__lead").filter(pk=part.pk).first()
    if fresh is None:
        raise NotVisible
    if fresh.role == Role.LEAD.value:
        raise LeadStays
    if seen is not None and fresh.version != seen:
        raise Stale
    if fresh.is_gone or fresh.state != PartState.IN.value or bound_by(fresh, now=now) is None:
        raise NotAsThingsStand(params={"firm": str(fresh.card["name"])})
    return fresh
