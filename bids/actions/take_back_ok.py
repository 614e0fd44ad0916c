"""A firm takes its OK back."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, Part
from bids.permissions import may_approve_for
from bids.steps.answering import tell_lead
from bids.steps.oks import refuse_if_sent_with, revoke_oks
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import PartState, Role
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import NotVisible, Refusal, require


class NothingToTakeBack(Refusal):
    """The firm has given no OK, or has taken it back already."""

    sentence = _("There is no OK of yours to take back.")
    code = "nothing-to-take-back"


@action
def take_back_ok(*, part: Part, by: Actor, now: datetime) -> Part:
    """The firm has promised nothing any more: every OK it gave is taken back, and the lead hears of it.

    Possible until the offer has been sent, also while it is being sent, which then comes to nothing. The firm is asked
    as before, but not reminded; what it wrote stays.
    """
    bid = lock_bid(part.bid, even_sending=True)
    fresh = Part.objects.select_related("firm", "bid__lead").filter(pk=part.pk).first()
    if fresh is None or fresh.role == Role.LEAD.value:
        raise NotVisible
    require(may_approve_for(by, fresh))
    refuse_if_sent_with(fresh, now=now)
    if not revoke_oks(fresh, by=by, now=now):
        raise NothingToTakeBack
    if PartState(fresh.state) == PartState.IN:
        Part.objects.filter(pk=fresh.pk).update_version(seen=fresh.version, state=PartState.ASKED.value)
    invitation = Invitation.objects.standing().filter(part=fresh).first()
    if invitation is not None:
        stopped = invitation.reminders_stopped_at or now
        Invitation.objects.filter(pk=invitation.pk).update(answer="", answered_at=None, reminders_stopped_at=stopped)
        invitation.refresh_from_db()
    settle(bid, by=by, now=now)
    fresh.refresh_from_db()
    tell_lead(fresh, invitation, now=now, taken_back=1)
    return fresh
