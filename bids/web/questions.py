"""What the client asks and wishes, answered on one screen: by the lead all, by a partner what is about its share."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids import formats
from bids.actions.decline_change_request import decline_change_request
from bids.content import JointOffer
from bids.models import Bid, ChangeRequest
from bids.permissions import eyes_of, leads, may_release_answers, may_send
from bids.queries.content_of import content_of
from bids.queries.questions import UNANSWERED, questions_for, wishes_for
from bids.queries.stages import is_settled
from bids.sheets.client_said import wish_words
from bids.sheets.wishes_met import what_is_done
from bids.vocabulary import ChangeRequestState, Language
from bids.web.offer import bid_for
from bids.web.question_rows import Typed, offer_in, pressed, question_rows, tried, version_of
from bids.web.speaking import page_language
from bids.web.wish_steps import LEAVE_OUT, MOVE, SUGGEST, Step, step_for, take_step
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.errors import NotVisible
from members.web.acting import actor_of


@dataclass(frozen=True, kw_only=True)
class WishRow:
    """One wish. `text` stands in the field of the lead's words.

    `done` says what the offer as it now is does about it, `step` what can be done where that is nothing.
    """

    id: UUID
    version: int
    says: str
    words: str
    who: str
    day: str
    about_version: int
    state: str
    answered_in: int | None
    answer: str
    text: str
    fault: str
    done: str
    step: Step | None


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everything the client asked and wished that the reader may know of, what waits first."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    if request.method != "POST":
        return _page(request, bid, actor)
    eyes, do = eyes_of(actor, bid), request.POST.get("do", "")
    if "wish" in request.POST:
        refused = _wish_pressed(request, wishes_for(bid, eyes), by=actor, now=now)
    else:
        refused = pressed(request, questions_for(bid, eyes), by=actor, now=now)
    if refused is not None:
        return _page(request, bid, actor, typed=refused)
    messages.success(request, str(_SAID[do]))
    may_go_on = do in {LEAVE_OUT, MOVE} and may_send(actor, bid)
    return redirect("bids:send" if may_go_on else "bids:questions", public_id=public_id)


def _wish_pressed(request: HttpRequest, wishes: Iterable[ChangeRequest], *, by: Actor, now: datetime) -> Typed | None:
    """Say no to the wish, or do the one thing that fits it."""
    wanted, do = request.POST.get("wish", ""), request.POST.get("do", "")
    wish = next((one for one in wishes if str(one.public_id) == wanted), None)
    if wish is None or (wish.state != ChangeRequestState.OPEN.value and do != "decline"):
        raise NotVisible
    text, seen = request.POST.get("text", ""), version_of(request)

    def act() -> None:
        if do == "decline":
            decline_change_request(wish=wish, words=text, seen=seen, by=by, now=now)
        else:
            take_step(wish, do, seen=seen, by=by, now=now)

    return tried(act, thing=wish.public_id, text=text)


def _page(request: HttpRequest, bid: Bid, actor: Actor, *, typed: Typed | None = None) -> HttpResponse:
    eyes, language = eyes_of(actor, bid), page_language()
    asked = list(question_rows(questions_for(bid, eyes), by=actor, language=language, typed=typed))
    wished = list(_wish_rows(bid, wishes_for(bid, eyes), by=actor, language=language, typed=typed))
    page = {
        "bid": bid,
        "is_settled": is_settled(bid),
        "is_lead": leads(actor, bid),
        "may_release": may_release_answers(actor, bid),
        "may_send": may_send(actor, bid),
        "waiting": [one for one in asked if one.state in UNANSWERED],
        "over": [one for one in asked if one.state not in UNANSWERED],
        "wishes": [one for one in wished if one.state == ChangeRequestState.OPEN.value],
        "wishes_over": [one for one in wished if one.state != ChangeRequestState.OPEN.value],
    }
    return render(request, "bids/questions.html", page, status=typed.status if typed else 200)


def _wish_rows(
    bid: Bid, wishes: Iterable[ChangeRequest], *, by: Actor, language: Language, typed: Typed | None
) -> Iterator[WishRow]:
    offers: dict[int, JointOffer] = {}
    found = list(wishes)
    has_open = any(one.state == ChangeRequestState.OPEN.value for one in found)
    now = content_of(bid) if has_open and not is_settled(bid) else None
    for one in found:
        mine = typed if typed is not None and typed.thing == one.public_id else None
        is_answered = one.state == ChangeRequestState.ANSWERED.value
        is_open = one.state == ChangeRequestState.OPEN.value
        then = offer_in(one.revision, offers)
        yield WishRow(
            id=one.public_id,
            version=one.version,
            says=wish_words(one, then),
            words=one.text,
            who=one.link.contact_name,
            day=formats.day(helsinki_day(one.asked_at), language),
            about_version=one.revision.number,
            state=one.state,
            answered_in=one.answered_in.number if one.answered_in and is_answered else None,
            answer=one.words,
            text=mine.text if mine else "",
            fault=mine.fault if mine else "",
            done=what_is_done(one, then, now) if now is not None and is_open else "",
            step=step_for(one, by=by) if is_open else None,
        )


_SAID: Final[dict[str, Promise]] = {
    "draft": gettext_lazy("The draft is saved. The client does not read it yet."),
    "release": gettext_lazy("Answered. Whoever asked is told."),
    "drop": gettext_lazy("The question waits for nobody any more."),
    "decline": gettext_lazy("Declined. Whoever wished is told."),
    LEAVE_OUT: gettext_lazy("The row is out. Send the new version: it answers the wish."),
    MOVE: gettext_lazy("The schedule was moved, and firms whose days changed are asked. Send the new version then."),
    SUGGEST: gettext_lazy("The firm was asked. Once it has agreed, send a new version: it answers the wish."),
}
