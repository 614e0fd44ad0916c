"""Have a document drawn."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.frozen_offer import DocumentOrder, freeze, hash_of
from bids.models import Bid, Document, FrozenSheet
from bids.permissions import is_system, may_request_document
from bids.queries.content_of import content_of
from bids.vocabulary import DocumentKind
from kernel import audit, outbox
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, TooOften, require
from members.models import Firm

MOST_UNDER_WAY = 60
"""So many documents of one firm may wait to be drawn; nobody keeps the others from theirs."""


class TooManyUnderWay(TooOften):
    """The firm has as many documents under way as it may."""

    sentence = _("So many documents are being made already. Wait until the first ones are done.")
    code = "too-many-under-way"


@action
def request_document(
    *, source: Bid | JointOffer, kind: DocumentKind, order: DocumentOrder, by: Actor, now: datetime
) -> Document:
    """Freeze what the document says and promise its drawing; the worker does it after the commit.

    Asking again while the same document is still being drawn returns that one, however many are under way. An offer
    straight from a package, which only the console may ask for, makes a document that belongs to no bid.
    """
    if kind is DocumentKind.CHANGE_PDF:
        raise Malformed(faults={"kind": _("The page about a change is drawn when the change is sent.")})
    bid = Bid.objects.select_for_update().get(pk=source.pk) if isinstance(source, Bid) else None
    require(is_system(by) if bid is None else may_request_document(by, bid))
    offer = source if isinstance(source, JointOffer) else content_of(source)
    sheet = _frozen(offer, order, bid=bid, now=now)
    same = {"sheet": sheet, "kind": kind.value}
    standing = Document.objects.under_way().filter(**same).latest_first().first()
    if standing is not None:
        return standing
    if bid is not None and not is_system(by):
        _refuse_too_many(bid.lead)
    document = Document.objects.create(
        bid=bid,
        **same,
        language=order.language.value,
        theme=order.theme.value,
        profile=order.profile.value,
        chosen={"lines": sorted(order.choice.lines), "package": order.choice.package},
        requested_by_id=None if is_system(by) else by.id,
        requested_at=now,
    )
    if bid is not None:
        audit.record("document.requested", on=bid, by=by, at=now, document=str(document.public_id), kind=kind.value)
    outbox.post(
        "document.requested",
        due=now,
        key=outbox.effect_key("document.requested", document),
        document=str(document.public_id),
    )
    return document


def _refuse_too_many(lead: Firm) -> None:
    """The firm's row is locked, but not its key, which others name: many requests at once are counted one by one."""
    Firm.objects.select_for_update(no_key=True).get(pk=lead.pk)
    if Document.objects.under_way().filter(bid__lead=lead).count() >= MOST_UNDER_WAY:
        raise TooManyUnderWay


def _frozen(offer: JointOffer, order: DocumentOrder, *, bid: Bid | None, now: datetime) -> FrozenSheet:
    payload = freeze(offer, order)
    values = {"payload": payload, "line_count": len(offer.lines), "created_at": now}
    if bid is None:
        return FrozenSheet.objects.create(bid=None, sha256=hash_of(payload), **values)
    sheet, _is_new = FrozenSheet.objects.get_or_create(bid=bid, sha256=hash_of(payload), defaults=values)
    return sheet
