"""The firms asked into an offer, as its lead sees them: what became of each request, and what can be done about it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids import formats, typed
from bids.actions.ask_firm import ask_firm
from bids.actions.change_request import RequestChange, change_request
from bids.actions.copy_link import copy_link
from bids.actions.leave_out_part import leave_out_part
from bids.actions.remind_again import remind_again
from bids.actions.take_back_request import take_back_request
from bids.actions.take_over_part import MAY_BE_TAKEN_OVER, take_over_part
from bids.actions.tell_price import tell_price
from bids.models import Approval, Bid, Invitation, Part, ToldPrice
from bids.permissions import eyes_of, leads, may_ask_firms, may_remind
from bids.pricing import ChoiceRefused
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.letters import Delivery, latest_to
from bids.queries.partners import earlier_partners, latest_invitations
from bids.sheets.letter_sentences import delivery_sentence
from bids.sheets.threads import threads
from bids.steps.asking import Asked, answer_until
from bids.typed import NotReadable
from bids.visibility import seen
from bids.vocabulary import (
    BidState,
    LetterKind,
    LetterState,
    PartState,
    PriceBasis,
    Role,
    ToldPriceState,
)
from bids.web import typed_moment
from bids.web.letters import letters_of_bid
from bids.web.new_offer_form import NO_CONTACT, Contact, read_contact
from bids.web.offer import bid_for
from bids.web.offer_sources import contact_words
from bids.web.speaking import page_language
from bids.web.typed_moment import as_typed, moment
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import Malformed, NotVisible, Refusal, Stale, require
from members.web.acting import actor_of
from members.web.details import CleanLineField
from members.web.returning import local_address

ASKING: Final = (LetterKind.ASKED, LetterKind.REMINDER, LetterKind.LINK_RENEWED)
GONE: Final = frozenset({PartState.NO, PartState.TAKEN_OVER, PartState.LEFT_OUT, PartState.LEFT})

SENTENCES: Final = {
    PartState.LISTED: _("not asked yet"),
    PartState.ASKED: _("waits for their price"),
    PartState.CALL_ME: _("wants you to call"),
    PartState.IN: _("is in"),
    PartState.NO: _("has no time"),
    PartState.TAKEN_OVER: _("you do their work yourself"),
    PartState.LEFT_OUT: _("left out"),
    PartState.LEFT: _("has left"),
}
WHAT_WAS_WRONG: Final = {
    "two_readings": _("This can be read in two ways. Write it like 450,00."),
    "negative": _("A price is more than nothing."),
    "too_large": _("This price is too large."),
    "too_fine": _("Write euros and cents, like 450,00."),
}
NO_PRICE: Final = _("Write a price, like 450,00.")


@dataclass(frozen=True, kw_only=True)
class RequestRow:
    """One firm of the offer and its request. What is empty is not known, or has no meaning as things stand."""

    part: UUID
    invitation: UUID | None
    version: int
    initials: str
    colour: str
    name: str
    asked: str
    sentence: str
    tone: str
    until: str
    is_late: bool
    delivery: str
    delivery_tone: str
    contact: str
    email: str
    phone: str
    message: str
    suggests: str
    why: str
    is_open: bool
    is_called: bool
    wants_no_reminders: bool
    may_remind: bool
    may_ask_again: bool
    may_tell_price: bool
    may_take_over: bool

    @property
    def tel(self) -> str:
        """The number as a telephone dials it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    @property
    def number(self) -> str:
        """The number as one reads it, for a telephone that is not the one the page is open on."""
        return formats.phone(self.phone)


@dataclass(frozen=True, kw_only=True)
class RequestsPanel:
    """Everybody but the lead, in the order of the document."""

    bid: Bid
    rows: tuple[RequestRow, ...]
    may_ask: bool
    colours: frozenset[str]

    @property
    def waiting(self) -> int:
        """How many have not answered."""
        return sum(row.is_open for row in self.rows)


