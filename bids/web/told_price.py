"""A price told on the phone: the lead types it, the partner picks it out of three."""

from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bids import formats
from bids.actions.confirm_told_price import Picked, confirm_told_price
from bids.actions.mail_price_code import mail_price_code
from bids.actions.prove_by_code import prove_by_code
from bids.models import ToldPrice
from bids.queries.answer_screen import asked_for
from bids.queries.oks import said
from bids.sheets.rules_of_the_game import rules_of_the_game, visibility_sentence
from bids.typed import NotReadable, number
from bids.vocabulary import ToldPriceState
from bids.web.answering import answered, people_of
from bids.web.asked import Visit, Way, place_of, remember
from bids.web.asked_pages import asked_page
from bids.web.speaking import page_language
from kernel.errors import Refusal, TooOften

SHOWN = (ToldPriceState.OPEN.value, ToldPriceState.WRONG.value, ToldPriceState.CONFIRMED.value)


@asked_page
def told_price(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """Three amounts, of which one was told; picking the right one is the firm's yes and its OK."""
    told = ToldPrice.objects.filter(part=visit.invitation.part, state__in=SHOWN).order_by("-told_at").first()
    if told is None or (told.state == ToldPriceState.CONFIRMED.value and request.method != "POST"):
        return redirect("bids:asked", visit.invitation.public_id)
    if request.method != "POST":
        return _page(request, visit, told)
    acts = {"mail": _mail, "code": _code}
    respond = acts.get(request.POST.get("act", ""), _pick)
    return answered(request, visit, partial(respond, told=told), now=now)


def _pick(request: HttpRequest, visit: Visit, *, told: ToldPrice, now: datetime) -> HttpResponse:
    try:
        amount = number(request.POST.get("amount", ""))
    except NotReadable:
        return _page(request, visit, told, status=422, problem=_("Choose the price you told."))
    try:
        picked = confirm_told_price(
            told=told,
            amount=amount,
            seen_part_hash=request.POST.get("seen_part", ""),
            seen_frame_hash=request.POST.get("seen_frame", ""),
            has_code=_has_code(request, visit),
            by=visit.actor,
            now=now,
        )
    except Refusal as refusal:
        return _page(request, visit, told, status=refusal.status, problem=str(refusal))
    if picked is Picked.NEEDS_CODE:
        remember(request, visit.invitation.public_id, picking=False)
        return redirect("bids:confirm-price", visit.invitation.public_id)
    return redirect("bids:asked", visit.invitation.public_id)


def _mail(request: HttpRequest, visit: Visit, *, told: ToldPrice, now: datetime) -> HttpResponse:
    try:
        mail_price_code(invitation=visit.invitation, by=visit.actor, now=now)
    except TooOften as refusal:
        return _page(request, visit, told, status=429, problem=str(refusal))
    remember(request, visit.invitation.public_id, price_mailed=True)
    return redirect("bids:confirm-price", visit.invitation.public_id)


def _code(request: HttpRequest, visit: Visit, *, told: ToldPrice, now: datetime) -> HttpResponse:
    if not prove_by_code(invitation=visit.invitation, code=request.POST.get("code", ""), by=visit.actor, now=now):
        wrong = _("That is not the code, or it is too old. Check the latest letter, or have a new one mailed.")
        return _page(request, visit, told, status=422, code_fault=wrong)
    remember(request, visit.invitation.public_id, picking=True)
    return redirect("bids:confirm-price", visit.invitation.public_id)


def _has_code(request: HttpRequest, visit: Visit) -> bool:
    """Whether it is known that a person picks: logged in, or with a code mailed for this."""
    logged_in = visit.way in {Way.FIRM, Way.ADDRESS}
    return logged_in or bool(place_of(request, visit.invitation.public_id).get("picking"))


def _page(request: HttpRequest, visit: Visit, told: ToldPrice, *, status: int = 200, **more: Any) -> HttpResponse:
    language = page_language()
    part = visit.invitation.part
    told.refresh_from_db()
    shown = asked_for(part)
    people = people_of(visit.invitation, shown, language)
    frame = said(shown.promised.frame_bytes)
    page = people | {
        "visit": visit,
        "what": (part.lines.order_by("position").values_list("text", flat=True).first() or part.asked),
        "amounts": [(f"{amount:f}", formats.money(amount, language)) for amount in told.shown],
        "basis": told.price_basis,
        "needs_code": told.state == ToldPriceState.WRONG.value and not _has_code(request, visit),
        "is_mailed": bool(place_of(request, visit.invitation.public_id).get("price_mailed")),
        "can_mail": bool(visit.invitation.email),
        "rules": rules_of_the_game(frame, lead=people["lead_short"], language=language),
        "sees": visibility_sentence(frame, lead=people["lead_short"]),
        "seen_part": shown.promised.part_hash.hex(),
        "seen_frame": shown.promised.frame_hash.hex(),
    }
    return render(request, "bids/told_price.html", page | more, status=status)
