"""One offer for whoever may see it: what it says and costs for a choice, and the whole of it as a file."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids.choosing import in_fewest_words
from bids.content import NOTHING_CHOSEN, Choice, JointOffer
from bids.exports.bid_package import package_bytes
from bids.models import Bid
from bids.permissions import may_export
from bids.pricing import ChoiceRefused
from bids.queries.content_of import content_of
from bids.visibility import Eyes
from bids.web.choice import as_pairs, as_query, choice_in, fault_sentences, has_choice
from bids.web.downloads import download
from bids.web.presenting import presented
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.errors import NotVisible, require
from members.web.acting import actor_of


def bid_for(actor: Actor, public_id: UUID) -> Bid:
    """The offer, for whoever may see it; for anybody else there is no such thing."""
    bid = Bid.objects.visible_to(actor).filter(public_id=public_id).select_related("lead").first()
    if bid is None:
        raise NotVisible
    return bid


def page_of(query: QueryDict, content: JointOffer, eyes: Eyes, *, otherwise: Choice = NOTHING_CHOSEN) -> dict[str, Any]:
    """What a page of the offer says for the choice in an address, as far as its reader's eyes reach.

    An address without a choice means `otherwise`.
    """
    choice, faults = choice_in(query, content) if has_choice(query) else in_fewest_words(content, otherwise), []
    try:
        shown = presented(content, choice, page_language(), eyes=eyes)
    except ChoiceRefused as refused:
        choice, faults = NOTHING_CHOSEN, fault_sentences(refused)
        shown = presented(content, choice, page_language(), eyes=eyes)
    return {
        "shown": shown,
        "choice_pairs": as_pairs(choice),
        "choice_query": as_query(choice),
        "choice_faults": faults,
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
