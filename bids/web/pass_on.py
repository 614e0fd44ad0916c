"""A request is passed on: to a colleague, or to whatever address the asked person names."""

from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from bids.actions.forward_request import forward_request
from bids.permissions import may_forward_request
from bids.queries.letter_people import writer_for
from bids.steps.answers import NO_LONGER
from bids.vocabulary import Answer
from bids.web.answering import answered
from bids.web.asked import Visit
from bids.web.asked_pages import asked_page
from kernel.errors import Malformed, NotPermitted, Refusal

LONGEST: Final = 300
"""So much of what was typed comes back; an address or a name is never so long."""


@asked_page
def pass_on(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """Two fields, of which one is enough. Whoever gets the request answers it; they become a member of nothing."""
    if visit.invitation.part.state in NO_LONGER:
        return redirect("bids:asked", visit.invitation.public_id)
    if not may_forward_request(visit.actor, visit.invitation):
        raise NotPermitted
    if request.method != "POST":
        return _page(request, visit)
    return answered(request, visit, _passed_on, now=now)


def _passed_on(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in ("email", "name")}
    try:
        passed = forward_request(invitation=visit.invitation, **typed, by=visit.actor, now=now)
    except Malformed as refusal:
        return _page(request, visit, status=422, typed=typed, faults=refusal.faults)
    except Refusal as refusal:
        return _page(request, visit, status=refusal.status, typed=typed, problem=str(refusal))
    return _page(request, visit, passed=passed)


def _page(request: HttpRequest, visit: Visit, *, status: int = 200, **more: Any) -> HttpResponse:
    invitation = visit.invitation
    page = {
        "invitation": invitation,
        "title": invitation.bid.title,
        "lead": writer_for(invitation.bid, invitation.asked_by),
        "is_answered": invitation.answer == Answer.IN.value,
    }
    return render(request, "bids/pass_on.html", page | more, status=status)
