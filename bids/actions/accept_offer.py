"""Say yes to an offer, as its client."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.exports.deciding import consent_of
from bids.models import ClientLink, Decision
from bids.steps.choosing import chosen_in
from bids.steps.deciding import (
    Clicked,
    Said,
    hold_version,
    link_held,
    refuse_who_may_not,
    require_binding,
    same_decision,
    typed_name,
    what_confirms,
    write_decision,
)
from bids.steps.one_time_codes import Pressed
from bids.steps.settling import lock_bid
from bids.vocabulary import CodeFor, DecisionKind, Language
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed


@action
def accept_offer(  # noqa: PLR0913 - what is accepted, by whom, from where, and what proves it
    *,
    link: ClientLink,
    seen: str,
    nonce: UUID,
    lines: Sequence[str],
    package: str | None,
    name: str,
    agreed: bool,
    code: str = "",
    pressed: Pressed | None = None,
    language: Language,
    ip: str,
    user_agent: str,
    by: Actor,
    now: datetime,
) -> Decision | None:
    """The version whose hash was seen is accepted with this choice; None when the code was wrong, which is counted.

    In place of the code a button may have been `pressed`, for exactly what is held of its form (the nonce).

    The same form sent again gets the decision it made; whoever else comes later is told what happened. What the choice
    costs is reckoned from what was frozen, never taken from whoever asks.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_held(link, by=by, now=now)
    made = same_decision(nonce, kind=DecisionKind.ACCEPT, seen=seen, link=link)
    if made is not None:
        return made
    held = hold_version(bid, seen=seen, at=now)
    refuse_who_may_not(held, link, now=now)
    require_binding(held)
    name = typed_name(name)
    if not agreed:
        raise Malformed(faults={"agreed": _("Tick that you accept the offer and its terms.")})
    chosen = chosen_in(held, lines, package)
    told = {
        "nonce": nonce,
        "chosen": {"lines": sorted(lines), "package": package},
        "name": name,
        "language": language.value,
    }
    found = what_confirms(held.revision, link, CodeFor.ACCEPT, code=code, pressed=pressed, told=told, now=now)
    if found is None:
        return None
    used, confirmed = found
    how = Clicked(
        link=link,
        code=used,
        confirmed=confirmed,
        language=language,
        ip=ip,
        user_agent=user_agent,
        name=name,
        consent=consent_of(held.revision, language),
    )
    return write_decision(held, Said(kind=DecisionKind.ACCEPT, nonce=nonce, how=how, chosen=chosen), by=by, now=now)
