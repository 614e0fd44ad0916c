"""Say, as the client, that a decision the lead wrote down is not so."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import ClientLink, Decision, DecisionStanding
from bids.steps.deciding import link_held, tell_lead, tell_partners, what_confirms
from bids.steps.held_answers import let_go
from bids.steps.objecting import LONGEST_OBJECTION, hold_recorded
from bids.steps.one_time_codes import Pressed
from bids.steps.papers import draw_anew
from bids.steps.settling import lock_bid
from bids.vocabulary import CodeFor, LetterKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed
from kernel.text import clean_text


@action
def object_to_decision(
    *,
    link: ClientLink,
    seen: str,
    words: str,
    code: str = "",
    pressed: Pressed | None = None,
    by: Actor,
    now: datetime,
) -> Decision | None:
    """The recorded decision about the version seen is marked as objected to; None when the code was wrong.

    It annuls nothing by itself: lead and partners are told, and talk to the client. Objecting twice is as once.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_held(link, by=by, now=now)
    decision = hold_recorded(bid, link, seen=seen, now=now)
    standing = DecisionStanding.objects.select_for_update().get(decision=decision)
    if standing.objected_at is not None:
        return decision
    said = clean_text(words).strip()
    if len(said) > LONGEST_OBJECTION:
        raise Malformed(faults={"words": _("At most 2,000 characters.")})
    found = what_confirms(decision.revision, link, CodeFor.OBJECT, code=code, pressed=pressed, told={}, now=now)
    if found is None:
        return None
    let_go(decision.revision)
    standing.objected_at, standing.objected_by, standing.objection = now, link, said
    standing.changed_at = max(now, standing.changed_at)
    standing.save()
    key = str(decision.public_id)
    audit.record(
        "decision.objected", on=bid, by=by, at=now, version=decision.revision.number, decision=key, kind=decision.kind
    )
    draw_anew(decision, "objected", now=now)
    tell_lead(bid, decision.revision, LetterKind.DECISION_OBJECTED, key=key, now=now, decision=key)
    tell_partners(decision, LetterKind.DECISION_OBJECTED, now=now)
    return decision
