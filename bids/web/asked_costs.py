"""What an asked firm's own rows cost it, at the address of its request: for whoever is known to be that person."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from bids.vocabulary import IN_THE_OFFER
from bids.web.answering import answered, is_known_person
from bids.web.asked import Visit
from bids.web.asked_pages import asked_page
from bids.web.costs import costs_for


@asked_page
def asked_costs(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """The panel of the firm's own part. One who has only followed a link is led to the request and learns no cost."""
    if not is_known_person(request, visit) or visit.invitation.part.state not in IN_THE_OFFER:
        return redirect("bids:asked", visit.invitation.public_id)
    return _panel(request, visit) if request.method != "POST" else answered(request, visit, _written, now=now)


def _written(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:  # noqa: ARG001 - as every answer
    return _panel(request, visit)


def _panel(request: HttpRequest, visit: Visit) -> HttpResponse:
    back = reverse("bids:asked", args=[visit.invitation.public_id])
    return costs_for(request, visit.actor, visit.invitation.bid, address=request.path, back=back)
