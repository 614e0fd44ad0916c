"""A decision that the lead wrote down, held so that the client can say that it is not so."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.exports.deciding import can_decide, decision_about
from bids.exports.frozen_version import read_version
from bids.models import Bid, ClientLink, Decision
from bids.steps.deciding import MayNotDecide, revision_seen
from kernel.errors import Refusal

LONGEST_OBJECTION: Final = 2000


class NothingToObjectTo(Refusal):
    """Nobody but the client has decided about this version."""

    sentence = _("There is no recorded answer to this offer that you could object to.")
    code = "nothing-to-object-to"


def hold_recorded(bid: Bid, link: ClientLink, *, seen: str, now: datetime) -> Decision:
    """The recorded decision about the version whose hash (hex) was seen; the offer is locked.

    Only those whom that version lets decide may object.
    """
    revision = revision_seen(bid, seen)
    decision = decision_about(revision) if revision is not None else None
    if revision is None or decision is None or not decision.is_recorded:
        raise NothingToObjectTo
    if not can_decide(link, read_version(bytes(revision.payload)).offer, now=now):
        raise MayNotDecide
    return decision