def requests_panel(bid: Bid, *, by: Actor, now: datetime) -> RequestsPanel:
    """What `templates/bids/requests.html` shows of an offer; for its lead alone."""
    whole = whole_bids().get(pk=bid.pk)
    offer = offer_of(whole, with_files=False)
    parts = [part for part in whole.parts.all() if part.role != Role.LEAD.value]
    colours = {key: thread.colour for key, thread in threads(offer.parts).items()}
    invitations = latest_invitations(parts)
    letters = latest_to(bid, *ASKING)
    amounts = _amounts(whole, by)
    told_prices, had_oks = _told_prices(parts), _with_earlier_oks(parts)
    may_change = bid.state == BidState.DRAFTING.value
    may_ask = may_change and may_ask_firms(by, bid)
    rows = []
    for part in parts:
        invitation = invitations.get(part.pk)
        delivery = letters.get(invitation.email.casefold()) if invitation and invitation.email else None
        rows.append(
            _row(
                part,
                invitation,
                delivery,
                colour=colours.get(part.key, ""),
                amount=amounts.get(part.key, "") if part.state == PartState.IN.value else told_prices.get(part.pk, ""),
                may=(may_ask, may_change and may_remind(by, bid)),
                had_ok=part.pk in had_oks,
                now=now,
            )
        )
    return RequestsPanel(bid=bid, rows=tuple(rows), may_ask=may_ask, colours=frozenset(filter(None, colours.values())))


def _amounts(bid: Bid, by: Actor) -> dict[str, str]:
    """What each firm's part comes to without VAT, as far as the reader sees it."""
    try:
        sums = seen(offer_of(bid, with_files=False), eyes_of(by, bid)).sums
    except ChoiceRefused:
        return {}
    language = page_language()
    return {part.firm: formats.money(part.lines_net, language) for part in sums.parts}


def _row(
    part: Part,
    invitation: Invitation | None,
    delivery: Delivery | None,
    *,
    colour: str,
    amount: str,
    may: tuple[bool, bool],
    had_ok: bool,
    now: datetime,
) -> RequestRow:
    state = PartState(part.state)
    standing = invitation is not None and invitation.withdrawn_at is None and state is not PartState.TAKEN_OVER
    is_open = standing and state is PartState.ASKED
    card = part.card.get("contact") or {}
    until = as_typed(invitation.answer_until, now=now, language=page_language()) if invitation and is_open else ""
    letter = delivery if is_open else None
    came_back = letter is not None and letter.state is LetterState.BOUNCED
    return RequestRow(
        part=part.public_id,
        invitation=invitation.public_id if invitation and standing else None,
        version=invitation.version if invitation else 0,
        initials=part.key,
        colour=colour,
        name=str(part.card["name"]),
        asked=part.asked,
        sentence=_sentence(state, invitation, amount, had_ok=had_ok),
        tone="warn" if is_open and had_ok else _TONES.get(state, ""),
        until=until,
        is_late=bool(invitation and is_open and invitation.answer_until <= now),
        delivery=delivery_sentence(letter, now=now) if letter else "",
        delivery_tone=_LETTER_TONES.get(letter.state, "") if letter else "",
        contact=invitation.name if invitation else "",
        email=(invitation.email if invitation else "") or str(card.get("email", "")),
        phone=(invitation.phone if invitation else "") or str(card.get("phone", "")),
        message=invitation.message if invitation else "",
        suggests=_suggested(invitation),
        why=invitation.suggests_why if invitation else "",
        is_open=is_open,
        is_called=state is PartState.CALL_ME,
        wants_no_reminders=bool(is_open and not had_ok and invitation and invitation.reminders_stopped_at),
        may_remind=bool(
            may[1]
            and is_open
            and invitation
            and invitation.email
            and not invitation.reminders_stopped_at
            and not came_back
        ),
        may_ask_again=may[0] and (state in GONE or state is PartState.LISTED),
        may_tell_price=may[0] and standing and state in {PartState.ASKED, PartState.CALL_ME},
        may_take_over=may[0] and state in MAY_BE_TAKEN_OVER,
    )


