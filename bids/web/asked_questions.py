"""What the client asks about an asked firm's share, at the address of its request: read and answered there."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids.permissions import eyes_of
from bids.queries.letter_people import writer_for
from bids.queries.questions import UNANSWERED, questions_for
from bids.vocabulary import IN_THE_OFFER
from bids.web.answering import answered
from bids.web.asked import Visit, visit_of
from bids.web.invitation_links import closed_request
from bids.web.question_rows import Typed, pressed, question_rows
from bids.web.speaking import page_language
from kernel.clock import database_now


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked_questions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The questions to this firm, each with a field for a draft, and those to others once they were answered."""
    now = database_now()
    visit = visit_of(request, public_id, now=now)
    if visit is None:
        return closed_request(request, public_id, now=now)
    if visit.needs_code:
        return redirect("bids:asked-code", public_id)
    if visit.invitation.part.state not in IN_THE_OFFER:
        return redirect("bids:asked", public_id)
    return _page(request, visit) if request.method != "POST" else answered(request, visit, _drafted, now=now)


def _drafted(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    bid = visit.invitation.bid
    refused = pressed(request, questions_for(bid, eyes_of(visit.actor, bid)), by=visit.actor, now=now)
    if refused is not None:
        return _page(request, visit, typed=refused)
    lead = writer_for(bid, visit.invitation.asked_by).name
    messages.success(request, _("Saved. %(lead)s looks it through and passes it on to the client.") % {"lead": lead})
    return redirect("bids:asked-questions", visit.invitation.public_id)


def _page(request: HttpRequest, visit: Visit, *, typed: Typed | None = None) -> HttpResponse:
    invitation = visit.invitation
    known = questions_for(invitation.bid, eyes_of(visit.actor, invitation.bid))
    rows = list(question_rows(known, by=visit.actor, language=page_language(), typed=typed))
    page = {
        "invitation": invitation,
        "title": invitation.bid.title,
        "lead": writer_for(invitation.bid, invitation.asked_by),
        "waiting": [one for one in rows if one.state in UNANSWERED],
        "over": [one for one in rows if one.state not in UNANSWERED],
    }
    return render(request, "bids/asked_questions.html", page, status=typed.status if typed else 200)
