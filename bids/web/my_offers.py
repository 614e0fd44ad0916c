"""The offers of the firm one acts for, and finding one of them."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.models import Bid
from bids.queries.finding import found
from bids.web.find_form import FindForm
from bids.web.offer_cards import cards_of, colours_of
from bids.web.speaking import page_language
from kernel.clock import database_now
from members.permissions import may_change_firm
from members.web.acting import actor_of, membership_of

ON_A_PAGE = 24


@login_required
@never_cache
@require_safe
def my_offers(request: HttpRequest) -> HttpResponse:
    """Offers the firm leads or takes part in, the latest first, in a number of queries that does not grow with them."""
    membership = membership_of(request)
    if membership is None:
        return render(request, "bids/first_steps.html", {})
    actor, now = actor_of(request), database_now()
    mine = Bid.objects.visible_to(actor)
    form = FindForm(request.GET, among=mine, firm_id=membership.firm_id)
    keys = found(mine, form.wish, firm_id=membership.firm_id, now=now).latest_first().values_list("pk", flat=True)
    page = Paginator(keys, ON_A_PAGE).get_page(request.GET.get("page"))
    cards = cards_of(
        list(page.object_list),
        actor=actor,
        sees_sums=may_change_firm(actor, membership.firm),
        language=page_language(),
        now=now,
    )
    return render(
        request,
        "bids/my_offers.html",
        {
            "cards": cards,
            "page": page,
            "form": form,
            "is_found": bool(form.query),
            "query": form.query,
            "words_alone": form.words_alone,
            "colours": colours_of(cards),
        },
    )
