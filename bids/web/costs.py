"""What one's own rows cost one's own firm, and what they leave: a panel that no other firm ever gets."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids.actions.set_line_cost import set_line_cost
from bids.models import Bid, LineItem, Part
from bids.permissions import eyes_of, may_write_costs
from bids.queries.content_of import content_of
from bids.queries.costs import own_costs
from bids.sheets.own_costs import OwnCosts, own_costs_sheet
from bids.vocabulary import Language
from bids.web.edit_fields import TypedNumber, number_as_typed
from bids.web.offer import bid_for
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import NotVisible, Stale
from members.web.acting import actor_of

MOST_OF_A_NOTE = 5000


class CostForm(forms.Form):
    """What one row costs. `seen` is the version that was read."""

    cost = TypedNumber(required=False, label=_("Cost"))
    note = forms.CharField(required=False, max_length=MOST_OF_A_NOTE, label=_("Note"))
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def costs(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The panel with every row of the firm's own part; what is posted is the cost of one of them."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    return costs_for(request, actor, bid, address=request.path, back=reverse("bids:offer", args=[bid.public_id]))


def costs_for(request: HttpRequest, actor: Actor, bid: Bid, *, address: str, back: str) -> HttpResponse:
    """The panel of whoever acts, at this address: a member of the firm, or the holder of its invitation."""
    part = Part.objects.select_related("firm").filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if part is None or not eyes_of(actor, bid).sees_costs_of(part.key):
        raise NotVisible
    if request.method != "POST":
        return _shown(request, actor, part, (address, back))
    line = LineItem.objects.filter(part=part, code=request.POST.get("line", "")).first()
    if line is None:
        raise NotVisible
    form = CostForm(request.POST)
    if not form.is_valid():
        return _shown(request, actor, part, (address, back), typed=form, line=line.code, status=422)
    given = form.cleaned_data
    try:
        set_line_cost(
            line=line, cost=given["cost"], note=given["note"], seen=given["seen"], by=actor, now=database_now()
        )
    except Stale as stale:
        form.add_error(None, str(stale))
        # htmx takes in only a 422 among refusals.
        status = 422 if getattr(request, "htmx", False) else 412
        return _shown(request, actor, part, (address, back), typed=form, line=line.code, status=status)
    if getattr(request, "htmx", False):
        return _shown(request, actor, part, (address, back))
    return redirect(f"{address}#cost-{line.code}")


def _shown(
    request: HttpRequest,
    actor: Actor,
    part: Part,
    addresses: tuple[str, str],
    *,
    typed: CostForm | None = None,
    line: str = "",
    status: int = 200,
) -> HttpResponse:
    sheet = _sheet(actor, part)
    may_write = may_write_costs(actor, part)
    page = {
        "costs": sheet,
        "fields": [_field(row.code, sheet, typed if row.code == line else None) for row in sheet.rows],
        "may_write": may_write,
        "bid": part.bid,
        "address": addresses[0],
        "back": addresses[1],
    }
    name = "bids/own_costs_panel.html" if getattr(request, "htmx", False) else "bids/own_costs.html"
    return render(request, name, page, status=status)


def _sheet(actor: Actor, part: Part) -> OwnCosts:
    stored = own_costs(part, firm_id=actor.firm_id or 0)
    return own_costs_sheet(content_of(part.bid), stored, eyes=eyes_of(actor, part.bid), language=page_language())


def _field(code: str, sheet: OwnCosts, typed: CostForm | None) -> dict[str, Any]:
    """A row with what stands in its fields: what was just typed, else what is stored."""
    row = next(row for row in sheet.rows if row.code == code)
    if typed is None:
        amount = number_as_typed(row.amount, Language(page_language()), decimals=2)
        return {"row": row, "cost": amount, "note": row.note, "faults": ()}
    faults = [fault for faults in typed.errors.values() for fault in faults]
    return {"row": row, "cost": typed["cost"].value(), "note": typed["note"].value(), "faults": faults}
