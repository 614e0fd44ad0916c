"""The answer screen: what is asked, one price, the rules of the game, and one press that says yes, no or call me."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from bids import formats
from bids.actions.answer_request import answer_request
from bids.actions.ask_to_call import ask_to_call
from bids.actions.decline_request import No, decline_request
from bids.actions.decline_suggestion import decline_suggestion
from bids.actions.forget_draft import forget_draft
from bids.actions.hand_to_owner import hand_to_owner
from bids.actions.open_request import open_request
from bids.actions.save_draft import save_draft
from bids.actions.say_ok import say_ok
from bids.actions.take_back_ok import take_back_ok
from bids.actions.take_suggestion import take_suggestion
from bids.models import Bid, Draft, Invitation, Part, RevisionStanding, Suggestion, ToldPrice
from bids.pricing import entered
from bids.promises import differences
from bids.queries.answer_screen import AskedFor, asked_for
from bids.queries.drafts import draft_of
from bids.queries.letter_people import Writer, writer_for
from bids.queries.oks import PartOk, bound_by, changed_since_ok, is_sent_with, ok_of, said
from bids.queries.own_work import has_work
from bids.queries.stages import Standing, has_said_yes, standing_of, with_stages
from bids.sheets.difference_sentences import DifferenceInWords, in_words
from bids.sheets.offer_state import part_in_words
from bids.sheets.rules_of_the_game import rules_of_the_game, settlement_sentence, visibility_sentence
from bids.sheets.threads import threads
from bids.steps.answering import BelongsToAnother
from bids.steps.answers import ANSWER_PLACE, PartAnswer
from bids.steps.asking import email_fault, phone_fault
from bids.steps.oks import OkOfSomethingElse
from bids.vocabulary import (
    BidState,
    Language,
    OfferStage,
    OkKind,
    OkLack,
    PartState,
    PriceBasis,
    RevisionState,
    Role,
    SuggestionState,
    ToldPriceState,
)
from bids.web.answer_form import TRAP, AnswerForm, first_words, words_from
from bids.web.answer_pictures import chosen_picture, drop_picture, keep_picture
from bids.web.answered import what_is_new
from bids.web.asked import (
    Visit,
    Way,
    acting_for,
    drop_link,
    firms_to_answer_as,
    open_place,
    place_of,
    remember,
    visit_of,
)
from bids.web.asked_pages import asked_page
from bids.web.asked_suggestions import suggestions_for
from bids.web.invitation_links import closed_request
from bids.web.speaking import hour, page_language
from kernel.actor import Actor
from kernel.clock import HELSINKI, database_now, helsinki_day
from kernel.errors import Malformed, Refusal, TooLarge
from kernel.money import round_half_up
from kernel.pictures import Picture
from kernel.text import clean_line, clean_text
from members.places import municipality_name

WHY_NOT: Final[dict[str, Promise]] = {
    "time": gettext_lazy("no time right now"),
    "field": gettext_lazy("not our kind of work"),
    "other": gettext_lazy("another reason"),
}
WHEN_TO_CALL: Final[dict[str, Promise]] = {
    "now": gettext_lazy("right away"),
    "today": gettext_lazy("later today"),
    "tomorrow": gettext_lazy("tomorrow"),
}
_GONE: Final[dict[PartState, Promise]] = {
    PartState.TAKEN_OVER: gettext_lazy("%(lead)s does this work now. Nothing is asked of you any more."),
    PartState.LEFT_OUT: gettext_lazy("%(lead)s has left this work out of the offer. Nothing is asked of you any more."),
    PartState.LEFT: gettext_lazy("Your firm has left this offer. Call %(lead)s if you want to come back."),
}
_ENDED: Final[dict[OfferStage, Promise]] = {
    OfferStage.WITHDRAWN: gettext_lazy(
        "The offer was taken back from the client on %(day)s. It binds you no longer, unless a new version is sent."
    ),
    OfferStage.DECLINED: gettext_lazy("The client said no to the offer on %(day)s. It binds you no longer."),
    OfferStage.EXPIRED: gettext_lazy("The offer was valid until %(day)s. It binds you no longer."),
}
_SALT: Final = "bids.web.answering"
_LONGEST: Final = {"ask_name": 200, "ask_email": 254, "ask_why": 1000, "call_note": 200}

Respond = Callable[[HttpRequest, "Screen"], HttpResponse]


@dataclass
class Screen:
    """One visit to the screen: who looks, at what, and what is typed."""

    visit: Visit
    part: Part
    shown: AskedFor
    form: AnswerForm
    now: datetime
    language: Language
    as_firm: Any = None

    @property
    def bid(self) -> Bid:
        """The offer."""
        return self.visit.invitation.bid

    @property
    def frame(self) -> Mapping[str, Any]:
        """The frame the firm's OK would be bound to."""
        return said(self.shown.promised.frame_bytes)


