"""What a firm that does not go on keeps: the rows it has done, which it sells as they were agreed."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from bids.changing import reassigned, sells_less
from bids.content import JointOffer
from bids.exports.agreed import Agreed, agreed
from bids.models import Bid, Part
from bids.promises import frame_promise
from bids.vocabulary import IN_THE_OFFER
from kernel.models import AuditEvent

A_CENT: Final = Decimal("0.01")
"""So much may move from firm to firm where a discount is shared anew."""
_SAME_RULES: Final = ("invoicing", "liability", "payment_plan")


def kept_rows(bid: Bid) -> frozenset[str]:
    """The codes of every row that a firm which is gone has done; nobody strikes, moves or changes them."""
    gone = [part for part in bid.parts.all() if part.is_gone]
    held = agreed(bid) if gone else None
    return frozenset() if held is None else frozenset().union(*(_kept(part, held, bid) for part in gone))


def gone_sell_less(bid: Bid, held: Agreed, offer: JointOffer) -> Iterator[Part]:
    """The firms that are gone and would get less for what they have done than was agreed with them, or later."""
    for part in bid.parts.all():
        kept = _kept(part, held, bid) if part.is_gone else frozenset()
        if kept and (part.state not in IN_THE_OFFER or _gets_less(held.offer, offer, part.key, kept)):
            yield part


def _kept(part: Part, held: Agreed, bid: Bid) -> frozenset[str]:
    own = frozenset(line.code for each in held.offer.parts if each.key == part.key for line in each.lines)
    if part.gone_in != bid.changing:
        return own
    told = AuditEvent.objects.about(bid.public_id).filter(type="firm.gone", facts__part=str(part.public_id))
    last = told.order_by("-seq").first()
    return own & frozenset(last.facts["done"]) if last is not None else own


def _gets_less(before: JointOffer, after: JointOffer, key: str, kept: frozenset[str]) -> bool:
    struck = {line.code for part in before.parts if part.key == key for line in part.lines} - kept
    owed = reassigned(before, struck, "")
    if key not in {part.key for part in after.parts} or sells_less(owed, after, key):
        return True
    then, now = frame_promise(owed, key), frame_promise(after, key)
    return _is_paid_worse(then["rules"], now["rules"]) or _is_paid_less(then["own"], now["own"])


def _is_paid_worse(then: dict[str, Any], now: dict[str, Any]) -> bool:
    return now["payment_days"] > then["payment_days"] or any(now[name] != then[name] for name in _SAME_RULES)


def _is_paid_less(then: dict[str, Any] | None, now: dict[str, Any] | None) -> bool:
    """What cannot be reckoned stops the sending by itself."""
    if then is None or now is None:
        return False
    less = Decimal(then["net"]) - Decimal(now["net"]) > A_CENT
    return less or now["paid_by"] != then["paid_by"]
