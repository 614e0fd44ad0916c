"""The offer's page: the document itself, to be read and written in, and beside it what it still lacks."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bids import formats
from bids.content import NOTHING_CHOSEN, Choice, JointOffer
from bids.exports.deciding import choice_in, yes_to
from bids.models import Bid, Decision, Suggestion
from bids.permissions import documents_for, leads, may_change_offer, may_export, may_request_document
from bids.promises import frame_promise, without_total
from bids.queries.oks import PartOk, ok_board
from bids.queries.own_work import has_work
from bids.sheets.offer import sheet_as_json
from bids.sheets.rules_of_the_game import Rule, rules_of_the_game
from bids.steps.desk import Desk
from bids.vocabulary import PartState, SuggestionState
from bids.web.answered import answered_panel
from bids.web.letters import letters_of_bid
from bids.web.offer import bid_for, page_of
from bids.web.order_form import OrderForm
from bids.web.requests import requests_panel
from bids.web.sending import send_panel
from bids.web.speaking import page_language
from bids.web.suggested_words import ANSWERED, ShownSuggestion, answered_suggestions, shown_suggestions
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import require
from members.web.acting import actor_of

DOCUMENTS_SHOWN: Final = 8
MOST_ANSWERS: Final = 5
TELLS_OF_ANSWERS: Final = timedelta(days=14)
"""How long the page tells what became of a suggestion."""
HERE: Final = frozenset({PartState.IN.value, PartState.LISTED.value})


@dataclass(frozen=True, kw_only=True)
class FirmStanding:
    """One firm on the board: whether its thread is in the braid, and where it stands in a few words."""

    key: str
    name: str
    colour: str
    initials: str
    words: str
    is_in: bool
    waits: bool


@login_required
@never_cache
@require_safe
def offer(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The offer for a choice; a part of the page asks for itself, and a choice that cannot be priced says why."""
    if getattr(request, "htmx", False):
        return live_offer(request, public_id, request.GET)
    actor, now = actor_of(request), database_now()
    page = _page(actor, public_id, request.GET, now)
    page["answered"] = answered_panel(page["bid"], actor, eyes=page["desk"].eyes)
    page["order"] = OrderForm(
        initial={"language": page["desk"].offer.language.value, "profile": page["desk"].offer.profile.value}
    )
    documents = documents_for(actor, page["bid"], eyes=page["desk"].eyes)
    page["documents"] = documents.latest_first()[:DOCUMENTS_SHOWN]
    if page["is_lead"]:
        page["letters"] = letters_of_bid(page["bid"], by=actor, now=now)
        page["has_days"] = has_days(page["desk"].offer)
    return render(request, "bids/offer.html", page, status=422 if page["choice_faults"] else 200)


def has_days(offer: JointOffer) -> bool:
    """Whether the offer names a day that moving its schedule would move."""
    return bool(offer.delivery or offer.milestones or any(line.delivered for line in offer.lines))


def live_offer(request: HttpRequest, public_id: UUID, query: QueryDict) -> HttpResponse:
    """The paper and all that follows from it, for a script to put in place of what it shows."""
    page = _page(actor_of(request), public_id, query, database_now())
    return render(request, "bids/offer_live.html", page | {"is_live": True})


