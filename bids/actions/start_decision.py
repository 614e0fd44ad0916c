"""Have a code mailed that a yes, a no or an objection needs."""

from datetime import datetime
from uuid import UUID

from bids.models import ClientLink
from bids.steps.deciding import (
    hold_version,
    link_held,
    mail_decision_code,
    refuse_who_may_not,
    require_binding,
)
from bids.steps.objecting import hold_recorded
from bids.steps.settling import lock_bid
from bids.vocabulary import CodeFor, Language
from kernel import audit
from kernel.action import action
from kernel.actor import Actor


@action
def start_decision(
    *,
    link: ClientLink,
    act: CodeFor,
    seen: str,
    nonce: UUID,
    language: Language,
    again: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """A code for this deed about the version seen is on its way to the address the link was mailed to.

    The same form asks for one code, however often it is sent; `again` asks for another. Nothing is decided yet, and
    whatever would keep the decision from being made is said now.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_held(link, by=by, now=now)
    if act is CodeFor.OBJECT:
        revision = hold_recorded(bid, link, seen=seen, now=now).revision
    else:
        held = hold_version(bid, seen=seen, at=now)
        refuse_who_may_not(held, link, now=now)
        if act is CodeFor.ACCEPT:
            require_binding(held)
        revision = held.revision
    if mail_decision_code(revision, link, act, language=language, nonce=nonce, again=again, now=now):
        audit.record("decision.code_asked", on=bid, by=by, at=now, version=revision.number, act=act.value)
