"""What the client answered, as the offer's page tells it, and what the lead does about it there."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bids import formats
from bids.actions.tell_reason import tell_reason
from bids.exports.answers import ENDINGS, SeenAnswer, SeenCounterOffer, answers_seen, counter_offers_seen, file_of
from bids.exports.deciding import how_confirmed
from bids.models import Bid, CounterOffer, Decision
from bids.permissions import eyes_of, leads, may_send
from bids.queries.papers import certificate_ordered, is_drawn
from bids.sheets.decision_sentences import way_words
from bids.steps.annulling import why_it_stays
from bids.visibility import Eyes
from bids.vocabulary import BidState, ConfirmedBy, DecisionWay, Language, RevisionState
from bids.web.downloads import download
from bids.web.offer import bid_for
from bids.web.speaking import page_language
from kernel import files
from kernel.actor import Actor
from kernel.clock import HELSINKI, database_now
from kernel.conflicts import again_after_conflict
from kernel.errors import NotVisible
from members.web.acting import actor_of

_NONE: Final = (None, None)
_DECIDED: Final = {RevisionState.ACCEPTED.value, RevisionState.DECLINED.value}


@dataclass(frozen=True, kw_only=True)
class AnswerRow:
    """One yes or no in words. `is_over` when it counts no longer or is about a version that was replaced."""

    id: UUID
    number: int
    change: int
    is_yes: bool
    is_recorded: bool
    is_annulled: bool
    is_over: bool
    how: str
    day: str
    chosen: tuple[str, ...]
    total: str
    own: str
    reason: str
    is_reason_told: bool
    is_objected: bool
    objection: str
    annulled_because: str
    has_file: bool
    has_certificate: bool


@dataclass(frozen=True, kw_only=True)
class CounterRow:
    """One counter-offer in words."""

    id: UUID
    number: int
    how: str
    words: str
    chosen: tuple[str, ...]
    is_late: bool
    waits: bool
    has_file: bool


def answered_panel(bid: Bid, actor: Actor, *, eyes: Eyes) -> dict[str, Any] | None:
    """What `client_answered.html` tells; None while the client has answered nothing that its reader may know of."""
    language = Language(page_language())
    seen = answers_seen(bid, eyes)
    rows = [_row(one, language) for one in seen]
    counter_offers = [_counter(one, language) for one in counter_offers_seen(bid, eyes)]
    if not rows and not counter_offers:
        return None
    current, decision = next(
        ((row, one.decision) for row, one in zip(rows, seen, strict=True) if not row.is_over), _NONE
    )
    may_see_to = may_send(actor, bid) and bid.state != BidState.CLOSED.value
    can_take_back = decision is not None and why_it_stays(decision, bid, decision.revision.standing) is None
    return {
        "bid": bid,
        "current": current,
        "earlier": [row for row in rows if row is not current],
        "waiting": [row for row in counter_offers if row.waits],
        "may_see_to": may_see_to,
        "can_take_back": may_see_to and can_take_back,
        "is_lead": leads(actor, bid),
        "reads_all": eyes.sees_lead_notes,
        "lead": bid.lead.name,
    }


def what_is_new(bid: Bid, actor: Actor) -> dict[str, Any] | None:
    """The same for a firm that reads only its request, where it is told more there than that it was a yes or a no."""
    panel = answered_panel(bid, actor, eyes=eyes_of(actor, bid))
    if panel is None:
        return None
    current: AnswerRow | None = panel["current"]
    tells = current is not None and (current.is_objected or current.reason)
    return panel if tells or any(row.is_annulled for row in panel["earlier"]) else None


@login_required
@require_POST
def tell_why(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Let the partners read why the client said no."""
    actor, now = actor_of(request), database_now()
    bid, decision = _led(actor, public_id, request.POST.get("decision", ""))
    again_after_conflict(lambda: tell_reason(decision=decision, by=actor, now=now))
    messages.success(request, _("The firms read on their pages why."))
    return redirect("bids:offer", public_id=bid.public_id)


@login_required
@never_cache
@require_safe
def answer_file(request: HttpRequest, public_id: UUID, answer: UUID) -> HttpResponse:
    """What an answer was written down from, to be stored and never to be shown here.

    Its prices are read in it by whoever opens it, so it is for those of the lead's who see what is the lead's own.
    """
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    if not eyes_of(actor, bid).sees_lead_notes:
        raise NotVisible
    asset = file_of(bid, answer)
    if asset is None:
        raise NotVisible
    name = f"{bid.number} {answer.hex[:8]}"
    return download(files.read(asset.sha256), media_type=asset.media_type, name=name, ending=ENDINGS[asset.media_type])


