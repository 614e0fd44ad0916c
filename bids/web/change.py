"""Change what was agreed, for the lead: begin, hand rows over, write down that a firm is gone, give it up."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids import formats
from bids.actions.begin_change import begin_change
from bids.actions.cancel_change import cancel_change
from bids.actions.reassign_lines import reassign_lines
from bids.actions.tell_firm_is_gone import tell_firm_is_gone
from bids.exports.change_chain import change_of_rows, what_was_changed
from bids.exports.kept_by_gone import kept_rows
from bids.models import Bid, Part
from bids.permissions import may_change_offer, may_send
from bids.queries.versions import with_the_client
from bids.sheets.change import leaving_words
from bids.steps.changing import day_of_first_yes, stands_in
from bids.steps.desk import Desk
from bids.typed import NotReadable, days
from bids.vocabulary import BidState, LeavingWhy, RevisionState, Role
from bids.web.offer import bid_for
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal, Stale
from members.web.acting import actor_of

STRIKE: Final = "strike"
DONE, TAKE, GO = "done", "take", "go"
LONGEST_VERSION: Final = 9
LONG_AGO: Final = timedelta(days=300)
"""A day typed without its year is the one nearest after this long ago."""
_PLACES: Final = {"reason", "until", "line", "to", "why", "on"}
"""The fields beside which a fault of theirs stands."""


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was agreed, what is being changed of it, and every deed of that."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    if not may_change_offer(actor, bid):
        raise NotVisible if actor.firm_id != bid.lead_id else NotPermitted
    if request.method != "POST":
        return _page(request, bid, actor, now=now)
    deed = _DEEDS.get(request.POST.get("deed", ""))
    if deed is None:
        return _page(request, bid, actor, now=now)
    try:
        said = again_after_conflict(lambda: deed(request, bid, actor, now))
    except Malformed as refused:
        return _page(request, bid, actor, now=now, faults=refused.faults, status=422)
    except (NotPermitted, NotVisible):
        raise
    except Refusal as refused:
        return _page(request, bid, actor, now=now, refusal=str(refused), status=refused.status)
    messages.success(request, said)
    return redirect("bids:change-agreed", public_id=bid.public_id)


def _begin(request: HttpRequest, bid: Bid, actor: Actor, now: datetime) -> str:
    until = None
    if request.POST.get("until", "").strip():
        too_late = _("That is too far ahead. Check the year.")
        said = {"past": _("Choose a day that is still to come."), "too_far": too_late}
        until = _day(request, "until", [helsinki_day(now)], said)
    begin_change(bid=bid, reason=request.POST.get("reason", ""), until=until, by=actor, now=now)
    return _("You can change the rows now. What was agreed stands until the client says yes to the change.")


def _cancel(_request: HttpRequest, bid: Bid, actor: Actor, now: datetime) -> str:
    cancel_change(bid=bid, by=actor, now=now)
    return _("The change is off. What was agreed stands.")


def _reassign(request: HttpRequest, bid: Bid, actor: Actor, now: datetime) -> str:
    codes, to = request.POST.getlist("line"), request.POST.get("to", "")
    if not codes:
        raise Malformed(faults={"line": _("Choose at least one row.")})
    if not to:
        raise Malformed(faults={"to": _("Choose who does them.")})
    moved = reassign_lines(bid=bid, codes=codes, to=None if to == STRIKE else _part(bid, to), by=actor, now=now)
    if not moved:
        return _("Those rows are that firm's already. Nothing is changed.")
    return _("Done. The firms it touches are asked for their OK.")


def _gone(request: HttpRequest, bid: Bid, actor: Actor, now: datetime) -> str:
    part = _part(bid, request.POST.get("part", ""))
    fates = {row.code: request.POST.get(f"row-{row.code}", "") for row in part.lines.all()}
    for code, fate in fates.items():
        if fate not in {DONE, TAKE, GO}:
            raise Malformed(faults={"rows": _("Say what becomes of row %(row)s.") % {"row": code}})
    why = request.POST.get("why", "")
    if why not in set(LeavingWhy):
        raise Malformed(faults={"why": _("Choose why.")})
    agreed_on, today = day_of_first_yes(bid), helsinki_day(now)
    said = {"past": _("That is before the client said yes. Check the day."), "too_far": _("That day is still to come.")}
    day = _day(request, "on", [max(agreed_on, today - LONG_AGO), agreed_on], said)
    tell_firm_is_gone(
        part=part,
        why=LeavingWhy(why),
        on=day,
        done=[code for code, fate in fates.items() if fate == DONE],
        taken_over=[code for code, fate in fates.items() if fate == TAKE],
        by=actor,
        now=now,
        seen=_seen(request),
    )
    return _("Written down. The firm is told; its OK is not asked.")


def _seen(request: HttpRequest) -> int:
    """The version of the part that stood on the form; `Stale` without one."""
    typed = request.POST.get("seen", "")
    if not typed.isascii() or not typed.isdecimal() or len(typed) > LONGEST_VERSION:
        raise Stale
    return int(typed)


_DEEDS: Final[dict[str, Callable[[HttpRequest, Bid, Actor, datetime], str]]] = {
    "begin": _begin,
    "cancel": _cancel,
    "reassign": _reassign,
    "gone": _gone,
}


def _day(request: HttpRequest, name: str, earliest: list[date], said: dict[str, str]) -> date:
    """The day typed into a field, or the first one of the week; without its year the next one after the first of these.

    What lies before the last of them is refused, in the words `said` for it.
    """
    for first in earliest:
        try:
            return days(request.POST.get(name, ""), today=first).starts_on
        except NotReadable as fault:
            wrong = fault
            if fault.code != "past":
                break
    raise Malformed(faults={name: said.get(wrong.code, _("Write a day like 24.4.2026."))})


def _leaving(part: Part, request: HttpRequest) -> dict[str, Any]:
    """The form that writes down that a firm is gone, as it was filled in where it was refused."""
    is_typed = request.POST.get("part", "") == str(part.public_id)
    typed = request.POST if is_typed else QueryDict()
    return {
        "part": part,
        "is_open": is_typed,
        "why": typed.get("why", ""),
        "on": typed.get("on", ""),
        "rows": [(row, typed.get(f"row-{row.code}", GO)) for row in part.lines.all()],
    }


def _part(bid: Bid, named: str) -> Part:
    try:
        return Part.objects.get(bid=bid, public_id=UUID(named))
    except (ValueError, Part.DoesNotExist) as wrong:
        raise NotVisible from wrong


def _page(
    request: HttpRequest,
    bid: Bid,
    actor: Actor,
    *,
    now: datetime,
    faults: Any = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    desk = Desk.of(actor, bid)
    language = page_language()
    eyes = desk.eyes
    sheet = change_of_rows(desk.bid, desk.offer, language=language, eyes=eyes)
    current = with_the_client(bid, now=now)
    parts = [part for part in desk.parts if stands_in(part)]
    page = {
        "bid": desk.bid,
        "desk": desk,
        "is_agreed": desk.is_accepted,
        "is_changing": desk.bid.changing > 0,
        "is_closed": desk.bid.state == BidState.CLOSED.value,
        "is_sending": desk.bid.state == BidState.SENDING.value,
        "is_with_client": current is not None
        and current.state == RevisionState.SENT
        and current.revision.change == desk.bid.changing > 0,
        "change": sheet or what_was_changed(desk.bid, language=language, eyes=eyes),
        "is_otherwise": sheet is not None and bool(sheet.firms or sheet.others),
        "parts": parts,
        "partners": [_leaving(part, request) for part in parts if part.role != Role.LEAD.value],
        "chosen": request.POST.getlist("line"),
        "kept": kept_rows(bid) if desk.bid.changing else frozenset(),
        "gone": [
            (part, formats.day(part.gone_on, language), leaving_words(LeavingWhy(part.gone_why)))
            for part in desk.bid.parts.all()
            if part.gone_on
        ],
        "reasons": [(why.value, leaving_words(why)) for why in LeavingWhy],
        "may_send": may_send(actor, bid),
        "faults": faults or {},
        "other_faults": [fault for name, fault in (faults or {}).items() if name not in _PLACES],
        "refusal": refusal,
        "typed": request.POST if request.method == "POST" else {},
    }
    return render(request, "bids/change_agreed.html", page, status=status)
