"""What else stands between a change of what was agreed and its client."""

from collections.abc import Iterator
from dataclasses import replace

from bids.changing import says_the_same, sells_otherwise
from bids.content import JointOffer
from bids.exports.agreed import agreed
from bids.exports.kept_by_gone import gone_sell_less
from bids.models import Bid
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.send_checks import GONE_SELLS_LESS, GONE_SELLS_MORE, NOTHING_CHANGES, Check, SendChecks
from bids.vocabulary import IN_THE_OFFER


def with_change_checks(checks: SendChecks, bid: Bid, offer: JointOffer | None = None) -> SendChecks:
    """The checks with the stops of a change, while what was agreed is being changed; `offer` is what the rows say."""
    if not bid.changing:
        return checks
    whole = whole_bids().get(pk=bid.pk)
    stops = (*checks.stops, *_stops(whole, offer or offer_of(whole, with_files=False)))
    return replace(checks, stops=stops)


def _stops(whole: Bid, offer: JointOffer) -> Iterator[Check]:
    held = agreed(whole)
    if held is None:
        return
    if says_the_same(held.offer, offer):
        yield Check(code=NOTHING_CHANGES)
    for part in whole.parts.all():
        if part.is_gone and part.state in IN_THE_OFFER and sells_otherwise(held.offer, offer, part.key):
            yield Check(code=GONE_SELLS_MORE, params={"firm": str(part.card["name"])}, firm=part.key)
    for part in gone_sell_less(whole, held, offer):
        yield Check(code=GONE_SELLS_LESS, params={"firm": str(part.card["name"])}, firm=part.key)
