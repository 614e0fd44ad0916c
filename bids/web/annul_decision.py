"""Take back, for the lead, an answer of the client that was written down wrongly."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids import formats
from bids.actions.annul_decision import annul_decision
from bids.models import Bid, Decision
from bids.permissions import may_send
from bids.sheets.decision_sentences import way_words
from bids.vocabulary import DecisionWay
from bids.web.offer import bid_for
from bids.web.record_decision import LONGEST_TYPED
from bids.web.speaking import page_language
from kernel.clock import HELSINKI, database_now
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal
from members.web.acting import actor_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def annul(request: HttpRequest, public_id: UUID, answer: UUID) -> HttpResponse:
    """Say that what was written down is not so, and why; one taken back already is taken back once."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    if not may_send(actor, bid):
        raise NotVisible if actor.firm_id != bid.lead_id else NotPermitted
    found = Decision.objects.filter(bid=bid, public_id=answer).select_related("standing", "revision", "bid")
    decision = found.first()
    if decision is None:
        raise NotVisible
    if not decision.is_recorded:
        return redirect("bids:offer", public_id=bid.public_id)
    if request.method != "POST":
        return _page(request, bid, decision)
    reason = request.POST.get("reason", "")
    try:
        again_after_conflict(lambda: annul_decision(decision=decision, reason=reason, by=actor, now=now))
    except Malformed as refused:
        return _page(request, bid, decision, reason=reason, faults=refused.faults, status=refused.status)
    except Refusal as refused:
        return _page(request, bid, decision, reason=reason, refusal=str(refused), status=refused.status)
    messages.success(request, gettext("Taken back. The client and every firm hear of it."))
    return redirect("bids:offer", public_id=bid.public_id)


def _page(
    request: HttpRequest,
    bid: Bid,
    decision: Decision,
    *,
    reason: str = "",
    faults: Mapping[str, object] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    page = {
        "bid": bid,
        "decision": decision,
        "number": decision.revision.number,
        "change": decision.revision.change,
        "day": formats.day(decision.decided_at.astimezone(HELSINKI).date(), page_language()),
        "way": way_words(DecisionWay(decision.way)),
        "reason": reason[:LONGEST_TYPED],
        "faults": faults or {},
        "refusal": refusal,
    }
    return render(request, "bids/annul_decision.html", page, status=status)
