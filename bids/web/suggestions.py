"""Taking a suggestion, declining it, or taking it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bids.actions.decline_suggestion import decline_suggestion
from bids.actions.take_suggestion import take_suggestion
from bids.actions.withdraw_suggestion import withdraw_suggestion
from bids.models import Suggestion
from bids.web.offer import bid_for
from kernel.clock import database_now
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal
from members.web.acting import actor_of


@login_required
@never_cache
@require_POST
def answer_suggestion(request: HttpRequest, public_id: UUID, suggestion: UUID) -> HttpResponse:
    """The suggestion is taken, declined or taken back, as the button pressed says; a refusal is told on the offer."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    found = Suggestion.objects.select_related("bid", "part").filter(bid=bid, public_id=suggestion).first()
    if found is None:
        raise NotVisible
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 10 else 0  # noqa: PLR2004 - what a version can be
    do = request.POST.get("do", "")
    verbs = {"take": take_suggestion, "decline": decline_suggestion, "withdraw": withdraw_suggestion}
    if do not in verbs:
        raise NotVisible
    try:
        again_after_conflict(lambda: verbs[do](suggestion=found, seen=version, by=actor, now=now))
    except (NotPermitted, NotVisible):
        raise
    except Malformed as refused:
        messages.error(request, " ".join([str(refused), *map(str, refused.faults.values())]))
    except Refusal as refused:
        messages.error(request, str(refused))
    else:
        said = {
            "take": gettext("Taken: it is yours now."),
            "decline": gettext("Declined."),
            "withdraw": gettext("Taken back."),
        }
        messages.success(request, said[do])
    return redirect("bids:offer", public_id=public_id)
