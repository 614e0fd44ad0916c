"""Take a client's link away."""

from datetime import datetime

from bids.models import ClientLink, HeldAnswer
from bids.permissions import may_change_offer
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def revoke_client_link(*, link: ClientLink, by: Actor, now: datetime) -> ClientLink:
    """The link opens nothing any more, at once. Asking twice is the same as once."""
    bid = lock_bid(link.bid, even_sending=True)
    require(may_change_offer(by, bid))
    link = ClientLink.objects.select_for_update().get(pk=link.pk)
    if link.revoked_at is None:
        link.revoked_at = now
        link.save(update_fields=["revoked_at"])
        HeldAnswer.objects.filter(link=link).delete()
        audit.record("client_link.revoked", on=bid, by=by, at=now, link=str(link.public_id))
    return link
