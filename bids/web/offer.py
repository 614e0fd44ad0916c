"""One whole offer: what it says, what it costs for every choice, and what can be made of it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.content import NOTHING_CHOSEN, JointOffer
from bids.exports.bid_package import package_bytes
from bids.models import Bid, Document
from bids.permissions import eyes_of, may_export, may_request_document
from bids.pricing import ChoiceRefused
from bids.queries.content_of import content_of
from bids.visibility import Eyes
from bids.web.choice import as_pairs, as_query, choice_from, fault_sentences
from bids.web.downloads import download
from bids.web.order_form import OrderForm
from bids.web.presenting import presented
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.web.acting import actor_of

DOCUMENTS_SHOWN = 8


def bid_for(actor: Actor, public_id: UUID) -> Bid:
    """The offer, for whoever may see it; for anybody else there is no such thing."""
    bid = Bid.objects.visible_to(actor).filter(public_id=public_id).select_related("lead").first()
    if bid is None:
        raise NotVisible
    return bid


@login_required
@never_cache
@require_safe
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The offer for a choice; a part of the page asks for itself, and a choice that cannot be priced says why."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    content, eyes = content_of(bid), eyes_of(actor, bid)
    page = _page(request, content, eyes) | {
        "bid": bid,
        "may_export": may_export(actor, bid),
        "may_order": may_request_document(actor, bid),
    }
    if getattr(request, "htmx", False):
        return render(request, "bids/offer_live.html", page)
    page["documents"] = Document.objects.visible_to(actor).filter(bid=bid).latest_first()[:DOCUMENTS_SHOWN]
    return render(request, "bids/offer.html", page, status=422 if page["choice_faults"] else 200)


def _page(request: HttpRequest, content: JointOffer, eyes: Eyes) -> dict[str, Any]:
    choice, faults = choice_from(request.GET), []
    try:
        shown = presented(content, choice, page_language(), eyes=eyes)
    except ChoiceRefused as refused:
        choice, faults = NOTHING_CHOSEN, fault_sentences(refused)
        shown = presented(content, choice, page_language(), eyes=eyes)
    order = OrderForm(initial={"language": content.language.value, "profile": content.profile.value})
    return {
        "shown": shown,
        "choice_pairs": as_pairs(choice),
        "choice_query": as_query(choice),
        "choice_faults": faults,
        "order": order,
    }


@login_required
@never_cache
@require_safe
def export_package(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The whole offer as a package file."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    require(may_export(actor, bid))
    return download(
        package_bytes(content_of(bid)), media_type="application/json", name=f"{bid.number} {bid.title}", ending="json"
    )
