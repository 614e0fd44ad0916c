"""What a firm's word about its own work takes: the offer locked, a yes that counts, and the part as it was agreed."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bids.exports.own_work import OwnWork, own_work
from bids.models import Part
from bids.permissions import eyes_of, may_speak_of_own_work
from bids.steps.settling import lock_bid
from kernel.actor import Actor, ActorKind
from kernel.errors import NotVisible, Refusal, require


class NothingAgreed(Refusal):
    """The client has not said yes, or the firm has no part in what was agreed."""

    sentence = _("The client has not said yes to this, so there is nothing to write down yet.")
    code = "nothing-agreed"


def own_part_locked(part: Part, *, by: Actor) -> tuple[Part, OwnWork]:
    """The part as it is and its work as agreed, for its own firm alone; its offer is locked."""
    bid = lock_bid(part.bid, even_sending=True)
    row = Part.objects.select_related("firm", "bid__lead").get(pk=part.pk, bid=bid)
    require(may_speak_of_own_work(by, row))
    try:
        return row, own_work(bid, row.key, eyes=eyes_of(by, bid))
    except NotVisible:
        raise NothingAgreed from None


def said_by(part: Part, by: Actor) -> dict[str, Any]:
    """The columns that say whose word it is."""
    is_person = by.kind is ActorKind.PERSON
    return {
        "bid_id": part.bid_id,
        "part": part,
        "firm_id": part.firm_id,
        "person_id": by.id if is_person else None,
        "invitation_id": None if is_person else by.id,
    }
