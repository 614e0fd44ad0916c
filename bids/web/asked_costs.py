"""What an asked firm's own rows cost it, at the address of its request: for whoever is known to be that person."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids.vocabulary import IN_THE_OFFER
from bids.web.answering import answered, is_known_person
from bids.web.asked import Visit, visit_of
from bids.web.costs import costs_for
from bids.web.invitation_links import closed_request
from kernel.clock import database_now


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked_costs(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The panel of the firm's own part. One who has only followed a link is led to the request and learns no cost."""
    now = database_now()
    visit = visit_of(request, public_id, now=now)
    if visit is None:
        return closed_request(request, public_id, now=now)
    if visit.needs_code:
        return redirect("bids:asked-code", public_id)
    if not is_known_person(request, visit) or visit.invitation.part.state not in IN_THE_OFFER:
        return redirect("bids:asked", public_id)
    return _panel(request, visit) if request.method != "POST" else answered(request, visit, _written, now=now)


def _written(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:  # noqa: ARG001 - as every answer
    return _panel(request, visit)


def _panel(request: HttpRequest, visit: Visit) -> HttpResponse:
    back = reverse("bids:asked", args=[visit.invitation.public_id])
    return costs_for(request, visit.actor, visit.invitation.bid, address=request.path, back=back)