@asked_page
def asked(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    """The screen of one request, for whoever holds its link, its address or the firm; for others there is none."""
    if request.method != "POST":
        return _page(request, _screen(request, visit, _standing_words(visit), now=now))
    return answered(request, visit, _posted, now=now)


def answered(
    request: HttpRequest, visit: Visit, respond: Callable[..., HttpResponse], *, now: datetime
) -> HttpResponse:
    """What the first thing sent brings with it: a place in the session, and the mark that a person has opened this.

    A form in which the field nobody sees is filled in comes from a program: it is told so, and nothing else happens.
    """
    if request.POST.get(TRAP):
        return _trapped(request)
    open_place(request, visit)
    if visit.way in {Way.LINK, Way.SESSION, Way.ADDRESS} and visit.invitation.opened_at is None:
        open_request(invitation=visit.invitation, by=visit.actor, now=now)
    response = respond(request, visit, now=now)
    if visit.link is not None:
        drop_link(request, response, visit.link, now=now)
    return response


@never_cache
@require_POST
def keep(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep what is being typed; says when it was kept."""
    now = database_now()
    visit = visit_of(request, public_id, now=now)
    if visit is None or visit.needs_code:
        return closed_request(request, public_id, now=now)
    return answered(request, visit, _keep_and_say, now=now)


def _keep_and_say(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    screen = _screen(request, visit, words_from(request.POST), now=now)
    kept = _keep(screen)
    return render(request, "bids/kept_at.html", {"kept_at": hour(now) if kept else ""})


def _posted(request: HttpRequest, visit: Visit, *, now: datetime) -> HttpResponse:
    act, _colon, number = request.POST.get("act", "").partition(":")
    tapped: dict[str, Respond] = {"ok": _ok_again, "take-back": _take_back}
    if act in tapped:
        return tapped[act](request, _screen(request, visit, _standing_words(visit), now=now))
    screen = _screen(request, visit, words_from(request.POST), now=now)
    known: dict[str, Respond] = {
        "in": _in,
        "no": _no,
        "call": _call,
        "suggestions": _suggestions,
    }
    if act in known:
        return known[act](request, screen)
    keep_picture(request, screen.form, invitation=visit.invitation)
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < len("1000") else 0
    rearrange: dict[str, Callable[[], None]] = {
        "add-row": screen.form.add_row,
        "drop-row": lambda: screen.form.drop_row(place),
        "add-step": screen.form.add_step,
        "drop-step": lambda: screen.form.drop_step(place),
        "drop-picture": lambda: drop_picture(screen.form),
    }
    if act in rearrange:
        rearrange[act]()
    _keep(screen)
    return _page(request, screen, is_rearranged=True)


def _ok_again(request: HttpRequest, screen: Screen) -> HttpResponse:
    """OK to what stands now, by one tap; nothing that was being typed is touched."""

    def say() -> object:
        return say_ok(
            part=screen.part,
            seen_part_hash=request.POST.get("seen_part", ""),
            seen_frame_hash=request.POST.get("seen_frame", ""),
            by=screen.visit.actor,
            now=screen.now,
        )

    return _tapped(request, screen, say, tick="read")


def _take_back(request: HttpRequest, screen: Screen) -> HttpResponse:
    return _tapped(
        request, screen, lambda: take_back_ok(part=screen.part, by=screen.visit.actor, now=screen.now), tick="sure"
    )


def _tapped(request: HttpRequest, screen: Screen, say: Callable[[], object], *, tick: str) -> HttpResponse:
    """What one tap does for a person; one who may be a program that presses buttons has to set a tick first."""
    if not screen.form.is_proven and not request.POST.get(tick):
        return _page(request, screen, status=422, tick_faults={tick: _("Set this tick first.")})
    try:
        say()
    except Refusal as refusal:
        changed = _changed_meanwhile(request, screen) if isinstance(refusal, OkOfSomethingElse) else ()
        screen.part.refresh_from_db()
        return _page(request, screen, status=refusal.status, refusal=str(refusal), changed=changed)
    return redirect("bids:asked", screen.visit.invitation.public_id)


def _in(request: HttpRequest, screen: Screen) -> HttpResponse:
    form = screen.form
    keep_picture(request, form, invitation=screen.visit.invitation)
    answer = form.read()
    picture = chosen_picture(form, invitation=screen.visit.invitation)
    if answer is None or form.fault_sentences:
        return _again(request, screen)
    by, held = _who_answers(screen)
    try:
        answer_request(
            part=screen.part,
            answer=_with_picture(answer, picture),
            seen_part_hash=request.POST.get("seen_part", ""),
            seen_frame_hash=request.POST.get("seen_frame", ""),
            by=by,
            now=screen.now,
            held=held,
            as_firm=screen.as_firm,
        )
    except OkOfSomethingElse as refusal:
        return _again(request, screen, refusal=refusal, changed=_changed_meanwhile(request, screen))
    except BelongsToAnother:
        return _hand_over(request, screen, answer)
    except Malformed as refusal:
        form.take_faults(refusal.faults)
        return _again(request, screen, refusal=None if refusal.faults else refusal)
    except Refusal as refusal:
        return _again(request, screen, refusal=refusal)
    return _done(request, screen, typed=True)


def _no(request: HttpRequest, screen: Screen) -> HttpResponse:
    words, form = screen.form.words, screen.form
    if words.get("why") not in WHY_NOT:
        form.faults["why"] = _("Choose why, so that the others know.")
    _check_lengths(form)
    if fault := email_fault(clean_line(words.get("ask_email", ""))):
        form.faults["ask_email"] = str(fault)
    if form.faults:
        return _again(request, screen, opened="no")
    with translation.override(screen.bid.language):
        why = str(WHY_NOT[words["why"]])
    no = No(
        why=why,
        ask_name=clean_line(words.get("ask_name", "")),
        ask_email=clean_line(words.get("ask_email", "")),
        ask_why=clean_text(words.get("ask_why", "")).strip(),
    )
    return _said(
        request, screen, lambda by, held: decline_request(part=screen.part, no=no, by=by, now=screen.now, held=held)
    )


def _call(request: HttpRequest, screen: Screen) -> HttpResponse:
    words, form = screen.form.words, screen.form
    phone = clean_line(words.get("phone", ""))
    if not phone:
        form.faults["phone"] = _("Which number?")
    elif fault := phone_fault(phone):
        form.faults["phone"] = str(fault)
    if words.get("when") not in WHEN_TO_CALL:
        form.faults["when"] = _("Choose when.")
    _check_lengths(form)
    if form.faults:
        return _again(request, screen, opened="call")
    note = clean_line(words.get("call_note", ""))
    with translation.override(screen.bid.language):
        when = _when_to_call(words["when"], screen) + (f": {note}" if note else "")
    return _said(
        request,
        screen,
        lambda by, held: ask_to_call(part=screen.part, phone=phone, when=when, by=by, now=screen.now, held=held),
    )


def _when_to_call(chosen: str, screen: Screen) -> str:
    """When to call, with the day it means: the lead may read it on another one."""
    when = str(WHEN_TO_CALL[chosen])
    if chosen == "now":
        return when
    day = helsinki_day(screen.now) + timedelta(days=int(chosen == "tomorrow"))
    return f"{when} ({formats.day(day, Language(screen.bid.language))})"


def _suggestions(request: HttpRequest, screen: Screen) -> HttpResponse:
    """What was chosen for each suggestion; what nobody chose about stays open."""
    by, _held = _who_answers(screen)
    decide = {"take": take_suggestion, "decline": decline_suggestion}
    open_ones = Suggestion.objects.filter(part=screen.part, state=SuggestionState.OPEN.value)
    try:
        for each in open_ones.select_related("bid", "part"):
            chosen = decide.get(screen.form.word(f"suggestion-{each.public_id}"))
            if chosen is not None:
                chosen(suggestion=each, seen=each.version, by=by, now=screen.now)
    except Refusal as refusal:
        return _again(request, screen, refusal=refusal)
    return redirect("bids:asked", screen.visit.invitation.public_id)


def _said(request: HttpRequest, screen: Screen, say: Callable[[Actor, Invitation | None], Part]) -> HttpResponse:
    by, held = _who_answers(screen)
    try:
        say(by, held)
    except Refusal as refusal:
        return _again(request, screen, refusal=refusal)
    return _done(request, screen)


def _done(request: HttpRequest, screen: Screen, **known: Any) -> HttpResponse:
    forget_draft(bid=screen.bid, place=ANSWER_PLACE, by=screen.visit.actor, now=screen.now)
    if known:
        remember(request, screen.visit.invitation.public_id, **known)
    return redirect("bids:asked", screen.visit.invitation.public_id)


def _hand_over(request: HttpRequest, screen: Screen, answer: PartAnswer) -> HttpResponse:
    business_id = answer.firm.business_id if answer.firm else ""
    try:
        hand_to_owner(
            part=screen.part,
            business_id=business_id or "",
            words=screen.form.kept_words(),
            by=screen.visit.actor,
            now=screen.now,
        )
    except Refusal as refusal:
        screen.form.faults["business_id"] = str(refusal)
        return _again(request, screen)
    return render(request, "bids/answer_handed.html", people_of(screen.visit.invitation, screen.shown, screen.language))


def _who_answers(screen: Screen) -> tuple[Actor, Invitation | None]:
    """The actor, and the invitation it holds besides acting for a firm of its own."""
    visit = screen.visit
    if screen.as_firm is not None and visit.person is not None:
        return acting_for(visit.person, screen.as_firm), visit.invitation
    return visit.actor, visit.invitation if visit.way is Way.FIRM else None


def _screen(request: HttpRequest, visit: Visit, words: Mapping[str, str], *, now: datetime) -> Screen:
    part, language = visit.invitation.part, page_language()
    part.bid = visit.invitation.bid
    shown = asked_for(part)
    proven = is_known_person(request, visit)
    form = AnswerForm(
        words or first_words(shown, part, today=helsinki_day(now), language=language, is_proven=proven),
        part=part,
        screen=shown,
        today=helsinki_day(now),
        language=language,
        is_proven=proven,
    )
    screen = Screen(visit=visit, part=part, shown=shown, form=form, now=now, language=language)
    if visit.way is Way.FIRM:
        screen.as_firm = part.firm
    elif chosen := form.word("as_firm"):
        firms = firms_to_answer_as(request, visit.invitation)
        screen.as_firm = next((firm for firm in firms if str(firm.public_id) == chosen), None)
    return screen


def is_known_person(request: HttpRequest, visit: Visit) -> bool:
    """Whether a person is known to be there: one who logged in, gave a code, or typed a price in this browser."""
    return visit.is_proven or bool(place_of(request, visit.invitation.public_id).get("typed"))


def _standing_words(visit: Visit) -> Mapping[str, str]:
    """What was being typed, for whoever has begun typing; nothing for one who has only followed a link."""
    if visit.way is Way.LINK:
        return {}
    bid = visit.invitation.bid
    draft = draft_of(visit.actor, ANSWER_PLACE, bid=bid)
    draft = draft or Draft.objects.filter(invitation=visit.invitation, place=ANSWER_PLACE).first()
    return {str(name): str(value) for name, value in draft.words.items()} if draft else {}


def _keep(screen: Screen) -> bool:
    words = screen.form.kept_words()
    try:
        save_draft(bid=screen.bid, place=ANSWER_PLACE, words=words, seen=None, by=screen.visit.actor, now=screen.now)
    except TooLarge:
        return False
    return True


def _with_picture(answer: PartAnswer, picture: Picture | None) -> PartAnswer:
    return PartAnswer(**{**answer.__dict__, "logo": picture}) if picture else answer


def _check_lengths(form: AnswerForm) -> None:
    for name, most in _LONGEST.items():
        if len(form.word(name)) > most:
            form.faults[name] = _("At most %(most)s characters.") % {"most": most}


def _changed_meanwhile(request: HttpRequest, screen: Screen) -> tuple[DifferenceInWords, ...]:
    """In what the screen differs from the one that was answered."""
    try:
        was = signing.loads(request.POST.get("seen", ""), salt=_SALT)
    except signing.BadSignature:
        return ()
    now_own, now_frame = said(screen.shown.promised.part_bytes), screen.frame
    found = [*differences(was["part"], now_own), *differences(was["frame"], now_frame)]
    return in_words(found, firms=_names(screen))


def _trapped(request: HttpRequest) -> HttpResponse:
    return render(request, "bids/answer_trapped.html", status=422)


def _again(request: HttpRequest, screen: Screen, *, refusal: Refusal | None = None, **more: Any) -> HttpResponse:
    """The page with everything typed, and what is wrong; kept too, in case the page is left."""
    _keep(screen)
    if refusal is not None:
        more |= {"refusal": str(refusal), "is_form_refused": True}
        screen.part.refresh_from_db()
    return _page(request, screen, status=refusal.status if refusal is not None else 422, **more)


def _page(request: HttpRequest, screen: Screen, *, status: int = 200, **more: Any) -> HttpResponse:
    ok = ok_of(screen.part, now=screen.now)
    promised = screen.shown.promised
    people = people_of(screen.visit.invitation, screen.shown, screen.language)
    state = PartState(screen.part.state)
    names = {"lead": people["lead_short"], "client": people["client"]}
    gone = _gone(screen, names["lead"])
    is_sent = state is PartState.IN and is_sent_with(screen.part, now=screen.now)
    told = ToldPrice.objects.filter(
        part=screen.part, state__in=[ToldPriceState.OPEN.value, ToldPriceState.WRONG.value]
    ).exists()
    page: dict[str, Any] = people | {
        "screen": screen,
        "visit": screen.visit,
        "form": screen.form,
        "part": screen.part,
        "state": state.value,
        "bid": screen.bid,
        "rules": rules_of_the_game(screen.frame, lead=names["lead"], language=screen.language),
        "sees": visibility_sentence(screen.frame, lead=names["lead"]),
        "settlement": settlement_sentence(screen.frame, **names, language=screen.language),
        "seen_part": promised.part_hash.hex(),
        "seen_frame": promised.frame_hash.hex(),
        "seen": _seen(screen),
        "ok": ok,
        "stale": _stale(ok, screen),
        "day_past": _day_past(ok, screen.language),
        "is_taken_back": state is PartState.ASKED and OkLack.TAKEN_BACK in {ok.own.lack, ok.frame.lack},
        "may_take_back": state is PartState.IN and not gone and ok.has_said_ok and not is_sent,
        "is_sent_with": is_sent,
        "bound": "" if gone else _bound(screen, names["lead"]),
        "wants_tick": not screen.form.is_proven,
        "knows_person": screen.form.is_proven,
        "standing": _standing(screen, ok),
        "asks": _asks(screen, ok),
        "was_sent": RevisionStanding.objects.filter(bid=screen.bid, sent_at__isnull=False).exists(),
        "is_in": state is PartState.IN,
        "gone_sentence": gone,
        "is_gone": bool(gone),
        "own_price": _own_price(screen),
        "phone_value": screen.form.word("phone") or (screen.visit.invitation.phone if screen.form.is_proven else ""),
        "suggestions": suggestions_for(screen.part),
        "as_firms": firms_to_answer_as(request, screen.visit.invitation) if screen.visit.way is not Way.FIRM else [],
        "why_not": WHY_NOT.items(),
        "when_to_call": WHEN_TO_CALL.items(),
        "has_told": told,
        "has_work": has_work(screen.bid, screen.part.firm_id),
        "answered": None if gone else what_is_new(screen.bid, screen.visit.actor),
        "leaves": _moment(screen.visit.invitation.answer_until, screen.language),
        "trap": TRAP,
    }
    return render(request, "bids/answer.html", page | more, status=status)


def _seen(screen: Screen) -> str:
    """What the screen shows, for the difference to be told should it change before the answer comes."""
    promised = screen.shown.promised
    shown = {"part": said(promised.part_bytes), "frame": said(promised.frame_bytes)}
    return signing.dumps(shown, salt=_SALT, compress=True)


def people_of(invitation: Invitation, shown: AskedFor, language: Language) -> dict[str, Any]:
    """Who asks, and for whom."""
    writer: Writer = writer_for(invitation.bid, invitation.asked_by)
    lead = invitation.bid.parts.get(role=Role.LEAD.value)
    thread = threads(shown.offer.parts)[lead.key]
    return {
        "lead": writer,
        "lead_short": writer.name.split()[0] if writer.name != writer.firm else writer.name,
        "lead_place": municipality_name(lead.card.get("municipality", ""), language.value),
        "lead_phone": formats.phone(writer.phone) if writer.phone else "",
        "lead_phone_link": formats.phone_link(writer.phone),
        "lead_thread": thread,
        "lead_colours": [thread.colour],
        "client": shown.offer.client.name,
        "client_place": municipality_name(shown.offer.client.municipality, language.value),
        "title": invitation.bid.title,
        "invitation": invitation,
    }


def _asks(screen: Screen, ok: PartOk) -> str:
    """What the screen still wants of the firm: its price, its OK once more, or nothing."""
    if screen.part.state != PartState.IN.value or not ok.has_said_ok:
        return "price"
    return "nothing" if ok.is_ok else "ok"


def _own_price(screen: Screen) -> str:
    """What the firm asks for, as it typed it."""
    lines = [line for line in screen.form.said.lines if not line.optional]
    if not lines:
        return ""
    total = sum((entered(line) for line in lines), Decimal(0))
    bases = {line.price_basis for line in lines}
    price = formats.money(round_half_up(total), screen.language)
    if len(bases) > 1 or not screen.form.card.charges_vat:
        return price
    with_vat = PriceBasis.GROSS in bases
    return (_("%(price)s with VAT") if with_vat else _("%(price)s without VAT")) % {"price": price}


def _stale(ok: PartOk, screen: Screen) -> tuple[DifferenceInWords, ...] | None:
    """What changed since the firm said OK; None while its OK counts or was never given."""
    if screen.part.state != PartState.IN.value or ok.is_ok or not ok.has_said_ok:
        return None
    found = [*changed_since_ok(ok, OkKind.PART), *changed_since_ok(ok, OkKind.FRAME)]
    return in_words(found, firms=_names(screen))


def _day_past(ok: PartOk, language: Language) -> str:
    """The last day of an OK that was given until then and is over; empty for any other."""
    last = [tick.approval.good_until for tick in ok.ticks if tick.lack is OkLack.DAY_PAST and tick.approval]
    return formats.day(last[0], language) if last and last[0] else ""


def _gone(screen: Screen, lead: str) -> str:
    """Why nothing is asked of the firm any more; empty while something is."""
    state = PartState(screen.part.state)
    if screen.part.gone_on is not None:
        day = formats.day(screen.part.gone_on, screen.language)
        said_so = _(
            "%(lead)s has written down that your firm does not go on since %(day)s. What you have done you sell as was "
            "agreed. If this is not so, call %(lead)s at once."
        )
        return said_so % {"lead": lead, "day": day}
    if state in _GONE:
        return str(_GONE[state]) % {"lead": lead}
    if screen.bid.state != BidState.CLOSED.value:
        return ""
    day = formats.day(helsinki_day(screen.bid.changed_at), screen.language)
    if has_said_yes(screen.bid):
        return _("The client accepted the offer, and it was closed on %(day)s.") % {"day": day}
    return _("The offer was closed on %(day)s. Nothing in it binds you, and nothing is asked of you any more.") % {
        "day": day
    }


def _bound(screen: Screen, lead: str) -> str:
    """What the firm is bound to whatever it says now; empty while it is bound to nothing."""
    bound = bound_by(screen.part, now=screen.now)
    if bound is None:
        return ""
    if bound.revision.standing.state == RevisionState.ACCEPTED.value:
        said_so = _("The client has accepted the offer with your OK. If you cannot keep to it, call %(lead)s at once.")
        return said_so % {"lead": lead}
    last = formats.day(helsinki_day(bound.revision.expires_at - timedelta(microseconds=1)), screen.language)
    return _(
        "The client has the offer with your OK until %(day)s. If you cannot keep to it, call %(lead)s at once."
    ) % {
        "day": last,
        "lead": lead,
    }


def _ended(stage: OfferStage, screen: Screen) -> str:
    """How an offer that was with the client ended; empty for one that has not."""
    if stage not in {OfferStage.WITHDRAWN, OfferStage.DECLINED, OfferStage.EXPIRED}:
        return ""
    last = RevisionStanding.objects.filter(bid=screen.bid, sent_at__isnull=False).order_by("-revision__number").first()
    if last is None:
        return ""
    ended = last.expires_at - timedelta(microseconds=1) if stage is OfferStage.EXPIRED else last.changed_at
    return str(_ENDED[stage]) % {"day": formats.day(helsinki_day(ended), screen.language)}


def _standing(screen: Screen, ok: PartOk) -> str:
    """How far the offer has come, once the firm has answered."""
    state = PartState(screen.part.state)
    if state is not PartState.IN:
        return ""
    standing = standing_of(with_stages(Bid.objects.filter(pk=screen.bid.pk), now=screen.now).get())
    if awaited := _awaited(standing, ok):
        return awaited
    if ended := _ended(standing.stage, screen):
        return ended
    if standing.sent_at is not None and standing.stage in {OfferStage.SENT, OfferStage.OKS, OfferStage.READY}:
        day = formats.day(helsinki_day(standing.sent_at), screen.language)
        return _("The offer was sent to the client %(day)s.") % {"day": day}
    if standing.stage is OfferStage.READY:
        return _("Everybody has answered: the offer is ready to be sent.")
    said_so = part_in_words(state, standing, has_ok=ok.is_ok, language=screen.language)
    return _("The offer: %(state)s.") % {"state": said_so}


def _awaited(standing: Standing, ok: PartOk) -> str:
    """How many firms have still to answer, or to say OK before the offer is first sent; empty once nobody has."""
    waits = standing.prices + standing.calls
    if standing.stage in {OfferStage.PRICES, OfferStage.CALL} and waits:
        said = ngettext("The offer waits for one other firm.", "The offer waits for %(count)s other firms.", waits)
        return said % {"count": waits}
    if standing.stage is not OfferStage.OKS or standing.sent_at is not None or not ok.is_ok:
        return ""
    return ngettext(
        "The offer waits for the OK of one other firm.",
        "The offer waits for the OKs of %(count)s other firms.",
        standing.oks,
    ) % {"count": standing.oks}


def _names(screen: Screen) -> dict[str, str]:
    return {part.key: part.firm.name for part in screen.shown.offer.parts}


def _moment(instant: datetime, language: Language) -> str:
    local = instant.astimezone(HELSINKI)
    return _("%(day)s at %(hour)s") % {
        "day": formats.day(local.date(), language),
        "hour": formats.clock(local.time(), language),
    }
