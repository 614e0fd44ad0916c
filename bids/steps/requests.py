"""Find a request under the lock of its offer, for the actions that change one."""

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, Invitation
from bids.steps.settling import lock_bid
from kernel.errors import Refusal, Stale


class TakenBack(Refusal):
    """The request stands no more."""

    sentence = _("This request was taken back. Ask the firm again, if you want it in the offer.")
    code = "taken-back"


class AnsweredAlready(Refusal):
    """The firm has said that it is in."""

    sentence = _("They have answered already. Look at their answer first.")
    code = "answered-already"


def locked_request(invitation: Invitation, *, seen: int | None = None) -> tuple[Bid, Invitation]:
    """The offer, locked, and the request as it is now.

    Refused while the offer is being sent, once the request was taken back (`TakenBack`), and with Stale when it is no
    longer the version that was read.
    """
    bid = lock_bid(invitation.bid)
    now = Invitation.objects.select_related("part", "asked_by").get(pk=invitation.pk)
    now.bid = now.part.bid = bid
    if now.withdrawn_at is not None:
        raise TakenBack
    if seen is not None and now.version != seen:
        raise Stale
    return bid, now
