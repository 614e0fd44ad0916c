"""How every page of an asked firm begins: who is looking, and where those go who may not read it yet, or no more."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Protocol
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids.web.asked import Visit, visit_of
from bids.web.invitation_links import closed_request
from kernel.clock import database_now


class AskedPage(Protocol):
    """A page for a visit that may read it."""

    def __call__(self, request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
        """Answer what is asked of the page."""


def asked_page(page: AskedPage) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """The page at the address of a request: for others there is none, and a copied link is proven by a code first."""

    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(page)
    def opened(request: HttpRequest, public_id: UUID) -> HttpResponse:
        now = database_now()
        visit = visit_of(request, public_id, now=now)
        if visit is None:
            return closed_request(request, public_id, now=now)
        if visit.needs_code:
            return redirect("bids:asked-code", public_id)
        return page(request, visit, now=now)

    return opened
