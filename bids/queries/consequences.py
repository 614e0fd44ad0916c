"""What a change would mean for the firms of an offer, before it is made: who is asked again, who is told."""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bids.content import JointOffer
from bids.models import Bid
from bids.promises import frame_promise, no_worse, part_promise, visible_to
from bids.queries.group_rules import Agreed, agreed_by_group
from bids.queries.oks import PartOk, ok_board, said, strict_for_all


class Consequence(StrEnum):
    """What happens to one firm."""

    ASKED = "asked"
    KEPT = "kept"
    TOLD = "told"
    UNTOUCHED = "untouched"
    NOT_YET = "not_yet"


@dataclass(frozen=True, kw_only=True)
class ForFirm:
    """One firm and what would happen to it. `kept`: its OK goes on, for nothing gets worse, and it is told."""

    key: str
    name: str
    what: Consequence


def what_would_happen(
    bid: Bid, before: JointOffer, after: JointOffer, *, now: datetime, always_ask: bool | None = None
) -> tuple[ForFirm, ...]:
    """What the change from one content to the other would mean for every firm but the lead, as settling will find it.

    A firm that has not said OK yet reads the offer as it then is. `always_ask` None leaves the lead's wish as it is.
    """
    then = copy(bid)
    then.always_ask = bid.always_ask if always_ask is None else always_ask
    wanted = {part.key for part in after.parts}
    agreed = agreed_by_group(bid, after)
    return tuple(
        ForFirm(key=ok.part.key, name=ok.name, what=_for_firm(ok, bid, then, before, after, agreed))
        for ok in ok_board(bid, now=now)
        if not ok.is_lead and ok.part.key in wanted
    )


def asked_again(found: Iterable[ForFirm]) -> tuple[ForFirm, ...]:
    """The firms that would have to say OK again."""
    return tuple(each for each in found if each.what is Consequence.ASKED)


def _for_firm(ok: PartOk, bid: Bid, then: Bid, before: JointOffer, after: JointOffer, agreed: Agreed) -> Consequence:
    key = ok.part.key
    if not ok.is_ok:
        return Consequence.NOT_YET
    was_strict = ok.part.always_ask or strict_for_all(bid, before)
    is_strict = ok.part.always_ask or strict_for_all(then, after)
    if part_promise(before, key, pictures={}) != part_promise(after, key, pictures={}):
        return Consequence.ASKED
    new_frame = frame_promise(after, key, always_ask=is_strict)
    if frame_promise(before, key, always_ask=was_strict) != new_frame:
        given = ok.frame.given
        if is_strict or given is None:
            return Consequence.ASKED
        rules = agreed.rules_of(ok.part.firm_id, given_at=given.given_at)
        return Consequence.KEPT if no_worse(said(given.seen), new_frame, agreed=rules) else Consequence.ASKED
    return Consequence.TOLD if visible_to(before, key) != visible_to(after, key) else Consequence.UNTOUCHED