def _led(actor: Actor, public_id: UUID, named: str) -> tuple[Bid, Decision]:
    bid = bid_for(actor, public_id)
    try:
        found = Decision.objects.filter(bid=bid, public_id=UUID(named)).select_related("bid").first()
    except ValueError:
        found = None
    if found is None or not leads(actor, bid) or not eyes_of(actor, bid).sees_lead_notes:
        raise NotVisible
    return bid, found


def _row(one: SeenAnswer, language: Language) -> AnswerRow:
    decision = one.decision
    return AnswerRow(
        id=decision.public_id,
        number=one.number,
        change=decision.revision.change,
        is_yes=decision.is_yes,
        is_recorded=decision.is_recorded,
        is_annulled=one.is_annulled,
        is_over=one.is_annulled or decision.revision.standing.state not in _DECIDED,
        how=_how(one, language),
        day=_day(decision, language),
        chosen=one.chosen,
        total=_sums(one.net, one.gross, language),
        own=_sums(one.own_net, one.own_gross, language),
        reason=one.reason,
        is_reason_told=decision.standing.reason_told_at is not None,
        is_objected=one.objected_at is not None,
        objection=one.objection,
        annulled_because=decision.standing.reason,
        has_file=decision.file_id is not None,
        has_certificate=decision.is_yes and is_drawn(certificate_ordered(decision)),
    )


def _counter(one: SeenCounterOffer, language: Language) -> CounterRow:
    made = one.made
    facts = {"who": one.who, "day": _day(made, language), "way": way_words(DecisionWay(made.way)) if made.way else ""}
    how = _("Written down: it came %(way)s on %(day)s.") if made.way else _("%(who)s, on %(day)s.")
    return CounterRow(
        id=made.public_id,
        number=one.number,
        how=how % facts,
        words=made.words,
        chosen=one.chosen,
        is_late=made.is_late,
        waits=one.waits,
        has_file=made.file_id is not None,
    )


def _how(one: SeenAnswer, language: Language) -> str:
    decision = one.decision
    there = decision.decided_at.astimezone(HELSINKI)
    facts = {
        "day": _day(decision, language),
        "time": formats.clock(there.time(), language),
        "name": one.name or one.email,
        "email": one.email,
        "who": one.recorded_by,
        "way": way_words(DecisionWay(decision.way)) if decision.way else "",
    }
    named = bool(one.recorded_by or one.email)
    if how_confirmed(decision) is ConfirmedBy.BUTTON:
        return _BY_BUTTON[named]() % facts
    return _HOW[decision.is_recorded, named]() % facts


_HOW: Final[dict[tuple[bool, bool], Callable[[], str]]] = {
    (False, True): lambda: _("%(name)s clicked it on %(day)s at %(time)s, with a code mailed to %(email)s."),
    (False, False): lambda: _("The client clicked it on %(day)s at %(time)s, with a mailed code."),
    (True, True): lambda: _("%(who)s wrote it down: it came %(way)s on %(day)s. Nobody clicked it."),
    (True, False): lambda: _("The lead wrote it down: it came %(way)s on %(day)s. Nobody clicked it."),
}
"""How an answer came, by whether it was recorded, and whether the reader may know by whom."""
_BY_BUTTON: Final[dict[bool, Callable[[], str]]] = {
    True: lambda: _("%(name)s clicked it on %(day)s at %(time)s, with a button mailed to %(email)s."),
    False: lambda: _("The client clicked it on %(day)s at %(time)s, with a mailed button."),
}
"""The same of one that was confirmed by the button of a letter."""


def _day(one: Decision | CounterOffer, language: Language) -> str:
    at = one.decided_at if isinstance(one, Decision) else one.arrived_at
    return formats.day(at.astimezone(HELSINKI).date(), language)


def _sums(net: Decimal | None, gross: Decimal | None, language: Language) -> str:
    if net is None:
        return ""
    facts = {"net": formats.money(net, language), "gross": formats.money(gross, language) if gross is not None else ""}
    if gross is None or gross == net:
        return _("%(net)s excl. VAT") % facts
    return _("%(net)s excl. VAT, %(gross)s incl. VAT") % facts
