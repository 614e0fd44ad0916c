"""Say no to an offer, as its client."""

from datetime import datetime
from uuid import UUID

from bids.models import ClientLink, Decision
from bids.steps.deciding import (
    Clicked,
    Said,
    hold_version,
    link_held,
    refuse_who_may_not,
    same_decision,
    what_confirms,
    write_decision,
)
from bids.steps.one_time_codes import Pressed
from bids.steps.reasons import typed_reason
from bids.steps.settling import lock_bid
from bids.vocabulary import CodeFor, DecisionKind, Language
from kernel.action import action
from kernel.actor import Actor


@action
def decline_offer(  # noqa: PLR0913 - as for a yes
    *,
    link: ClientLink,
    seen: str,
    nonce: UUID,
    reason: str = "",
    code: str = "",
    pressed: Pressed | None = None,
    language: Language,
    ip: str,
    user_agent: str,
    by: Actor,
    now: datetime,
) -> Decision | None:
    """The version whose hash was seen is declined; None when the code was wrong, which is counted.

    A no needs a code as a yes does, so that nobody who was passed a link on can end an offer; it needs no name.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_held(link, by=by, now=now)
    made = same_decision(nonce, kind=DecisionKind.DECLINE, seen=seen, link=link)
    if made is not None:
        return made
    held = hold_version(bid, seen=seen, at=now)
    refuse_who_may_not(held, link, now=now)
    reason = typed_reason(reason)
    told = {"nonce": nonce, "language": language.value}
    found = what_confirms(held.revision, link, CodeFor.DECLINE, code=code, pressed=pressed, told=told, now=now)
    if found is None:
        return None
    used, confirmed = found
    how = Clicked(link=link, code=used, confirmed=confirmed, language=language, ip=ip, user_agent=user_agent)
    return write_decision(held, Said(kind=DecisionKind.DECLINE, nonce=nonce, how=how, reason=reason), by=by, now=now)
