"""Sending an offer: what stops it, who gets it, with which words; then how far it has come."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms.boundfield import BoundWidget
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids.actions.answer_legal_question import answer_legal_question
from bids.actions.begin_sending import LONGEST_GREETING, begin_sending
from bids.actions.cancel_sending import cancel_sending
from bids.actions.close_offer import StillWithTheClient, close_offer
from bids.actions.extend_validity import extend_validity
from bids.actions.forget_draft import forget_draft
from bids.actions.make_client_link import make_client_link
from bids.actions.move_schedule import move_schedule
from bids.actions.revoke_client_link import revoke_client_link
from bids.actions.save_draft import save_draft
from bids.actions.send_from_own_mail import send_from_own_mail
from bids.actions.withdraw_offer import withdraw_offer
from bids.exports.change_checks import with_change_checks
from bids.exports.frozen_version import read_version
from bids.models import Bid, ClientContact, ClientLink, Draft, Question, Revision
from bids.permissions import leads, may_change_offer, may_send
from bids.queries.content_of import content_of
from bids.queries.letters import latest_to
from bids.queries.oks import PartOk, ok_board
from bids.queries.questions import open_wishes
from bids.queries.send_checks import SendChecks, checks_of, send_checks
from bids.queries.versions import Version, being_sent, last_sent_of, on_its_way, versions_of, with_the_client
from bids.sheets.client_said import wish_line
from bids.sheets.letter_sentences import delivery_sentence
from bids.sheets.send_sentences import check_sentence, question_sentence, reason_sentence
from bids.sheets.wishes_met import what_is_done
from bids.steps.desk import Desk
from bids.steps.settling import BeingSent
from bids.vocabulary import (
    WITH_A_VERSION,
    BidState,
    ClientKind,
    Language,
    LetterState,
    QuestionState,
    RevisionState,
    SentHow,
    WishKind,
)
from bids.web.document_words import kind_name, progress_of, seconds_until_next_look
from bids.web.letters import letters_of_bid
from bids.web.offer import bid_for
from bids.web.speaking import hour
from kernel.actor import Actor
from kernel.clock import database_now, helsinki_day
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal
from members.web.acting import actor_of

GREETING_PLACE: Final = "send:greeting"
ANSWERS: Final = (("no", _("No")), ("maybe", _("Maybe")), ("yes", _("Yes")))
USUAL_EXTENSION: Final = 14
"""Days of more time that are proposed."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A legal question as the dialog asks it."""

    name: str
    sentence: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """Somebody the offer went to, and how far their letter has come."""

    name: str
    email: str
    says: str
    came_back: bool


_UNDECIDED: Final = frozenset({RevisionState.SENT, RevisionState.EXPIRED})


class WishesField(forms.MultipleChoiceField):
    """Ticks for wishes; one that has been answered otherwise in the meantime is let be."""

    def valid_value(self, value: Any) -> bool:
        """Whatever was ticked: `SendForm.wishes` takes those that are still open."""
        return isinstance(value, str)


@dataclass(frozen=True, kw_only=True)
class WishTick:
    """The tick of one wish, and what the offer as it is now does about it; empty where it does nothing."""

    tick: BoundWidget
    done: str
    is_in_own_words: bool


