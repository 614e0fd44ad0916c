"""A copied link shows one thing: the form for a mailed code; by a mailed one it proves who writes something down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids.actions.bind_link import bind_link
from bids.actions.mail_link_code import mail_link_code
from bids.web.answering import answered, is_known_person
from bids.web.asked import Visit, open_place, place_of, remember, visit_of
from bids.web.invitation_links import closed_request
from kernel.clock import database_now
from kernel.errors import Malformed, TooOften
from kernel.text import clean_line

CODE_DIGITS = 6
WORK = "work"
"""What `?next=` says when the code leads to what is written down after the client's yes."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_code(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask for a code, and give it; nothing of the request is shown before it was right."""
    now = database_now()
    visit = visit_of(request, public_id, now=now)
    if visit is None:
        return closed_request(request, public_id, now=now)
    if not visit.needs_code and not _proves(request, visit):
        return redirect(_next(request), public_id)
    if request.method != "POST":
        return _page(request, visit)
    return answered(request, visit, _given if request.POST.get("act") == "give" else _asked, now=now)


def _next(request: HttpRequest) -> str:
    """The name of the page the code leads to."""
    return "bids:asked-work" if request.GET.get("next") == WORK else "bids:asked"


def _proves(request: HttpRequest, visit: Visit) -> bool:
    """Whether whoever has followed a mailed link is about to show that it is them."""
    return request.GET.get("next") == WORK and visit.link is not None and not is_known_person(request, visit)


def _asked(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    assert visit.link is not None  # noqa: S101 - a code is needed for a link only
    email = clean_line(request.POST.get("email", ""))
    try:
        mail_link_code(link=visit.link, email=email, by=visit.actor, now=now)
    except Malformed as refusal:
        return _page(request, visit, status=422, email=email, email_fault=str(refusal.faults["email"]))
    except TooOften as refusal:
        return _page(request, visit, status=429, problem=str(refusal))
    remember(request, visit.invitation.public_id, email=email, mailed=True)
    return redirect(_here(request, visit))


def _given(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    assert visit.link is not None  # noqa: S101 - a code is needed for a link only
    typed = "".join(request.POST.get("code", "").split())
    if len(typed) != CODE_DIGITS or not (typed.isascii() and typed.isdecimal()):
        return _page(request, visit, status=422, code_fault=_("Write the six digits of the code."))
    email = str(place_of(request, visit.invitation.public_id).get("email", ""))
    if not bind_link(link=visit.link, code=typed, email=email, by=visit.actor, now=now):
        wrong = _("That is not the code, or it is too old. Check the latest letter, or have a new one mailed.")
        return _page(request, visit, status=422, code_fault=wrong)
    request.session.cycle_key()
    open_place(request, visit, code=True)
    return redirect(_next(request), visit.invitation.public_id)


def _here(request: HttpRequest, visit: Visit) -> str:
    """The page's own address, with where it leads on to."""
    address = reverse("bids:asked-code", args=[visit.invitation.public_id])
    return f"{address}?next={WORK}" if request.GET.get("next") == WORK else address


def _page(request: HttpRequest, visit: Visit, *, status: int = 200, **more: Any) -> HttpResponse:
    place = place_of(request, visit.invitation.public_id)
    page = {
        "here": _here(request, visit),
        "is_own_link": not visit.needs_code,
        "needs_address": not visit.invitation.email,
        "is_mailed": bool(place.get("mailed")),
        "email": str(place.get("email", "")),
    }
    return render(request, "bids/link_code.html", page | more, status=status)
