"""Which answers that the lead wrote down can be taken back."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.lifecycle import revision_may_go_back
from bids.models import Bid, Decision, Revision, RevisionStanding
from bids.steps.changing import ChangeUnderWay
from bids.steps.settling import OfferIsClosed
from bids.vocabulary import BidState, RevisionState
from kernel.errors import Refusal
from kernel.models import AuditEvent

_ANEW: Final = ("change.begun", "change.cancelled")


class ClickedByTheClient(Refusal):
    """What the client clicked is the client's."""

    sentence = _("The client answered this themselves, so nobody here can take it back. Talk to the client.")
    code = "clicked-by-the-client"


class AnsweredAnew(Refusal):
    """The client has a newer version than the one the answer is about."""

    sentence = _("The client has got a newer version since, so this answer is over and stays as it is.")
    code = "answered-anew"


class ChangeWasCancelled(Refusal):
    """The change that the answer is about was given up since, and every firm was told."""

    sentence = _("The change was cancelled since, so this answer is over and stays as it is.")
    code = "change-was-cancelled"


def why_it_stays(decision: Decision, bid: Bid, standing: RevisionStanding) -> Refusal | None:
    """Why an answer that counts cannot be taken back now; None when it can.

    `standing` says what has become of its version.
    """
    version = decision.revision
    if not decision.is_recorded:
        return ClickedByTheClient()
    if bid.state == BidState.CLOSED.value:
        return OfferIsClosed()
    if decision.is_yes and bid.changing:
        return ChangeUnderWay()
    if not decision.is_yes and version.change and (bid.changing != version.change or begun_anew_since(version)):
        return ChangeWasCancelled()
    later = Revision.objects.filter(bid=bid, number__gt=version.number, standing__sent_at__isnull=False)
    if later.exists() or not revision_may_go_back(RevisionState(standing.state), RevisionState.SENT):
        return AnsweredAnew()
    return None


def begun_anew_since(version: Revision) -> bool:
    """Whether the change that the version proposes was given up since it was frozen, perhaps to be begun once more."""
    told = AuditEvent.objects.about(version.bid.public_id).filter(type__in=_ANEW, at__gt=version.frozen_at)
    return told.exists()
