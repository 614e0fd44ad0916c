"""A firm says OK again after a change."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Part
from bids.permissions import may_approve_for
from bids.queries.oks import PartOk, ok_of
from bids.steps.oks import give_ok, givers_of, require_seen
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import OkKind, OkMethod, PartState, Role
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, Refusal, require


class NotAnswered(Refusal):
    """The firm has not answered the request yet, or has taken its answer back."""

    sentence = _("Answer the request first: your OK is given with the answer.")
    code = "not-answered"


class LeadSaysItBySending(Refusal):
    """The lead's OK is the sending itself."""

    sentence = _("The firm that leads gives its OK by sending the offer.")
    code = "lead-says-it-by-sending"


@action
def say_ok(
    *,
    part: Part,
    seen_part_hash: str,
    seen_frame_hash: str,
    by: Actor,
    now: datetime,
    good_until: date | None = None,
) -> PartOk:
    """The firm OKs what stands now; only the half that is missing is written, and pressing twice writes nothing twice.

    Both hashes are those of what was shown; if either is no longer right, nothing is written (`OkOfSomethingElse`).
    """
    bid = lock_bid(part.bid)
    fresh = Part.objects.select_related("firm", "bid__lead").filter(pk=part.pk).first()
    if fresh is None:
        raise NotVisible
    require(may_approve_for(by, fresh))
    if fresh.role == Role.LEAD.value:
        raise LeadSaysItBySending
    if PartState(fresh.state) != PartState.IN:
        raise NotAnswered
    require_seen(fresh, seen_part_hash=seen_part_hash, seen_frame_hash=seen_frame_hash)
    settle(bid, by=by, now=now)
    fresh.refresh_from_db()
    missing = ok_of(fresh, now=now).missing_kinds
    give_ok(
        fresh,
        by=by,
        now=now,
        method=OkMethod.TAPPED,
        seen_part_hash=seen_part_hash if OkKind.PART in missing else None,
        seen_frame_hash=seen_frame_hash if OkKind.FRAME in missing else None,
        good_until=good_until,
        **givers_of(by),
    )
    settle(bid, by=by, now=now)
    return ok_of(fresh, now=now)
