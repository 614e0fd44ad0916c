"""Two short pages that letters lead to: “this was not me”, and “no more reminders”."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from bids.actions.deny_answer import deny_answer
from bids.actions.stop_reminders import stop_reminders
from bids.web.answering import answered
from bids.web.asked import Visit, Way
from bids.web.asked_pages import asked_page
from kernel.errors import Refusal

WHAT_HAPPENED = frozenset({"not_me", "wrong"})


@asked_page
def not_me(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """Say that an answer was not one's own. A program that presses buttons chooses nothing first, and is not heard."""
    if request.method != "POST":
        return _page(request, visit)
    return answered(request, visit, _denied, now=now)


def _denied(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    if request.POST.get("what") not in WHAT_HAPPENED:
        return _page(request, visit, status=422, fault=_("Choose what happened."))
    held = visit.invitation if visit.way is Way.FIRM else None
    was_theirs = request.POST["what"] == "wrong"
    try:
        deny_answer(part=visit.invitation.part, by=visit.actor, now=now, held=held, was_theirs=was_theirs)
    except Refusal as refusal:
        return _page(request, visit, status=refusal.status, fault=str(refusal))
    return _page(request, visit, is_done=True)


@asked_page
def stop_asking(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """Have no more reminders of this request."""
    if request.method != "POST":
        return render(request, "bids/stop_asking.html", _named(visit))
    return answered(request, visit, _stopped, now=now)


def _stopped(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    stop_reminders(invitation=visit.invitation, by=visit.actor, now=now)
    return render(request, "bids/stop_asking.html", _named(visit) | {"is_done": True})


def _page(request: HttpRequest, visit: Visit, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "bids/not_me.html", _named(visit) | more, status=status)


def _named(visit: Visit) -> dict[str, Any]:
    return {"invitation": visit.invitation, "title": visit.invitation.bid.title}