class SendForm(forms.Form):
    """Who gets the offer, in which languages, with which words."""

    to = forms.MultipleChoiceField(
        label=_("Who gets it"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    greeting = forms.CharField(
        label=_("Your words to the client"),
        required=False,
        max_length=LONGEST_GREETING,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    languages = forms.MultipleChoiceField(
        label=_("The PDF also in"), required=False, widget=forms.CheckboxSelectMultiple, choices=[]
    )
    answers = WishesField(
        label=_("The client's wishes that this answers"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[],
    )
    with_answers = forms.BooleanField(
        label=_("What the client was answered so far goes into this version"), required=False, initial=True
    )
    how = forms.ChoiceField(
        choices=[(how.value, how.value) for how in SentHow], required=False, widget=forms.HiddenInput
    )

    def __init__(self, bid: Bid, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        contacts = ClientContact.objects.filter(client=bid.client_id).exclude(email="").order_by("position")
        people = [(str(one.public_id), f"{one.name}, {one.email}") for one in contacts]
        languages = [(code, name) for code, name in settings.LANGUAGES if code != bid.language]
        self.fields["to"].choices = people  # type: ignore[attr-defined]
        self.fields["languages"].choices = languages  # type: ignore[attr-defined]
        if not self.initial.get("to"):
            self.initial["to"] = [public_id for public_id, _said in people]
        self._wishes(bid)
        self.has_answers = Question.objects.filter(bid=bid, state=QuestionState.RELEASED.value).exists()

    def _wishes(self, bid: Bid) -> None:
        """Ticked are those that the offer as it is now does something about."""
        wishes = [(one, read_version(bytes(one.revision.payload)).offer) for one in open_wishes(bid)]
        offer = content_of(bid) if wishes else None
        self.done = {str(one.public_id): what_is_done(one, then, offer) for one, then in wishes if offer is not None}
        self.in_own_words = {str(one.public_id) for one, _then in wishes if one.kind == WishKind.OTHER.value}
        said = [(str(one.public_id), wish_line(one, then)) for one, then in wishes]
        self.fields["answers"].choices = said  # type: ignore[attr-defined]
        self.initial["answers"] = [public_id for public_id, done in self.done.items() if done]

    @property
    def wish_ticks(self) -> Iterator[WishTick]:
        """The ticks, each with what the offer does about the wish."""
        for tick in self["answers"]:
            wish = str(tick.data["value"])
            yield WishTick(tick=tick, done=self.done.get(wish, ""), is_in_own_words=wish in self.in_own_words)

    @property
    def wishes(self) -> list[UUID]:
        """The open wishes that were ticked, once the form is valid."""
        still_open = {name for name, _said in self.fields["answers"].choices}  # type: ignore[attr-defined]
        return [UUID(one) for one in self.cleaned_data["answers"] if one in still_open]

    @property
    def sends_by(self) -> SentHow:
        """How it goes out, once the form is valid."""
        return SentHow(self.cleaned_data["how"] or SentHow.LETTER.value)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The dialog; while a version is on its way, how far it has come; and what the client has now."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    if request.method == "POST":
        return _pressed(request, bid, actor, now)
    return _shown(request, bid, actor, now)


def _pressed(request: HttpRequest, bid: Bid, actor: Actor, now: datetime) -> HttpResponse:
    """Answers to legal questions count on their own, whether or not the offer then goes out."""
    form = SendForm(bid, request.POST)
    seen_at = _seen(request)
    greeting = request.POST.get("greeting", "")[:LONGEST_GREETING]
    try:
        save_draft(bid=bid, place=GREETING_PLACE, words={"greeting": greeting}, seen=None, by=actor, now=now)
        for question in send_checks(bid, now=now).questions:
            answer = request.POST.get(_field_of(question.code, question.firms, question.kind_of_work), "")
            if answer:
                answer_legal_question(bid=bid, question=question.code, answer=answer, by=actor, now=now)
                seen_at = None
        if not form.is_valid():
            return _shown(request, bid, actor, now, form=form, status=422)
        asked = form.cleaned_data
        again_after_conflict(
            lambda: begin_sending(
                bid=bid,
                by=actor,
                now=now,
                how=form.sends_by,
                to=[UUID(one) for one in asked["to"]],
                languages=[Language(one) for one in asked["languages"]],
                greeting=asked["greeting"],
                seen_at=seen_at,
                answers=form.wishes,
                with_answers=asked["with_answers"],
            )
        )
    except BeingSent:
        return redirect("bids:send", public_id=bid.public_id)
    except Malformed as refused:
        for name, sentence in refused.faults.items():
            form.add_error(name if name in form.fields else None, str(sentence))
        return _shown(request, bid, actor, now, form=form, status=refused.status)
    except Refusal as refused:
        form.add_error(None, str(refused))
        return _shown(request, bid, actor, now, form=form, status=refused.status)
    forget_draft(bid=bid, place=GREETING_PLACE, by=actor, now=now)
    return redirect("bids:send", public_id=bid.public_id)


def _shown(
    request: HttpRequest,
    bid: Bid,
    actor: Actor,
    now: datetime,
    *,
    form: SendForm | None = None,
    more_time: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    desk = Desk.of(actor, bid)
    fresh = desk.bid
    page = {"bid": fresh, "letters": letters_of_bid(fresh, by=actor, now=now), **standing_page(fresh, actor, now=now)}
    version = on_its_way(page["versions"])
    if version is not None:
        return render(request, "bids/send.html", page | _progress_page(version, now), status=status)
    checks = with_change_checks(checks_of(fresh, desk.offer, ok_board(fresh, now=now), now=now), fresh, desk.offer)
    if form is None:
        form = SendForm(fresh, initial=_begun_with(fresh, actor, page["versions"]))
    page |= {
        "form": form,
        "seen_at": fresh.changed_at.isoformat(timespec="microseconds"),
        "checks": checks,
        "stops": [check_sentence(one) for one in checks.stops],
        "notes": [check_sentence(one) for one in checks.notes],
        "questions": _questions(checks, request),
        "answers": ANSWERS,
        "without_address": _without_address(fresh),
        "more_time": more_time,
        "next_number": (Revision.objects.filter(bid=fresh).count() + 1),
    }
    return render(request, "bids/send.html", page, status=status)


@login_required
@never_cache
@require_safe
def send_state(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far a version on its way has come, as a part of its page; unchanged, it costs an empty answer."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    version = being_sent(bid, now=now)
    if version is None or (version.is_drawn and _is_own_mail(version)):
        return HttpResponse(headers={"HX-Redirect": reverse("bids:send", args=[bid.public_id])})
    page = {"bid": bid, **_progress_page(version, now)}
    told = [(one.state, one.progress_step, one.progress_done, one.progress_total) for one in version.documents]
    seen = f"{told}.{page['look_again_in']}.{request.LANGUAGE_CODE}"
    etag = quote_etag(hashlib.sha256(seen.encode()).hexdigest()[:24])
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        answer: HttpResponse = HttpResponseNotModified()
    else:
        answer = render(request, "bids/send_progress.html", page)
    answer.headers["ETag"] = etag
    return answer


@login_required
@require_POST
def keep_greeting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Keep the words as they are typed."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    greeting = request.POST.get("greeting", "")[:LONGEST_GREETING]
    draft = save_draft(bid=bid, place=GREETING_PLACE, words={"greeting": greeting}, seen=None, by=actor, now=now)
    said = gettext("Saved at %(time)s") % {"time": hour(draft.saved_at)}
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


@login_required
@require_POST
def cancel(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the version back that is on its way."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    version = being_sent(bid, now=now)
    if version is not None:
        again_after_conflict(lambda: cancel_sending(revision=version.revision, by=actor, now=now))
        messages.success(request, gettext("Cancelled. Nothing went out, and you can go on changing the offer."))
    return redirect("bids:send", public_id=bid.public_id)


@login_required
@require_POST
def own_mail(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The lead has sent the version from her own mail."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    version = being_sent(bid, now=now)
    if version is not None:
        again_after_conflict(lambda: send_from_own_mail(revision=version.revision, by=actor, now=now))
    return redirect("bids:send", public_id=bid.public_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the offer back from the client."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    version = with_the_client(bid, now=now)
    if version is None:
        raise NotVisible
    reason = request.POST.get("reason", "")
    again_after_conflict(lambda: withdraw_offer(revision=version.revision, reason=reason, by=actor, now=now))
    if _is_own_mail(version):
        sentence = gettext("Withdrawn, and the partners are told. You sent it from your own mail, so tell the client.")
        messages.warning(request, sentence)
    else:
        messages.success(request, gettext("Withdrawn. The client and the partners are told."))
    return redirect("bids:send", public_id=bid.public_id)


class UntilForm(forms.Form):
    """A later last day."""

    until = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))


def _until(request: HttpRequest) -> date:
    form = UntilForm(request.POST)
    if not form.is_valid():
        raise Malformed(faults={"until": gettext("Give the day as day, month and year.")})
    until: date = form.cleaned_data["until"]
    return until


class DaysForm(forms.Form):
    """So many days later, or earlier."""

    days = forms.IntegerField(min_value=-730, max_value=730)


@login_required
@require_POST
def extend(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Give the client more time."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    try:
        until = _until(request)
        revision = again_after_conflict(lambda: extend_validity(bid=bid, until=until, by=actor, now=now))
    except Malformed as refused:
        versions = versions_of(bid, now=now)
        is_asked_there = may_send(actor, bid) and any(one.sent_at for one in versions) and not on_its_way(versions)
        if not is_asked_there:
            raise
        fault = " ".join(map(str, refused.faults.values())) or str(refused)
        typed = {"until": request.POST.get("until", "")[:20], "fault": fault}
        return _shown(request, bid, actor, now, more_time=typed, status=refused.status)
    if revision is None:
        messages.info(
            request, gettext("The new last day stands. Send the offer again when every firm has said OK to it.")
        )
    return redirect("bids:send", public_id=bid.public_id)


@login_required
@require_POST
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Move the whole schedule by some days; what cannot be is said on a page of its own, with what was typed."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    typed = request.POST.get("days", "")[:20]
    form = DaysForm({"days": typed.replace("\N{MINUS SIGN}", "-")})
    page = {"bid": bid, "days": typed}
    if not form.is_valid():
        fault = gettext("Say by how many days, at most two years.")
        return render(request, "bids/move_schedule.html", page | {"days_fault": fault}, status=422)
    days, seen = form.cleaned_data["days"], _version(request)
    try:
        again_after_conflict(lambda: move_schedule(bid=bid, days=days, by=actor, now=now, seen=seen))
    except Malformed as refused:
        fault = " ".join(map(str, refused.faults.values())) or str(refused)
        return render(request, "bids/move_schedule.html", page | {"days_fault": fault}, status=refused.status)
    except (NotPermitted, NotVisible):
        raise
    except Refusal as refused:
        return render(request, "bids/move_schedule.html", page | {"refusal": str(refused)}, status=refused.status)
    messages.success(request, gettext("The schedule was moved. Firms whose days changed are asked."))
    return redirect("bids:offer", public_id=bid.public_id)


def _version(request: HttpRequest) -> int | None:
    """The version of the offer's own facts that the form was shown with; None where it tells none."""
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else None  # noqa: PLR2004 - what a version can be


@login_required
@require_POST
def close(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put the offer away."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    try:
        close_offer(bid=bid, by=actor, now=now)
    except (StillWithTheClient, BeingSent) as refused:
        messages.error(request, str(refused))
        return redirect("bids:offer", public_id=bid.public_id)
    messages.success(request, gettext("The offer is closed."))
    return redirect("bids:my-offers")


@login_required
@never_cache
@require_POST
def make_link(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A link to copy; it stands on this answer and nowhere else."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    made = make_client_link(bid=bid, name=request.POST.get("name", ""), by=actor, now=now)
    address = f"{settings.PUBLIC_BASE_URL}{reverse('bids:client-link', args=[made.token])}"
    return render(request, "bids/client_link.html", {"bid": bid, "address": address, "link": made.link})


@login_required
@require_POST
def revoke_link(request: HttpRequest, public_id: UUID, link: UUID) -> HttpResponse:
    """Take a link away."""
    actor, now = actor_of(request), database_now()
    bid = _led_bid(actor, public_id)
    known = ClientLink.objects.select_related("bid").filter(bid=bid, public_id=link).first()
    if known is None:
        raise NotVisible
    revoke_client_link(link=known, by=actor, now=now)
    messages.success(request, gettext("The link no longer opens anything."))
    return redirect("bids:send", public_id=bid.public_id)


def send_panel(desk: Desk, board: Iterable[PartOk], *, now: datetime) -> dict[str, Any]:
    """What the offer page says of sending (`send_panel.html`): one line of what stops it, and what the client has."""
    standing = standing_page(desk.bid, desk.actor, now=now)
    version = on_its_way(standing["versions"])
    checks = None
    if version is None:
        checks = with_change_checks(checks_of(desk.bid, desk.offer, board, now=now), desk.bid, desk.offer)
    return {
        "bid": desk.bid,
        "on_its_way": version,
        "checks": checks,
        "first_stop": check_sentence(checks.stops[0]) if checks and checks.stops else "",
        "more_stops": max(0, len(checks.stops) - 1) if checks else 0,
        **standing,
    }


def standing_page(bid: Bid, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """What the client has, what was given up last, and the letters on their way."""
    versions = versions_of(bid, now=now)
    current = last_sent_of(bid, versions)
    failed = versions[0] if versions and versions[0].state == RevisionState.ABANDONED else None
    deliveries = _deliveries(bid, current, now=now)
    return {
        "may_send": may_send(actor, bid),
        "may_change": may_change_offer(actor, bid),
        "may_close": may_send(actor, bid) and bid.state == BidState.DRAFTING.value,
        "may_record": may_send(actor, bid) and current is not None and current.state in _UNDECIDED,
        "is_closed": bid.state == BidState.CLOSED,
        "is_accepted": not bid.changing and current is not None and current.state == RevisionState.ACCEPTED,
        "is_changing": bid.changing > 0,
        "versions": versions,
        "current": current,
        "is_as_sent": _is_as_sent(bid, current),
        "deliveries": deliveries,
        "reached_nobody": bool(deliveries) and all(one.came_back for one in deliveries),
        "not_sent": reason_sentence(failed.reason) if failed else "",
        "links": _links(bid, now=now) if current else [],
        "extended": max(bid.valid_until, helsinki_day(now)) + timedelta(days=USUAL_EXTENSION),
    }


def _is_as_sent(bid: Bid, current: Version | None) -> bool:
    """Whether the client has the offer and nothing has happened to it since."""
    if current is None or current.state != RevisionState.SENT:
        return False
    return current.sent_at is not None and bid.changed_at <= current.sent_at


def _links(bid: Bid, *, now: datetime) -> list[ClientLink]:
    living = ClientLink.objects.filter(bid=bid, revoked_at__isnull=True, expires_at__gt=now)
    return list(living.order_by("-made_at", "-pk"))


def _deliveries(bid: Bid, current: Version | None, *, now: datetime) -> list[Told]:
    if current is None or current.sent_how != SentHow.LETTER:
        return []
    return [
        Told(
            name=one.to_name,
            email=one.to_email,
            says=delivery_sentence(one, now=now),
            came_back=one.state is LetterState.BOUNCED,
        )
        for one in latest_to(bid, *WITH_A_VERSION).values()
        if one.revision_number == current.number
    ]


def _led_bid(actor: Actor, public_id: UUID) -> Bid:
    """The offer, for those of its lead who may change it; for anybody else there is no such thing."""
    bid = bid_for(actor, public_id)
    if not leads(actor, bid) or not may_change_offer(actor, bid):
        raise NotVisible
    return bid


def _progress_page(version: Version, now: datetime) -> dict[str, Any]:
    waited = (now - version.revision.frozen_at).total_seconds()
    return {
        "on_its_way": version,
        "is_own_mail": _is_own_mail(version),
        "is_ready": version.is_drawn,
        "made": [
            {"name": kind_name(one), "language": one.language, "document": one, "progress": progress_of(one)}
            for one in version.documents
        ],
        "look_again_in": seconds_until_next_look(waited),
        "percent": _percent(version),
    }


def _percent(version: Version) -> int:
    done = [100 if one.state == "done" else progress_of(one).percent for one in version.documents]
    return round(sum(done) / max(1, len(done)))


def _is_own_mail(version: Version) -> bool:
    return read_version(bytes(version.revision.payload)).posting.how == SentHow.OWN_MAIL


def _begun_with(bid: Bid, actor: Actor, versions: Sequence[Version]) -> dict[str, Any]:
    """What the dialog begins with: after a version that was given up what was said of that one, else the usual.

    The client gets the next version in the languages of the last.
    """
    given_up = versions[0] if versions and versions[0].state == RevisionState.ABANDONED else None
    begun: dict[str, Any] = {"languages": [one.language for one in versions[0].pdfs] if versions else []}
    said = ""
    if given_up is not None:
        posting = read_version(bytes(given_up.revision.payload)).posting
        said = posting.greeting
        if posting.to:
            people = ClientContact.objects.filter(client=bid.client_id, email__in=[one.email for one in posting.to])
            begun["to"] = [str(one.public_id) for one in people]
    draft = Draft.objects.filter(bid=bid, place=GREETING_PLACE, person_id=actor.id or 0).first()
    usual = said or _usual_greeting(bid, is_first=not any(one.sent_at for one in versions))
    begun["greeting"] = usual if draft is None else str(draft.words.get("greeting", ""))
    return begun


def _usual_greeting(bid: Bid, *, is_first: bool) -> str:
    """A greeting to begin from, in the offer's language."""
    with override(bid.language):
        if bid.changing:
            return gettext("What changes and what it comes to stands on one page. If anything is unclear, just reply.")
        if not is_first:
            return gettext("Here is a new version. If anything is still unclear, just reply to this letter.")
        if bid.client.kind == ClientKind.PUBLIC.value:
            return gettext("Here is our tender. If anything needs changing or is unclear, just reply to this letter.")
        return gettext("Here is our offer. If anything needs changing or is unclear, just reply to this letter.")


def _seen(request: HttpRequest) -> datetime | None:
    """When the offer was last changed, as the page told that is now sent back; None when it tells nothing."""
    try:
        return datetime.fromisoformat(request.POST.get("seen_at", ""))
    except ValueError:
        return None


def _field_of(code: str, firms: str, work: str) -> str:
    return f"question-{hashlib.sha256(f'{code}|{firms}|{work}'.encode()).hexdigest()[:12]}"


def _questions(checks: SendChecks, request: HttpRequest) -> list[Asked]:
    asked = []
    for one in checks.questions:
        name = _field_of(one.code, one.firms, one.kind_of_work)
        asked.append(Asked(name=name, sentence=question_sentence(one), answer=request.POST.get(name, "")))
    return asked


def _without_address(bid: Bid) -> list[str]:
    return list(ClientContact.objects.filter(client=bid.client_id, email="").values_list("name", flat=True))
