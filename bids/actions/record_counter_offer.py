"""Write down a client's yes that came too late or with changes."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, CounterOffer
from bids.permissions import may_send
from bids.steps.counter_offers import same_counter_offer, typed_words, version_answered
from bids.steps.recording import RecordedFile, written_down
from bids.steps.settling import lock_bid
from bids.vocabulary import DecisionWay
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, require


@action
def record_counter_offer(  # noqa: PLR0913 - what was said, how it came, when, and what it is seen from
    *,
    bid: Bid,
    seen: str,
    nonce: UUID,
    way: DecisionWay,
    arrived_at: datetime,
    words: str = "",
    file: RecordedFile | None = None,
    by: Actor,
    now: datetime,
) -> CounterOffer:
    """The client's new offer is kept as the lead tells it; nothing is decided by it, and no file is asked for."""
    bid = lock_bid(bid, even_sending=True)
    require(may_send(by, bid))
    made = same_counter_offer(bid, nonce)
    if made is not None:
        return made
    revision, standing = version_answered(bid, seen=seen)
    if arrived_at > now:
        raise Malformed(faults={"arrived_at": _("That moment is still to come.")})
    if standing.sent_at is not None and arrived_at < standing.sent_at:
        raise Malformed(faults={"arrived_at": _("That is before the offer was sent.")})
    is_late = arrived_at >= standing.expires_at
    how = written_down(bid, way=way, arrived_at=arrived_at, file=file, by=by, now=now)
    made = CounterOffer.objects.create(
        bid=bid,
        revision=revision,
        revision_hash=bytes(revision.content_hash),
        nonce=nonce,
        arrived_at=arrived_at,
        written_at=now,
        is_late=is_late,
        words=typed_words(words, is_late=is_late),
        recorded_by_id=how.person,
        recorded_for_id=how.firm,
        way=way.value,
        file=how.file,
    )
    audit.record("counter_offer.recorded", on=bid, by=by, at=now, version=revision.number, late=is_late, way=way.value)
    return made
