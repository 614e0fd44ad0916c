"""Have a code mailed that a yes, a no or an objection needs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bids.models import ClientLink
from bids.steps.choosing import chosen_in
from bids.steps.deciding import (
    hold_version,
    link_held,
    mail_decision_code,
    refuse_who_may_not,
    require_binding,
    typed_name,
)
from bids.steps.held_answers import hold_answer
from bids.steps.objecting import hold_recorded
from bids.steps.settling import lock_bid
from bids.vocabulary import CodeFor, Language
from kernel import audit
from kernel.action import action
from kernel.actor import Actor

_NOTHING: Final[dict[str, Any]] = {"lines": (), "package": None, "name": ""}


@action
def start_decision(  # noqa: PLR0913 - which answer to what, and what the first page told
    *,
    link: ClientLink,
    act: CodeFor,
    seen: str,
    nonce: UUID,
    language: Language,
    lines: Sequence[str] = (),
    package: str | None = None,
    name: str = "",
    again: bool = False,
    by: Actor,
    now: datetime,
) -> None:
    """A code for this deed about the version seen is on its way to the address the link was mailed to.

    The same form asks for one code, however often it is sent; `again` asks for another. What the form told is held for
    the button beside the code: choice and name for a yes. Nothing is decided yet, and whatever would keep the decision
    from being made is said now.
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
            name = typed_name(name)
            chosen_in(held, lines, package)
        revision = held.revision
    told = {"lines": lines, "package": package, "name": name} if act is CodeFor.ACCEPT else _NOTHING
    hold_answer(revision, link, act, nonce=nonce, **told, language=language, now=now)
    if mail_decision_code(revision, link, act, language=language, nonce=nonce, again=again, now=now):
        audit.record("decision.code_asked", on=bid, by=by, at=now, version=revision.number, act=act.value)
