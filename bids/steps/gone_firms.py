"""Firms that a change says are gone, once the client has said yes to it."""

from datetime import date

from django.db.models import F

from bids.exports.frozen_version import FrozenVersion
from bids.models import Bid, Part, Revision
from bids.vocabulary import PartState
from kernel.models import AuditEvent


def gone_as_frozen(revision: Revision, version: FrozenVersion) -> None:
    """Who is gone in a change is gone, also where the change was given up before a yes to it was written down.

    Its offer is locked, and the yes does not count yet. Since when and why is what was written down then.
    """
    change = version.change
    if change is None:
        return
    back = {str(one.public_id): one for one in Part.objects.filter(bid=revision.bid_id, key__in=change.gone)}
    back = {name: one for name, one in back.items() if not one.is_gone}
    if not back:
        return
    # The database lets a firm be gone only in the change that is under way; the yes ends it.
    Bid.objects.filter(pk=revision.bid_id).update(changing=change.number)
    sellers = {part.key for part in version.offer.parts}
    told = AuditEvent.objects.about(version.bid).filter(type="firm.gone", facts__part__in=list(back))
    for event in told.filter(at__lte=revision.frozen_at).order_by("seq"):
        part = back[event.facts["part"]]
        Part.objects.filter(pk=part.pk).update(
            gone_on=date.fromisoformat(event.facts["since"]),
            gone_why=event.facts["why"],
            gone_in=change.number,
            state=(PartState.IN if part.key in sellers else PartState.LEFT).value,
            version=F("version") + 1,
        )
