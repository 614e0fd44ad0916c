"""Take back an answer of the client that was written down wrongly."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.exports.frozen_version import read_version
from bids.models import Bid, Decision, DecisionStanding
from bids.permissions import may_send
from bids.steps.annulling import why_it_stays
from bids.steps.deciding import tell_contacts, tell_partners
from bids.steps.papers import draw_anew
from bids.steps.reasons import typed_reason
from bids.steps.sending import standing_of
from bids.steps.settling import lock_bid
from bids.vocabulary import DecisionState, LetterKind, RevisionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require
from members.models import Person


@action
def annul_decision(*, decision: Decision, reason: str, by: Actor, now: datetime) -> Decision:
    """What the lead wrote down counts no longer; the version is with the client again, or expired if its day is over.

    Was it a yes to a change of what was agreed, then what was agreed before it holds, and the change is under way.

    Only what was recorded can be taken back, by whoever may send the offer, with the reason, as long as the offer is
    open, the client has no newer version, no change of what was agreed by it is under way, and no change it is a no to
    was given up. Partners and those who may say yes hear of it. Twice is as once.
    """
    bid = lock_bid(decision.bid, even_sending=True)
    require(may_send(by, bid))
    standing = DecisionStanding.objects.select_for_update().get(decision=decision)
    if standing.state == DecisionState.ANNULLED.value:
        return decision
    version = standing_of(decision.revision)
    stays = why_it_stays(decision, bid, version)
    if stays is not None:
        raise stays
    said = typed_reason(reason)
    if not said:
        raise Malformed(faults={"reason": _("Say what was wrong: the client and every firm read it.")})
    standing.state, standing.reason = DecisionState.ANNULLED.value, said
    standing.annulled_by = Person.objects.get(pk=by.id or 0)
    standing.changed_at = max(now, standing.changed_at)
    standing.save()
    version.changed_at = max(now, version.changed_at)
    back = RevisionState.SENT if version.changed_at < version.expires_at else RevisionState.EXPIRED
    version.state = back.value
    version.save()
    audit.record(
        "decision.annulled",
        on=bid,
        by=by,
        at=now,
        version=decision.revision.number,
        decision=str(decision.public_id),
        kind=decision.kind,
        state=back.value,
    )
    version_read = read_version(bytes(decision.revision.payload))
    if decision.is_yes and version_read.change is not None:
        # As if it had not been written down: the change is under way again, with the client or for the lead to give up.
        again = {"changing": decision.revision.change, "change_reason": version_read.change.reason}
        Bid.objects.filter(pk=bid.pk).update(**again)
    offer = version_read.offer
    draw_anew(decision, "annulled", now=now)
    tell_contacts(decision, LetterKind.DECISION_ANNULLED, offer, now=now)
    tell_partners(decision, LetterKind.DECISION_ANNULLED, now=now)
    decision.standing = standing
    return decision
