"""A firm's own copy of its part: a page to read, print or keep as a PDF, and the same as a file of data."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids import formats
from bids.content import CLIENT
from bids.exports.own_part import OwnPart, own_part, own_part_bytes
from bids.models import Bid, Part
from bids.permissions import eyes_of
from bids.queries.content_of import content_of
from bids.sheets.offer import offer_sheet
from bids.vocabulary import Language, OkKind, PartState
from bids.web.asked import visit_of
from bids.web.downloads import download
from bids.web.invitation_links import closed_request
from bids.web.offer import bid_for
from bids.web.papers import ways_to_proof
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.errors import NotVisible
from members.web.acting import actor_of

AS_DATA = "data"
"""What `?as=` says when the file is wanted."""


@login_required
@never_cache
@require_safe
def own_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The copy for the people of a firm that takes part."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    return copy_for(request, actor, bid, back=reverse("bids:offer", args=[bid.public_id]))


@never_cache
@require_safe
def asked_copy(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The copy for whoever holds the firm's request; there is none before the firm is in, nor once it is out."""
    visit = visit_of(request, public_id, now=database_now())
    if visit is None:
        return closed_request(request, public_id, now=database_now())
    if visit.needs_code:
        return redirect("bids:asked-code", public_id)
    if visit.invitation.part.state != PartState.IN.value:
        return redirect("bids:asked", public_id)
    back = reverse("bids:asked", args=[public_id])
    return copy_for(request, visit.actor, visit.invitation.bid, back=back, invitation=public_id)


def copy_for(
    request: HttpRequest, actor: Actor, bid: Bid, *, back: str, invitation: UUID | None = None
) -> HttpResponse:
    """The own part of whoever acts, as far as they may see: the page, or with `?as=data` the file."""
    part = Part.objects.select_related("firm", "bid__lead").filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if part is None:
        raise NotVisible
    language = Language(page_language())
    own = own_part(bid, part, eyes=eyes_of(actor, bid), language=language, now=database_now())
    if request.GET.get("as") == AS_DATA:
        name = f"{bid.number} {bid.title} {part.key}"
        return download(own_part_bytes(own), media_type="application/json", name=name, ending="json")
    name, about = ("bids:asked-proof", invitation) if invitation else ("bids:proof", bid.public_id)
    proof = ways_to_proof(bid, part, own.seen.eyes, name=name, public_id=about)
    page = _page(own, bid, language) | {"back": back, "address": request.path, "proof": proof}
    return render(request, "bids/own_part.html", page)


def _page(own: OwnPart, bid: Bid, language: Language) -> dict[str, Any]:
    sheet = offer_sheet(content_of(bid), eyes=own.seen.eyes, language=language)
    firm = next(each for each in sheet.firms if each.key == own.key)
    others = {each.key: each.name for each in sheet.firms} | {CLIENT: sheet.client.name}
    return {
        "bid": bid,
        "sheet": sheet,
        "firm": firm,
        "is_lead": firm.is_lead,
        "choices": [each for each in sheet.choices if each.firm == own.key],
        "steps": [
            (each, others.get(each.hands_over_to, "") if each.owner == own.key else "", others.get(each.owner, ""))
            for each in sheet.steps
            if own.key in {each.owner, each.hands_over_to}
        ],
        "shows_total": own.seen.sums.total is not None,
        "rules": own.rules,
        "oks": [
            (OkKind(tick.kind).value, formats.day(helsinki_day(tick.approval.given_at), language), tick.counts)
            for tick in own.ok.ticks
            if tick.approval is not None
        ],
    }
