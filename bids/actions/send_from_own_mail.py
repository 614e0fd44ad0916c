"""Say that a version went to the client from the lead's own mail."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Revision
from bids.permissions import may_send
from bids.sheets.send_sentences import reason_sentence
from bids.steps.sending import is_drawn, send, standing_of, why_not
from bids.steps.settling import lock_bid
from bids.vocabulary import RevisionState, SentHow
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require


class NotDrawnYet(Refusal):
    """There is no file to send yet."""

    sentence = _("The documents are still being made. Wait until you can download them.")
    code = "not-drawn"


class NoLongerHolds(Refusal):
    """Something the version stands on no longer holds, although its files may be in somebody's hands."""

    sentence = _("%(why)s Cancel this version. If you have already mailed it, tell the client that it does not hold.")
    code = "no-longer-holds"


class NotWaiting(Refusal):
    """The version was given up."""

    sentence = _("This version was given up before it went out.")
    code = "not-waiting"


@action
def send_from_own_mail(*, revision: Revision, by: Actor, now: datetime) -> Revision:
    """The version counts as sent by the lead's own mail, and the partners hear of it. Saying it twice changes nothing.

    Refused when it no longer holds: nothing is marked as sent that a firm has not said OK to.
    """
    bid = lock_bid(revision.bid, even_sending=True)
    require(may_send(by, bid))
    standing = standing_of(revision)
    revision = Revision.objects.get(pk=revision.pk)
    if standing.state == RevisionState.ABANDONED.value:
        raise NotWaiting
    if standing.state != RevisionState.FROZEN.value:
        return revision
    if not is_drawn(revision):
        raise NotDrawnYet
    reason = why_not(bid, revision, now=now)
    if reason:
        raise NoLongerHolds(params={"why": reason_sentence(reason)})
    send(bid, revision, standing, by=by, now=now, how=SentHow.OWN_MAIL)
    return revision
