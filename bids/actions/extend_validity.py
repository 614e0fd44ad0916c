"""Give the client more time."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from bids.exports.bid_package.kinds import LAST_DAY
from bids.exports.change_checks import with_change_checks
from bids.exports.frozen_version import read_version
from bids.models import Bid, Revision
from bids.permissions import may_send
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.send_checks import send_checks
from bids.steps.freezing import freeze_version
from bids.steps.sending import expire, last_sent, posting_of, same_but_validity
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import DocumentKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.clock import end_of_day_in_helsinki
from kernel.errors import Malformed, Stale, require


@action
def extend_validity(*, bid: Bid, until: date, by: Actor, now: datetime, seen: int | None = None) -> Revision | None:
    """The offer is valid through a later day; a new version saying just that goes to whom the last one went.

    Being bound for longer is worse for every firm, so the partners are asked. The version goes out at once where
    nothing stops it; it does not, and None is returned, while an OK is missing or the offer has been changed since the
    client got it: then the lead sends it like any other version. `seen` is the
    version of the offer's own facts that was read, where the asker names one (`Stale`).
    """
    bid = lock_bid(bid)
    require(may_send(by, bid))
    if seen is not None and seen != bid.version:
        raise Stale
    if until > LAST_DAY:
        raise Malformed(faults={"until": _("That is too far ahead. Check the year.")})
    if until <= bid.valid_until or now >= end_of_day_in_helsinki(until):
        raise Malformed(faults={"until": _("Choose a day that is later than the one that stands now.")})
    last = last_sent(bid)
    sent = read_version(bytes(last.payload)) if last is not None else None
    is_as_sent = sent is not None and same_but_validity(sent.offer, offer_of(whole_bids().get(pk=bid.pk)))
    expire(bid, by=by, now=now)
    before, bid.valid_until = bid.valid_until, until
    Bid.objects.filter(pk=bid.pk).update(valid_until=until, version=bid.version + 1)
    settle(bid, by=by, now=now)
    audit.record("validity.extended", on=bid, by=by, at=now, before=before, until=until)
    if (
        last is None
        or sent is None
        or not is_as_sent
        or not with_change_checks(send_checks(bid, now=now, how=sent.posting.how), bid).may_go
    ):
        return None
    languages = [file.order.language for file in sent.files if file.kind == DocumentKind.OFFER_PDF]
    return freeze_version(bid, posting=posting_of(last), languages=languages, by=by, now=now)