@login_required
@never_cache
@require_safe
def board(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Where every firm stands; 304 as long as its reader would read the same, on the board and on the paper."""
    page = _page(actor_of(request), public_id, request.GET, database_now())
    said = render_to_string("bids/board.html", page, request=request)
    read = json.dumps(sheet_as_json(page["shown"].sheet), sort_keys=True)
    etag = quote_etag(hashlib.sha256(f"{said}\0{read}".encode()).hexdigest()[:32])
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return HttpResponseNotModified(headers={"ETag": etag})
    return HttpResponse(said, headers={"ETag": etag})


@login_required
@never_cache
@require_safe
def choices(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What every choice comes to."""
    return _further(request, public_id, "bids/all_choices.html", _("What every choice comes to"))


@login_required
@never_cache
@require_safe
def asked_firms(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Whom the lead has asked, for a script; everybody else is led to the page of the same."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    if not getattr(request, "htmx", False):
        return redirect("bids:requests", public_id=bid.public_id)
    require(may_change_offer(actor, bid))
    return render(request, "bids/asked_firms.html", {"requests": requests_panel(bid, by=actor, now=database_now())})


@login_required
@never_cache
@require_safe
def words(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Schedule, texts, promises and terms: what follows the prices."""
    return _further(request, public_id, "bids/words.html", _("The rest of the offer"))


@login_required
@never_cache
@require_safe
def invoicing(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The offer sold the other way, in words and euros; for the lead."""
    return _further(request, public_id, "bids/invoicing.html", _("Who invoices"))


def _further(request: HttpRequest, public_id: UUID, part: str, title: str) -> HttpResponse:
    actor = actor_of(request)
    desk = Desk.seen_by(actor, public_id)
    page = page_of(request.GET, desk.offer, desk.eyes) | {"bid": desk.bid, "desk": desk, "part": part, "title": title}
    page["sheet"] = page["shown"].sheet
    is_part = bool(getattr(request, "htmx", False))
    page["way_to_offer"] = "" if is_part else "../"
    return render(request, part if is_part else "bids/further.html", page)


def _page(actor: Actor, public_id: UUID, query: QueryDict, now: datetime) -> dict[str, Any]:
    desk = Desk.seen_by(actor, public_id)
    held = yes_to(desk.bid) if desk.eyes.sees_totals else None
    page = page_of(query, desk.offer, desk.eyes, otherwise=_as_agreed(held, desk.bid))
    board = ok_board(desk.bid, now=now)
    standing = _standing(board, page)
    done = sum(each.is_in for each in standing)
    return page | {
        "bid": desk.bid,
        "desk": desk,
        "is_lead": leads(actor, desk.bid),
        "agreed": formats.money(held.gross, page_language()) if held and held.gross is not None else "",
        "may_export": may_export(actor, desk.bid, eyes=desk.eyes),
        "may_order": may_request_document(actor, desk.bid, eyes=desk.eyes),
        "rules": _rules(desk),
        "has_work": has_work(desk.bid, actor.firm_id),
        "standing": standing,
        "joined": round(100 * done / len(standing)) if standing else 100,
        "suggestions": _suggestions(desk),
        "answered_suggestions": _answered(desk, now),
        "sending": send_panel(desk, board, now=now) if desk.offers or leads(actor, desk.bid) else None,
    }


def _as_agreed(held: Decision | None, bid: Bid) -> Choice:
    """What the page shows unless its address says otherwise: what was agreed, when nothing changes it."""
    return choice_in(held.chosen) if held and held.chosen and not bid.changing else NOTHING_CHOSEN


def _rules(desk: Desk) -> tuple[Rule, ...]:
    """The rules as the reader's own firm is bound by them."""
    lead = desk.offer.lead
    key = desk.own.key if desk.own else lead.key
    frame = frame_promise(desk.offer, key)
    return rules_of_the_game(
        frame if desk.eyes.sees_totals else without_total(frame),
        lead=lead.firm.name,
        language=page_language(),
        is_lead=key == lead.key,
    )


def _standing(board: Iterable[PartOk], page: dict[str, Any]) -> list[FirmStanding]:
    firms = {firm.key: firm for firm in page["shown"].sheet.firms}
    found = []
    for ok in board:
        firm = firms[ok.part.key]
        sums = firm.sums.gross if firm.sums else firm.net
        price = "" if sums.is_hidden else sums.text
        found.append(
            FirmStanding(
                key=ok.part.key,
                name=firm.name,
                colour=firm.thread.colour,
                initials=firm.thread.initials,
                words=_words(ok, price if firm.rows else ""),
                is_in=ok.is_lead or ok.part.state == PartState.IN.value,
                waits=not ok.is_lead and not ok.is_ok,
            )
        )
    return found


def _words(ok: PartOk, price: str) -> str:
    if ok.is_lead:
        return _("OK given by sending")
    state = PartState(ok.part.state)
    if state is PartState.ASKED:
        return _("waits for a price")
    if state is PartState.CALL_ME:
        return _("wants to be called")
    if state is PartState.LISTED:
        return _("not asked yet")
    if ok.is_ok:
        return _("in, %(price)s") % {"price": price} if price else _("in")
    return _("asked again") if ok.has_said_ok else _("in, OK missing")


def _suggestions(desk: Desk) -> list[ShownSuggestion]:
    open_ones = Suggestion.objects.filter(bid=desk.bid, state=SuggestionState.OPEN.value).order_by("made_at", "pk")
    rows = open_ones.select_related("made_by", "made_by_firm")
    return shown_suggestions(desk, rows)


def _answered(desk: Desk, now: datetime) -> list[str]:
    answers = [state.value for state in ANSWERED]
    lately = Suggestion.objects.filter(bid=desk.bid, state__in=answers, closed_at__gt=now - TELLS_OF_ANSWERS)
    own = lately.filter(made_by_firm=desk.actor.firm_id or 0).order_by("-closed_at", "-pk")
    return answered_suggestions(desk, own[:MOST_ANSWERS])
