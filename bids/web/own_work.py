"""Your work: what a firm has to do, hand over and invoice once the client has said yes; and what it says of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids import typed as read
from bids.actions.mark_invoiced import mark_invoiced
from bids.actions.mark_part_done import mark_part_done
from bids.actions.report_quantity import report_quantity
from bids.actions.unmark_invoiced import unmark_invoiced
from bids.actions.unmark_part_done import unmark_part_done
from bids.exports.invoice_rows import invoice_csv
from bids.exports.own_calendar import own_calendar
from bids.exports.own_work import OwnWork, own_work
from bids.models import Bid, Part
from bids.permissions import eyes_of, may_send, may_speak_of_own_work
from bids.queries.own_work import has_work
from bids.vocabulary import BidState
from bids.web.answering import answered, is_known_person
from bids.web.asked import Visit
from bids.web.asked_pages import asked_page
from bids.web.downloads import download
from bids.web.edit_fields import DAY_SENTENCES, NUMBER_SENTENCES
from bids.web.offer import bid_for
from bids.web.own_work_page import Places, page_of_work
from bids.web.speaking import page_language
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.errors import Malformed, NotVisible, Stale
from members.web.acting import actor_of

CALENDAR: Final = "calendar"
ROWS: Final = "rows"
"""What `?as=` says when a file is wanted."""
LONG_AGO: Final = timedelta(days=300)
"""A day typed without its year is the one nearest after this long ago."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What was typed that could not be taken in: the place it stands at, the words, and what is wrong by field."""

    place: str
    words: dict[str, str]
    faults: dict[str, str]
    status: int = 422


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def offer_work(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page for the people of a firm that takes part; the lead's also shows who invoices whom."""
    actor = actor_of(request)
    bid = bid_for(actor, public_id)
    places = Places(here=request.path, back=reverse("bids:offer", args=[bid.public_id]))
    return work_for(request, actor, bid, places=places, now=database_now())


@asked_page
def asked_work(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """The page for whoever holds the firm's request.

    One who has only followed a link reads; before they write anything down a mailed code proves who they are.
    """
    invitation = visit.invitation
    code = reverse("bids:asked-code", args=[invitation.public_id])
    if not has_work(invitation.bid, invitation.part.firm_id):
        # A firm that a change has left nothing of it reads its request, which says how things stand.
        return redirect("bids:asked", invitation.public_id)
    places = Places(
        here=request.path,
        back=reverse("bids:asked", args=[invitation.public_id]),
        prove="" if is_known_person(request, visit) else f"{code}?next=work",
        traps=True,
    )
    if request.method != "POST":
        return work_for(request, visit.actor, invitation.bid, places=places, now=now)
    if places.prove:
        return redirect(places.prove)

    def done(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
        return work_for(request, visit.actor, visit.invitation.bid, places=places, now=now)

    return answered(request, visit, done, now=now)


def work_for(request: HttpRequest, actor: Actor, bid: Bid, *, places: Places, now: datetime) -> HttpResponse:
    """The work of whoever acts: the page, a file of it, or what was pressed on it."""
    part = Part.objects.select_related("firm", "bid__lead").filter(bid=bid, firm_id=actor.firm_id or 0).first()
    if part is None:
        raise NotVisible
    work = own_work(bid, part.key, eyes=eyes_of(actor, bid))
    language = page_language()
    if request.method == "POST":
        return _pressed(request, actor, part, places=places, now=now)
    wanted = request.GET.get("as", "")
    name = f"{work.offer.number} {work.offer.title} {part.key}"
    if wanted == CALENDAR:
        return download(
            own_calendar(work, language), media_type="text/calendar; charset=utf-8", name=name, ending="ics"
        )
    if wanted == ROWS:
        named = request.GET.get("invoice", "")
        chosen = [one for one in work.invoices if not named or one.due.number == _number(named)]
        if named and not chosen:
            raise NotVisible
        rows = invoice_csv(work, chosen, language)
        return download(rows, media_type="text/csv; charset=utf-8", name=name, ending="csv")
    return _page(request, actor, part, work, places=places, now=now)


def _page(
    request: HttpRequest,
    actor: Actor,
    part: Part,
    work: OwnWork,
    *,
    places: Places,
    now: datetime,
    typed: Typed | None = None,
) -> HttpResponse:
    language = page_language()
    page = page_of_work(work, language, today=helsinki_day(now)) | {
        "bid": part.bid,
        "places": places,
        "typed": typed,
        "may_write": may_speak_of_own_work(actor, part) and not places.prove,
        "may_prove": bool(places.prove),
        "may_close": may_send(actor, part.bid) and part.bid.state == BidState.DRAFTING.value,
        "is_closed": part.bid.state == BidState.CLOSED.value,
    }
    return render(request, "bids/own_work.html", page, status=typed.status if typed else 200)


def _pressed(request: HttpRequest, actor: Actor, part: Part, *, places: Places, now: datetime) -> HttpResponse:
    """What the button pressed says, and back to its place; what cannot be taken in stands there as it was typed."""
    act, _colon, thing = request.POST.get("act", "").partition(":")
    acts: dict[str, Callable[[], str]] = {
        "invoiced": lambda: _invoiced(request, actor, part, thing, now),
        "not-invoiced": lambda: _not_invoiced(actor, part, thing, now),
        "quantity": lambda: _quantity(request, actor, part, thing, now),
        "done": lambda: _done(actor, part, now),
        "not-done": lambda: _not_done(actor, part, now),
    }
    if act not in acts:
        raise NotVisible
    words = {name: request.POST.get(name, "") for name in ("invoiced_on", "invoice_number", "quantity")}
    place = f"{act}:{thing}"
    try:
        said = acts[act]()
    except Malformed as refused:
        faults = {name: str(fault) for name, fault in refused.faults.items()}
        typed = Typed(place=place, words=words, faults=faults)
    except Stale as refused:
        typed = Typed(place=place, words=words, faults={"quantity": str(refused)}, status=412)
    else:
        if said:
            messages.success(request, said)
        anchor = {"quantity": f"#row-{thing}", "invoiced": f"#invoice-{thing}", "not-invoiced": f"#invoice-{thing}"}
        return redirect(f"{places.here}{anchor.get(act, '')}")
    work = own_work(part.bid, part.key, eyes=eyes_of(actor, part.bid))
    return _page(request, actor, part, work, places=places, now=now, typed=typed)


def _invoiced(request: HttpRequest, actor: Actor, part: Part, thing: str, now: datetime) -> str:
    day, today = request.POST.get("invoiced_on", "").strip(), helsinki_day(now)
    try:
        invoiced_on = read.days(day, today=today - LONG_AGO).starts_on if day else today
    except read.NotReadable as fault:
        why = _("That is a long time ago. Check the day.") if fault.code == "past" else DAY_SENTENCES[fault.code]
        raise Malformed(faults={"invoiced_on": why}) from None
    called = request.POST.get("invoice_number", "")
    mark_invoiced(part=part, number=_number(thing), invoiced_on=invoiced_on, invoice_number=called, by=actor, now=now)
    return _("Marked as invoiced.")


def _not_invoiced(actor: Actor, part: Part, thing: str, now: datetime) -> str:
    unmark_invoiced(part=part, number=_number(thing), by=actor, now=now)
    return _("The mark is taken away.")


def _quantity(request: HttpRequest, actor: Actor, part: Part, thing: str, now: datetime) -> str:
    try:
        amount = read.number(request.POST.get("quantity", ""), decimals=3)
    except read.NotReadable as fault:
        why = NUMBER_SENTENCES.get(fault.code, NUMBER_SENTENCES["not_a_number"])
        raise Malformed(faults={"quantity": why}) from None
    seen = _whole(request.POST.get("seen", ""))
    report_quantity(part=part, code=thing, quantity=amount, seen=seen, by=actor, now=now)
    return _("Saved.")


def _done(actor: Actor, part: Part, now: datetime) -> str:
    mark_part_done(part=part, by=actor, now=now)
    return _("Your part is done. Thank you.")


def _not_done(actor: Actor, part: Part, now: datetime) -> str:
    unmark_part_done(part=part, by=actor, now=now)
    return _("Your part is not done yet.")


def _number(thing: str) -> int:
    number = _whole(thing)
    if not number:
        raise NotVisible
    return number


def _whole(words: str) -> int:
    """A small whole number, or 0."""
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 6 else 0  # noqa: PLR2004 - more than anybody counts to
