"""What was brought in under an id of the asker's own choice, so that asking twice makes one."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from bids.models import Bid
from kernel.errors import Refusal
from kernel.models import AuditEvent

IMPORTED = "bid.imported"
"""The event that says what a bid was brought in from."""
STARTED = "offer.started"
"""The event that says what a bid was begun with."""
COPIED = "offer.copied"
"""The event that says from which earlier bid, and with what, a bid was begun."""
BIRTHS = (IMPORTED, STARTED, COPIED)


class KeyUsed(Refusal):
    """The public id asked for belongs to something else, or to the same thing brought in by somebody else."""

    status = 422
    sentence = _("This key was used for something else. Send the request again with a fresh one.")
    code = "key-used"


@dataclass(frozen=True, kw_only=True)
class BroughtIn:
    """A bid that is there already, and the hash of the content it was made from."""

    bid: Bid
    content: str


def asked_before(public_id: UUID) -> BroughtIn | None:
    """The bid with this id, if any. Until the transaction ends, nobody else gets an answer about the same id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_lock_chain(%s)", [public_id])
    bid = Bid.objects.select_related("lead").filter(public_id=public_id).first()
    if bid is None:
        return None
    event = AuditEvent.objects.about(public_id).filter(type__in=BIRTHS).first()
    return BroughtIn(bid=bid, content=str(event.facts.get("content", "")) if event else "")
