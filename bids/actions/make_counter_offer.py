"""Say, as the client, yes to what is no longer valid, or yes with changes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from bids.exports.deciding import can_decide
from bids.exports.frozen_version import read_version
from bids.models import ClientLink, CounterOffer
from bids.steps.choosing import chosen_from
from bids.steps.counter_offers import same_counter_offer, tell_of_counter_offer, typed_words, version_answered
from bids.steps.deciding import MayNotDecide, link_held
from bids.steps.settling import lock_bid
from kernel import audit
from kernel.action import action
from kernel.actor import Actor


@action
def make_counter_offer(
    *,
    link: ClientLink,
    seen: str,
    nonce: UUID,
    words: str = "",
    lines: Sequence[str] = (),
    package: str | None = None,
    by: Actor,
    now: datetime,
) -> CounterOffer:
    """The client's new offer is kept and the lead is told; nothing is decided by it.

    The same form sent again makes it once.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_held(link, by=by, now=now)
    made = same_counter_offer(bid, nonce)
    if made is not None and made.link_id == link.pk:
        return made
    revision, standing = version_answered(bid, seen=seen)
    offer = read_version(bytes(revision.payload)).offer
    if not can_decide(link, offer, now=now):
        raise MayNotDecide
    is_late = now >= standing.expires_at
    made = CounterOffer.objects.create(
        bid=bid,
        revision=revision,
        revision_hash=bytes(revision.content_hash),
        nonce=nonce,
        arrived_at=now,
        written_at=now,
        is_late=is_late,
        words=typed_words(words, is_late=is_late),
        chosen=chosen_from(offer, lines, package).as_json,
        link=link,
    )
    audit.record("counter_offer.made", on=bid, by=by, at=now, version=revision.number, late=is_late)
    tell_of_counter_offer(made, now=now)
    return made