def _told_prices(parts: Iterable[Part]) -> dict[int, str]:
    """What the lead wrote down for firms that have not confirmed it yet."""
    waiting = ToldPrice.objects.filter(part__in=list(parts), state=ToldPriceState.OPEN.value)
    says = {
        PriceBasis.NET.value: gettext("%(amount)s without VAT"),
        PriceBasis.GROSS.value: gettext("%(amount)s with VAT"),
    }
    return {
        told.part_id: says[told.price_basis] % {"amount": formats.money(told.amount, page_language())}
        for told in waiting
    }


def _with_earlier_oks(parts: Iterable[Part]) -> set[int]:
    """The parts whose firm has said OK at some time."""
    return set(Approval.objects.filter(part__in=list(parts)).values_list("part_id", flat=True))


def _sentence(state: PartState, invitation: Invitation | None, amount: str, *, had_ok: bool) -> str:
    """`amount` is the firm's price once it is in, and until then what the lead wrote down for it."""
    if state is PartState.IN and amount:
        return gettext("is in, %(amount)s without VAT") % {"amount": amount}
    if amount and invitation is not None and state in {PartState.ASKED, PartState.CALL_ME}:
        if not invitation.email:
            return gettext("you wrote down %(price)s; copy a link, so that they can confirm it") % {"price": amount}
        return gettext("you wrote down %(price)s, waits for their tap") % {"price": amount}
    if state is PartState.ASKED and (waits := _what_it_waits_for(invitation, had_ok=had_ok)):
        return waits
    return str(SENTENCES[state])


def _what_it_waits_for(invitation: Invitation | None, *, had_ok: bool) -> str:
    """What is particular about a firm that has not answered; empty where nothing is."""
    if had_ok:
        return gettext("their earlier OK counts no more, waits for a new one")
    if invitation is None:
        return ""
    if invitation.opened_at is not None:
        return gettext("has opened the request, waits for their price")
    return "" if invitation.email else gettext("no e-mail address: copy a link, or call")


def _suggested(invitation: Invitation | None) -> str:
    if invitation is None:
        return ""
    return contact_words(invitation.suggests_name, invitation.suggests_email, "")


_TONES: Final = {PartState.IN: "good", PartState.CALL_ME: "warn", PartState.NO: "warn"}
_LETTER_TONES: Final = {LetterState.BOUNCED: "bad", LetterState.HELD: "warn"}


