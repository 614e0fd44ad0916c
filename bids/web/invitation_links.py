"""The private links of requests: each leaves a cookie and leads to a clean address; a new one comes by mail."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids import formats
from bids.actions.renew_link import renew_link
from bids.models import Invitation, InvitationLink
from bids.queries.letter_people import writer_for
from bids.vocabulary import BidState, Language, LinkWay
from bids.web.asked import is_live, leave_link, past_request, stood_to_the_end
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.tally import count_one
from kernel.tokens import token_hashes
from members.web.origin import origin_of

MOST_MISSES: Final = 30
MOST_RENEWALS: Final = 10
WINDOW: Final = timedelta(minutes=10)

PLACES: Final = {
    "price": "confirm-price",
    "not-me": "not-me",
    "reminders": "stop-asking",
    "suggestions": "asked",
    "questions": "asked-questions",
    "work": "asked-work",
}
"""Where a letter may want its reader to begin."""


@never_cache
@require_http_methods(["GET", "HEAD", "OPTIONS", "POST"])
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Leave the link with the browser and lead on to the request; nothing is written, whoever follows the link.

    What is unknown, revoked or over is answered alike, by the same queries; sending its one form mails a fresh link. A
    link that opened its request until that was taken back leads to what became of it.
    """
    now = database_now()
    found = InvitationLink.objects.select_related("invitation").filter(token_hash__in=token_hashes(token)).first()
    if request.method == "POST":
        return renewed(request, found.invitation if found else None, now=now)
    if found is None or not (is_live(found, now) or _told_what_happened(found)):
        return closed(request, now=now)
    place = PLACES.get(request.GET.get("next", ""), "asked")
    response = HttpResponseRedirect(reverse(f"bids:{place}", args=[found.invitation.public_id]), status=303)
    leave_link(request, response, found, now=now)
    return _telling_nobody(response, "no-referrer")


@never_cache
@require_http_methods(["POST"])
def renew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Mail a fresh link to whoever was asked, for a browser that has lost its own."""
    return renewed(request, Invitation.objects.filter(public_id=public_id).first(), now=database_now())


def closed(request: HttpRequest, *, now: datetime, renew_at: str = "") -> HttpResponse:
    """The one page for everything that opens nothing; too many of them from one place are too many."""
    if count_one("link.missed", origin_of(request), now=now, window=WINDOW) > MOST_MISSES:
        return _telling_nobody(render(request, "bids/link_too_often.html", status=429))
    return _telling_nobody(render(request, "bids/link_closed.html", {"renew_at": renew_at}, status=404))


def closed_request(request: HttpRequest, public_id: UUID, *, now: datetime) -> HttpResponse:
    """What became of it, for whoever the request was open to until it was taken back or passed on.

    For anybody else, a page like any that opens nothing, with a way to a fresh link.
    """
    past = past_request(request, public_id)
    if past is not None:
        return _telling_nobody(render(request, "bids/request_over.html", _what_became(past), status=410))
    return closed(request, now=now, renew_at=reverse("bids:renew-link", args=[public_id]))


def _told_what_happened(link: InvitationLink) -> bool:
    return link.way == LinkWay.MAILED.value and stood_to_the_end(link, link.invitation)


def _what_became(past: Invitation) -> dict[str, Any]:
    """How a request ended, when, and whom to ask about it; who has it now is not said."""
    now_asked = Invitation.objects.standing().filter(part=past.part).first()
    if past.bid.state == BidState.CLOSED.value:
        what = "closed"
    elif now_asked is None:
        what = "taken_back"
    else:
        what = "newer" if now_asked.email and now_asked.email.casefold() == past.email.casefold() else "passed_on"
    ended = past.withdrawn_at or past.asked_at
    writer = writer_for(past.bid, past.asked_by)
    return {
        "what": what,
        "day": formats.day(helsinki_day(ended), Language(page_language())),
        "title": past.bid.title,
        "lead": writer,
        "lead_phone": formats.phone(writer.phone) if writer.phone else "",
        "lead_phone_link": formats.phone_link(writer.phone),
        "renew_at": reverse("bids:renew-link", args=[now_asked.public_id]) if now_asked and what == "newer" else "",
    }


def renewed(request: HttpRequest, invitation: Invitation | None, *, now: datetime) -> HttpResponse:
    """The one answer to whoever asks for a fresh link, whether or not there was anything to renew."""
    if count_one("link.renewed", origin_of(request), now=now, window=WINDOW) > MOST_RENEWALS:
        return _telling_nobody(render(request, "bids/link_too_often.html", status=429))
    if invitation is not None:
        renew_link(invitation=invitation, by=Actor.system("links"), now=now)
    return _telling_nobody(render(request, "bids/link_renewed.html"))


def _telling_nobody(response: HttpResponse, policy: str = "strict-origin") -> HttpResponse:
    """The address this answers holds a secret: no other request may name it.

    A page with a form says where it comes from, but not its address; with "no-referrer" the browser would send the form
    without an origin, and it would be refused.
    """
    response.headers["Referrer-Policy"] = policy
    return response