class AskForm(forms.Form):
    """One firm that is to be asked, or whose request is to be changed."""

    name = CleanLineField(
        label=_("Firm"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "earlier-partners"}),
        error_messages={"required": _("Which firm do you ask?")},
    )
    contact = CleanLineField(
        label=_("E-mail or telephone"),
        max_length=320,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    what = forms.CharField(
        label=_("What from them"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("What do you ask from them? A few words are enough.")},
    )
    until = CleanLineField(
        label=_("Answer by"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("By when do they answer? Write a day and an hour, like “tomorrow 18.00”.")},
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, standing: datetime | None = None, **kwargs: Any) -> None:
        self.now, self.standing = now, standing
        super().__init__(*args, **kwargs)

    def clean_until(self) -> datetime:
        """The moment typed."""
        text = self.cleaned_data["until"]
        # "Tomorrow" means another day after midnight: what was left as the page wrote it has not changed.
        if self.standing is not None and text == self.data.get("until_before"):
            return self.standing
        try:
            return moment(text, now=self.now).at
        except NotReadable as refused:
            sentence = typed_moment.SENTENCES.get(refused.code, typed_moment.SENTENCES["not_a_day"])
            raise forms.ValidationError(str(sentence)) from None

    def contact_said(self) -> Contact:
        """How they are reached."""
        return read_contact(self.cleaned_data["contact"])

    def take_faults(self, refused: Malformed) -> None:
        """Put every fault the action found beside its field."""
        for path, sentence in refused.faults.items():
            place = {"email": "contact", "phone": "contact", "answer_until": "until"}.get(path, path)
            told = NO_CONTACT if path == "phone" else sentence
            self.add_error(place if place in self.fields else None, str(told))


@login_required
@never_cache
@require_safe
def requests_page(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Everybody who was asked, on a page of its own."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    panel = requests_panel(bid, by=actor, now=now)
    letters = letters_of_bid(bid, by=actor, now=now)
    return render(request, "bids/requests_page.html", {"bid": bid, "requests": panel, "letters": letters})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask one more firm, or one again that is out."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    require(may_ask_firms(actor, bid))
    form = AskForm(request.POST or None, initial=_to_ask(request, bid, now=now), now=now)
    page: dict[str, Any] = {
        "form": form,
        "bid": bid,
        "partners": earlier_partners(bid.lead),
        "next": _next(request, bid),
    }
    if request.method != "POST":
        return render(request, "bids/ask_firm.html", page)
    if form.is_valid():
        contact = form.contact_said()
        asked = Asked(
            name=form.cleaned_data["name"],
            what=form.cleaned_data["what"],
            email=contact.email,
            phone=contact.phone,
            contact=contact.name,
        )
        try:
            ask_firm(bid=bid, asked=asked, by=actor, now=now, until=form.cleaned_data["until"])
        except Malformed as refused:
            form.take_faults(refused)
        except Refusal as refused:
            return render(request, "bids/ask_firm.html", page | {"refusal": str(refused)}, status=refused.status)
        else:
            said = (
                gettext("%(firm)s is asked.") if contact.email else gettext("%(firm)s is here. Copy a link for them.")
            )
            messages.success(request, said % {"firm": asked.name})
            return redirect(page["next"])
    return render(request, "bids/ask_firm.html", page, status=422)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Change what is asked, by when, or of whom."""
    actor, now = actor_of(request), database_now()
    invitation = _request_for(actor, public_id)
    bid = invitation.bid
    require(may_ask_firms(actor, bid))
    until = as_typed(invitation.answer_until, now=now, language=page_language())
    form = AskForm(
        request.POST or None, initial=_as_it_is(invitation, until), now=now, standing=invitation.answer_until
    )
    page: dict[str, Any] = {
        "form": form,
        "bid": bid,
        "invitation": invitation,
        "until_before": until,
        "next": _next(request, bid),
    }
    if request.method != "POST":
        return render(request, "bids/change_request.html", page)
    if form.is_valid():
        try:
            change_request(
                invitation=invitation,
                change=_change(form, invitation),
                seen=form.cleaned_data["seen"] or 0,
                by=actor,
                now=now,
            )
        except Malformed as refused:
            form.take_faults(refused)
        except Stale as refused:
            again = AskForm(
                {**request.POST.dict(), "seen": str(invitation.version)}, now=now, standing=invitation.answer_until
            )
            shown = page | {"form": again, "refusal": str(refused), "stands": _as_it_is(invitation, until)}
            return render(request, "bids/change_request.html", shown, status=409)
        except Refusal as refused:
            return render(request, "bids/change_request.html", page | {"refusal": str(refused)}, status=refused.status)
        else:
            messages.success(request, gettext("The request is changed."))
            return redirect(page["next"])
    return render(request, "bids/change_request.html", page, status=422)


@login_required
@require_POST
def take_back(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take a request back: the firm is out of the offer."""
    actor = actor_of(request)
    invitation = _request_for(actor, public_id)
    return _done(
        request,
        invitation.bid,
        lambda: take_back_request(invitation=invitation, by=actor, now=database_now()),
        gettext("%(firm)s is no longer asked.") % {"firm": invitation.part.card["name"]},
    )


@login_required
@require_POST
def remind(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Remind a firm now."""
    actor = actor_of(request)
    invitation = _request_for(actor, public_id)
    return _done(
        request,
        invitation.bid,
        lambda: remind_again(invitation=invitation, by=actor, now=database_now()),
        gettext("%(firm)s is reminded.") % {"firm": invitation.part.card["name"]},
    )


@login_required
@never_cache
@require_POST
def link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Make a link for a message of one's own, and show it this once."""
    actor = actor_of(request)
    invitation = _request_for(actor, public_id)
    require(may_ask_firms(actor, invitation.bid))
    back = _next(request, invitation.bid)
    try:
        copied = copy_link(invitation=invitation, by=actor, now=database_now())
    except Refusal as refused:
        messages.error(request, str(refused))
        return redirect(back)
    page = {
        "bid": invitation.bid,
        "firm": invitation.part.card["name"],
        "address": f"{settings.PUBLIC_BASE_URL}/i/{copied.token}",
        "email": invitation.email,
        "next": back,
    }
    return render(request, "bids/copied_link.html", page)


@login_required
@require_POST
def told(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Write down a price a partner told on the phone; they confirm it with one tap."""
    actor = actor_of(request)
    invitation = _request_for(actor, public_id)
    require(may_ask_firms(actor, invitation.bid))
    again = _as_typed(request, actor, invitation.bid, invitation.part)
    try:
        amount = typed.number(request.POST.get("amount", ""))
    except NotReadable as refused:
        return again(str(WHAT_WAS_WRONG.get(refused.code, NO_PRICE)))
    basis = PriceBasis.GROSS if request.POST.get("basis") == PriceBasis.GROSS.value else PriceBasis.NET
    said = (
        gettext("%(firm)s is asked to confirm the price.")
        if invitation.email
        else gettext("The price is written down. Copy a link for %(firm)s, so that they can confirm it.")
    ) % {"firm": invitation.part.card["name"]}
    return _done(
        request,
        invitation.bid,
        lambda: tell_price(part=invitation.part, amount=amount, price_basis=basis, by=actor, now=database_now()),
        said,
        again=again,
    )


@login_required
@require_POST
def take_over(request: HttpRequest, public_id: UUID, part: UUID) -> HttpResponse:
    """Do a firm's work oneself, at the price typed where none is known."""
    actor = actor_of(request)
    bid = _led_bid(actor, public_id)
    share = _share(bid, part)
    again = _as_typed(request, actor, bid, share)
    price = None
    if words := request.POST.get("price", "").strip():
        try:
            price = typed.number(words)
        except NotReadable as refused:
            return again(str(WHAT_WAS_WRONG.get(refused.code, NO_PRICE)))
    return _done(
        request,
        bid,
        lambda: take_over_part(part=share, by=actor, now=database_now(), price=price),
        gettext("What %(firm)s was asked for is yours now.") % {"firm": share.card["name"]},
        again=again,
    )


@login_required
@require_POST
def leave_out(request: HttpRequest, public_id: UUID, part: UUID) -> HttpResponse:
    """Go on without a firm that has no request to take back."""
    actor = actor_of(request)
    bid = _led_bid(actor, public_id)
    share = _share(bid, part)
    return _done(
        request,
        bid,
        lambda: leave_out_part(part=share, by=actor, now=database_now()),
        gettext("The offer goes on without %(firm)s.") % {"firm": share.card["name"]},
    )


def _share(bid: Bid, public_id: UUID) -> Part:
    found = Part.objects.filter(bid=bid, public_id=public_id).first()
    if found is None:
        raise NotVisible
    found.bid = bid
    return found


def _done(
    request: HttpRequest, bid: Bid, do: Any, sentence: str, *, again: Callable[[str], HttpResponse] | None = None
) -> HttpResponse:
    """Do it and go back, with a sentence that says what happened, or why it did not; `again` keeps what was typed."""
    try:
        do()
    except Refusal as refused:
        faults = refused.faults.values() if isinstance(refused, Malformed) else ()
        why = " ".join(map(str, faults)) or str(refused)
        if again is not None:
            return again(why)
        messages.error(request, why)
    else:
        messages.success(request, sentence)
    return redirect(_next(request, bid))


def _as_typed(request: HttpRequest, actor: Actor, bid: Bid, part: Part) -> Callable[[str], HttpResponse]:
    """The page of everybody asked, with the price typed for this firm still there and what is wrong beside it."""

    def again(fault: str) -> HttpResponse:
        typed_words = {name: request.POST.get(name, "")[:60] for name in ("amount", "basis", "price")}
        page = {
            "bid": bid,
            "requests": requests_panel(bid, by=actor, now=database_now()),
            "typed": typed_words
            | {"part": part.public_id, "faulty": "amount" if "amount" in request.POST else "price"},
            "fault": fault,
            "next": _next(request, bid),
        }
        return render(request, "bids/requests_page.html", page, status=422)

    return again


def _led_bid(actor: Actor, public_id: UUID) -> Bid:
    """The offer, for the firm that leads it; for everybody else there are no requests."""
    bid = bid_for(actor, public_id)
    if not leads(actor, bid):
        raise NotVisible
    return bid


def _request_for(actor: Actor, public_id: UUID) -> Invitation:
    """The request, for the firm that leads its offer; NotVisible for everybody else."""
    found = Invitation.objects.select_related("bid__lead", "part").filter(public_id=public_id)
    invitation = found.filter(bid__in=Bid.objects.visible_to(actor), bid__lead_id=actor.firm_id or 0).first()
    if invitation is None:
        raise NotVisible
    return invitation


def _next(request: HttpRequest, bid: Bid) -> str:
    wanted = request.POST.get("next") or request.GET.get("next")
    return local_address(request, wanted) or reverse("bids:requests", args=[bid.public_id])


def _to_ask(request: HttpRequest, bid: Bid, *, now: datetime) -> dict[str, Any]:
    """What the form says already: the firm that is out and is asked again, or whom a partner has suggested."""
    until = answer_until(bid, now=now)
    words: dict[str, Any] = {"until": as_typed(until, now=now, language=page_language())}
    part = _part_named(bid, request.GET.get("part", ""))
    if part is None:
        return words
    invitation = latest_invitations([part]).get(part.pk)
    if "suggested" in request.GET and invitation is not None:
        words["name"] = invitation.suggests_name
        return words | {"contact": invitation.suggests_email, "what": part.asked}
    card = part.card.get("contact") or {}
    email = (invitation.email if invitation else "") or str(card.get("email", ""))
    phone = (invitation.phone if invitation else "") or str(card.get("phone", ""))
    name = invitation.name if invitation else ""
    return words | {"name": part.card["name"], "contact": contact_words(name, email, phone), "what": part.asked}


def _part_named(bid: Bid, public_id: str) -> Part | None:
    try:
        return Part.objects.filter(bid=bid, public_id=UUID(public_id)).exclude(role=Role.LEAD.value).first()
    except ValueError:
        return None


def _as_it_is(invitation: Invitation, until: str) -> dict[str, Any]:
    return {
        "name": invitation.part.card["name"],
        "contact": contact_words(invitation.name, invitation.email, invitation.phone),
        "what": invitation.part.asked,
        "until": until,
        "seen": invitation.version,
    }


def _change(form: AskForm, invitation: Invitation) -> RequestChange:
    contact = form.contact_said()
    until = form.cleaned_data["until"]
    return RequestChange(
        name=form.cleaned_data["name"],
        what=form.cleaned_data["what"],
        email=contact.email,
        phone=contact.phone,
        contact=contact.name,
        until=None if until == invitation.answer_until else until,
    )
