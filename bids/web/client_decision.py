"""The client's yes and no, page by page: what is chosen, the mailed code, the receipt. Looking changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from bids import formats
from bids.actions.accept_offer import accept_offer
from bids.actions.decline_offer import decline_offer
from bids.actions.make_counter_offer import make_counter_offer
from bids.actions.note_refused_decision import note_refused_decision
from bids.actions.object_to_decision import object_to_decision
from bids.actions.start_decision import start_decision
from bids.content import Choice, JointOffer
from bids.exports.change_chain import change_of_version
from bids.exports.deciding import (
    can_decide,
    choice_in,
    consent_of,
    decision_about,
    how_confirmed,
    may_accept_from,
    priced,
)
from bids.exports.frozen_version import read_version
from bids.models import ClientLink, CounterOffer, Decision, EvidenceIdentity, HeldAnswer, OneTimeCode
from bids.pricing import ChoiceRefused
from bids.queries.versions import Version, with_the_client
from bids.sheets.decision_sentences import way_words
from bids.sheets.offer import offer_sheet
from bids.sheets.shape import OfferSheet
from bids.steps.client_asks import client_actor
from bids.steps.deciding import (
    NAME,
    AcceptedAlready,
    DeclinedAlready,
    DoesNotBind,
    HasExpired,
    MayNotDecide,
    NewerVersion,
    WasWithdrawn,
    typed_name,
)
from bids.steps.held_answers import DIGITS, HeldOtherwise, digits_of, fingerprint_of, held_by
from bids.steps.one_time_codes import ButtonIsOver, Pressed, living_button
from bids.visibility import CLIENTS_EYES
from bids.vocabulary import ClientKind, CodeFor, ConfirmedBy, DecisionWay, Language, LinkWay, RevisionState
from bids.web.answer_form import TRAP
from bids.web.choice import as_pairs, choice_from, fault_sentences
from bids.web.client_page import CONFIRM, LONGEST_TYPED, button_of, discreet, keep_open, link_of, nothing_here
from bids.web.client_questions import with_forms
from bids.web.papers import certificate_on_page
from bids.web.speaking import spoken
from kernel.clock import HELSINKI, database_now, is_day_alone
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, Refusal, TooOften
from members.web.origin import origin_of

CODE_DIGITS: Final = 6
LIVES: Final = timedelta(hours=2)
_SALT: Final = "client-says"
_SPOKEN: Final = ((Language.FI, "Suomeksi"), (Language.SV, "På svenska"), (Language.EN, "In English"))

_FIRST: Final = {
    CodeFor.ACCEPT: "bids:client-accept",
    CodeFor.DECLINE: "bids:client-decline",
    CodeFor.OBJECT: "bids:client-not-so",
}
_CODE: Final = {
    CodeFor.ACCEPT: "bids:client-accept-code",
    CodeFor.DECLINE: "bids:client-decline-code",
    CodeFor.OBJECT: "bids:client-not-so-code",
}
_UNTICKED: Final[Mapping[CodeFor, Promise]] = {
    CodeFor.ACCEPT: gettext_lazy("Tick that you accept the offer and its terms."),
    CodeFor.DECLINE: gettext_lazy("Tick that you say no."),
    CodeFor.OBJECT: gettext_lazy("Tick that it is not so."),
}


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Somebody who has followed a link, and the version they have."""

    request: HttpRequest
    link: ClientLink
    version: Version
    offer: JointOffer
    language: Language
    now: datetime

    @property
    def seen(self) -> str:
        """The hash of the version, as a form carries it."""
        return bytes(self.version.revision.content_hash).hex()

    @property
    def is_theirs(self) -> bool:
        """Whether the link was mailed to somebody whom this version lets decide, whatever the link is for."""
        return self.link.way == LinkWay.MAILED.value and may_accept_from(self.offer, self.link.contact_email)

    @property
    def choice(self) -> Choice:
        """What is chosen, as the form or the address says it."""
        return choice_from(self._said)

    @property
    def _said(self) -> QueryDict:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    def address(self, name: str, *, with_choice: bool = False) -> str:
        """A page of this link, in the language that is read."""
        pairs = [*(as_pairs(self.choice) if with_choice else []), ("language", self.language.value)]
        return f"{reverse(name, args=[self.link.public_id])}?{urlencode(pairs)}"


_OVER: Final = (AcceptedAlready, DeclinedAlready, NewerVersion, WasWithdrawn, HasExpired)
"""After these nothing can come of what the first page told."""


@dataclass(frozen=True, kw_only=True)
class Begun:
    """What the first page has told, kept in the browser until the code is there."""

    act: CodeFor
    seen: str
    nonce: UUID
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Button:
    """The button of a letter that can be pressed, and the answer held for it."""

    code: OneTimeCode
    held: HeldAnswer


Page = Callable[[Visit], HttpResponse]


def _visited(page: Page) -> Callable[[HttpRequest, UUID], HttpResponse]:
    """A page for whoever has followed a living link; a form filled in by a program is answered with that."""

    def answering(request: HttpRequest, public_id: UUID) -> HttpResponse:
        now = database_now()
        link = link_of(request, public_id, now=now)
        version = with_the_client(link.bid, now=now) if link else None
        if link is None or version is None:
            return nothing_here(request)
        asked = request.POST.get("language", "") or request.GET.get("language", "")
        language = Language(asked) if asked in set(Language) else Language(link.bid.language)
        visit = Visit(
            request=request,
            link=link,
            version=version,
            offer=read_version(bytes(version.revision.payload)).offer,
            language=language,
            now=now,
        )
        with spoken(request, language):
            if request.POST.get(TRAP):
                return render(request, "client/not_done.html", {"language": language.value}, status=422)
            return page(visit)

    return answering


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is chosen and what it comes to, the terms to agree to, and one's name."""
    return _visited(_accept)(request, public_id)


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say no."""
    return _visited(_decline)(request, public_id)


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def not_so(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say that what the firm wrote down is not so."""
    return _visited(_not_so)(request, public_id)


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Type the code that was mailed, which decides."""
    return _visited(lambda visit: _code(visit, CodeFor(act)))(request, public_id)


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, public_id: UUID, act: str) -> HttpResponse:
    """Confirm with the button of a letter what was told on a page that is lost, which decides."""
    return _visited(lambda visit: _confirm(visit, CodeFor(act)))(request, public_id)


@discreet
@require_safe
def decision(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What was answered: the same page however often it is looked at."""
    return _visited(_decision)(request, public_id)


@with_forms
@discreet
@require_http_methods(["GET", "HEAD", "POST"])
def anew(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say yes to what is no longer valid: a new offer that the firm answers."""
    return _visited(_anew)(request, public_id)


def _accept(visit: Visit) -> HttpResponse:
    if stopped := _stopped(visit, CodeFor.ACCEPT):
        return stopped
    if unpriced := _unpriced(visit):
        return unpriced
    if visit.request.method != "POST":
        return _accept_page(visit)
    faults: dict[str, Any] = {}
    name = visit.request.POST.get("name", "")
    try:
        name = typed_name(name)
    except Malformed as refused:
        faults |= refused.faults
    if not _is_ticked(visit):
        faults["agreed"] = _UNTICKED[CodeFor.ACCEPT]
    if faults:
        return _accept_page(visit, name=name[:LONGEST_TYPED], faults=faults)
    return _begin(visit, CodeFor.ACCEPT, name=name)


def _unpriced(visit: Visit) -> HttpResponse | None:
    """What is wrong with a choice that this version does not offer."""
    try:
        priced(visit.offer, sorted(visit.choice.lines), visit.choice.package)
    except ChoiceRefused as refused:
        return _page(visit, "client/not_open.html", {"said": " ".join(fault_sentences(refused))}, status=422)
    return None


def _accept_page(visit: Visit, *, name: str = "", faults: Mapping[str, Any] | None = None) -> HttpResponse:
    page = {
        **_chosen(visit, visit.choice),
        "consent": consent_of(visit.version.revision, visit.language).text,
        "name": name,
        "faults": faults or {},
        "nonce": _nonce(visit),
        "action": visit.address("bids:client-accept", with_choice=True),
        "decline": visit.address("bids:client-decline"),
    }
    return _page(visit, "client/accept.html", page, status=422 if faults else 200)


def _decline(visit: Visit) -> HttpResponse:
    return _ticked_first(visit, CodeFor.DECLINE, "client/decline.html")


def _not_so(visit: Visit) -> HttpResponse:
    found = decision_about(visit.version.revision)
    if found is None or not found.is_recorded or not visit.is_theirs or found.standing.objected_at is not None:
        return HttpResponseRedirect(visit.address("bids:client-decision"), status=303)
    return _ticked_first(visit, CodeFor.OBJECT, "client/not_so.html")


def _ticked_first(visit: Visit, act: CodeFor, template: str) -> HttpResponse:
    """A page with one tick to make before a code is mailed: a program that only presses buttons makes none."""
    if act is CodeFor.DECLINE and (stopped := _stopped(visit, act)):
        return stopped

    known = {"nonce": _nonce(visit), "action": visit.address(_FIRST[act])}
    if visit.request.method != "POST":
        return _page(visit, template, known)
    if not _is_ticked(visit):
        return _page(visit, template, known | {"faults": {"agreed": _UNTICKED[act]}}, status=422)
    return _begin(visit, act)


def _begin(visit: Visit, act: CodeFor, *, name: str = "") -> HttpResponse:
    """Have the code mailed and go on to the page where it is typed.

    Where as many codes were mailed as may be, the last of them can be typed there all the same.
    """
    begun = Begun(act=act, seen=visit.request.POST.get("seen", ""), nonce=_nonce(visit), name=name)
    try:
        again_after_conflict(lambda: _start(visit, begun))
    except TooOften as refused:
        return _kept(_code_page(visit, begun, problem=str(refused), status=refused.status), visit, begun)
    except Refusal as refused:
        return _refused(visit, refused)
    return _to_the_code(visit, begun)


def _start(visit: Visit, begun: Begun, *, again: bool = False) -> None:
    choice = visit.choice
    start_decision(
        link=visit.link,
        act=begun.act,
        seen=begun.seen,
        nonce=begun.nonce,
        language=visit.language,
        lines=sorted(choice.lines),
        package=choice.package,
        name=begun.name,
        again=again,
        by=client_actor(visit.link),
        now=visit.now,
    )


def _code(visit: Visit, act: CodeFor) -> HttpResponse:
    if visit.request.method == "POST":
        return _typed(visit, act)
    begun = _begun(visit, act)
    if over := _over(visit, act):
        return over
    if begun is None:
        return HttpResponseRedirect(visit.address(_FIRST[act], with_choice=act is CodeFor.ACCEPT), status=303)
    return _code_page(visit, begun)


def _over(visit: Visit, act: CodeFor) -> HttpResponse | None:
    """What happened, where neither code nor button confirms anything any more."""
    if act is not CodeFor.OBJECT:
        return _stopped(visit, act)
    found = decision_about(visit.version.revision)
    if found is not None and found.standing.objected_at is None:
        return None
    return HttpResponseRedirect(visit.address("bids:client-decision"), status=303)


def _typed(visit: Visit, act: CodeFor) -> HttpResponse:  # noqa: PLR0911 - one for each thing that can be wrong
    begun = _begun(visit, act)
    if begun is None:
        return HttpResponseRedirect(visit.address(_FIRST[act], with_choice=act is CodeFor.ACCEPT), status=303)
    if visit.request.POST.get("act") == "again":
        return _mailed_again(visit, begun)
    words = visit.request.POST.get("words", "")
    digits = "".join(visit.request.POST.get("code", "").split())
    if len(digits) != CODE_DIGITS or not (digits.isascii() and digits.isdecimal()):
        return _code_page(visit, begun, words=words, faults={"code": _("Write the six digits of the code.")})
    try:
        made = again_after_conflict(lambda: _decide(visit, begun, digits, words))
    except Malformed as refused:
        return _code_page(visit, begun, words=words, faults=refused.faults)
    except _OVER as refused:
        return _forgotten(_refused(visit, refused), visit)
    except Refusal as refused:
        return _refused(visit, refused)
    if made is None:
        wrong = _("That is not the code, or it is too old. Check the latest letter, or have a new one mailed.")
        return _code_page(visit, begun, words=words, faults={"code": wrong})
    return _forgotten(HttpResponseRedirect(visit.address("bids:client-decision"), status=303), visit)


def _forgotten(answer: HttpResponse, visit: Visit) -> HttpResponse:
    """The answer, with which the browser lets go of what the first page told."""
    path = reverse("bids:client-offer", args=[visit.link.public_id])
    answer.delete_cookie(_cookie(visit.link), path=path, samesite="Lax")
    return answer


def _decide(visit: Visit, begun: Begun, digits: str, words: str) -> Decision | None:
    said: dict[str, Any] = {
        "link": visit.link,
        "seen": begun.seen,
        "code": digits,
        "by": client_actor(visit.link),
        "now": visit.now,
    }
    if begun.act is CodeFor.OBJECT:
        return object_to_decision(**said, words=words)
    said |= {
        "nonce": begun.nonce,
        "language": visit.language,
        "ip": origin_of(visit.request),
        "user_agent": visit.request.headers.get("User-Agent", ""),
    }
    if begun.act is CodeFor.DECLINE:
        return decline_offer(**said, reason=words)
    choice = visit.choice
    return accept_offer(**said, lines=sorted(choice.lines), package=choice.package, name=begun.name, agreed=True)


def _confirm(visit: Visit, act: CodeFor) -> HttpResponse:
    is_sent = visit.request.method == "POST"
    code = button_of(visit.request, visit.link)
    if is_sent and _is_answered(visit, code):
        return HttpResponseRedirect(visit.address("bids:client-decision"), status=303)
    if over := _over(visit, act):
        return over
    held = held_by(visit.link, code.form, act=act, now=visit.now) if code is not None else None
    good = living_button(code.public_id, code_for=visit.link.public_id, now=visit.now) if code is not None else None
    if held is not None and held.revision_id != visit.version.revision.pk:
        return _refused(visit, NewerVersion())
    if held is None or good is None:
        return _refused(visit, ButtonIsOver())
    button = Button(code=good, held=held)
    return _pressed(visit, button) if is_sent else _confirm_page(visit, button)


def _is_answered(visit: Visit, code: OneTimeCode | None) -> bool:
    """Whether the form of this button has made its decision already."""
    if code is None or code.form is None:
        return False
    return Decision.objects.filter(link=visit.link, nonce=code.form).exists()


def _pressed(visit: Visit, button: Button) -> HttpResponse:  # noqa: PLR0911 - one for each thing that can be wrong
    words = visit.request.POST.get("words", "")
    if visit.request.POST.get("held", "") != fingerprint_of(button.held):
        return _confirm_page(visit, button, words=words, problem=str(HeldOtherwise()), status=HeldOtherwise.status)
    digits = "".join(visit.request.POST.get("digits", "").split())
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdecimal()):
        return _confirm_page(visit, button, words=words, faults={"digits": _("Write the three digits.")})
    try:
        made = again_after_conflict(lambda: _decide_as_held(visit, button, digits, words))
    except Malformed as refused:
        return _confirm_page(visit, button, words=words, faults=refused.faults)
    except Refusal as refused:
        return _refused(visit, refused)
    if made is None:
        if living_button(button.code.public_id, code_for=visit.link.public_id, now=visit.now) is None:
            return _refused(visit, ButtonIsOver())
        wrong = _("Those are not the digits. You can try once more.")
        return _confirm_page(visit, button, words=words, faults={"digits": wrong})
    return _forgotten(HttpResponseRedirect(visit.address("bids:client-decision"), status=303), visit)


def _decide_as_held(visit: Visit, button: Button, digits: str, words: str) -> Decision | None:
    """Decide what is held, whatever else the browser sends."""
    held = button.held
    said: dict[str, Any] = {
        "link": visit.link,
        "seen": bytes(held.revision.content_hash).hex(),
        "pressed": Pressed(code=button.code.public_id, form=held.nonce, digits=digits),
        "by": client_actor(visit.link),
        "now": visit.now,
    }
    if held.act == CodeFor.OBJECT:
        return object_to_decision(**said, words=words)
    said |= {
        "nonce": held.nonce,
        "language": Language(held.language),
        "ip": origin_of(visit.request),
        "user_agent": visit.request.headers.get("User-Agent", ""),
    }
    if held.act == CodeFor.DECLINE:
        return decline_offer(**said, reason=words)
    chosen = held.chosen
    return accept_offer(**said, lines=chosen["lines"], package=chosen["package"], name=held.name, agreed=True)


def _confirm_page(
    visit: Visit,
    button: Button,
    *,
    words: str = "",
    faults: Mapping[str, Any] | None = None,
    problem: str = "",
    status: int = 0,
) -> HttpResponse:
    held, act = button.held, CodeFor(button.held.act)
    page: dict[str, Any] = {
        "act": act.value,
        "name": held.name,
        "words": words[:LONGEST_TYPED],
        "faults": faults or {},
        "problem": problem,
        "held": fingerprint_of(held),
        "action": visit.address(CONFIRM[act]),
        "begin": visit.address(_FIRST[act]),
    }
    if act is CodeFor.ACCEPT:
        choice = choice_in(held.chosen)
        page |= _chosen(visit, choice)
        query = urlencode([*page.pop("pairs"), ("language", visit.language.value)])
        for name, where in (("begin", "bids:client-accept"), ("offer_page", "bids:client-offer")):
            page[name] = f"{reverse(where, args=[visit.link.public_id])}?{query}"
    return _page(visit, "client/decision_confirm.html", page, status=status or (422 if faults else 200))


def _mailed_again(visit: Visit, begun: Begun) -> HttpResponse:
    try:
        again_after_conflict(lambda: _start(visit, begun, again=True))
    except TooOften as refused:
        return _code_page(visit, begun, problem=str(refused), status=refused.status)
    except Refusal as refused:
        return _refused(visit, refused)
    return _to_the_code(visit, begun)


def _to_the_code(visit: Visit, begun: Begun) -> HttpResponse:
    """Where the code is typed, which stays open for as long as that takes."""
    address = visit.address(_CODE[begun.act], with_choice=begun.act is CodeFor.ACCEPT)
    return _kept(HttpResponseRedirect(address, status=303), visit, begun)


def _kept(answer: HttpResponse, visit: Visit, begun: Begun) -> HttpResponse:
    _remember(answer, visit, begun)
    keep_open(answer, visit.link)
    return answer


def _code_page(
    visit: Visit,
    begun: Begun,
    *,
    words: str = "",
    faults: Mapping[str, Any] | None = None,
    problem: str = "",
    status: int = 0,
) -> HttpResponse:
    """Where the code is typed; a page of another version, or of a choice that cannot be made, says so instead."""
    if begun.seen != visit.seen:
        return _forgotten(_refused(visit, NewerVersion()), visit)
    if begun.act is CodeFor.ACCEPT and (unpriced := _unpriced(visit)):
        return unpriced
    page: dict[str, Any] = {
        "act": begun.act.value,
        "name": begun.name,
        "email": visit.link.contact_email,
        "words": words[:LONGEST_TYPED],
        "faults": faults or {},
        "problem": problem,
        "action": visit.address(_CODE[begun.act], with_choice=begun.act is CodeFor.ACCEPT),
        "digits": digits_of(begun.nonce) if held_by(visit.link, begun.nonce, act=begun.act, now=visit.now) else "",
    }
    if begun.act is CodeFor.ACCEPT:
        page |= _chosen(visit, visit.choice)
    return _page(visit, "client/decision_code.html", page, status=status or (422 if faults else 200))


def _decision(visit: Visit) -> HttpResponse:
    found = decision_about(visit.version.revision)
    if found is None or not visit.is_theirs:
        return HttpResponseRedirect(visit.address("bids:client-offer"), status=303)
    there = found.decided_at.astimezone(HELSINKI)
    clock = f"{there.hour}{':' if visit.language is Language.EN else '.'}{there.minute:02}"
    typed = EvidenceIdentity.objects.filter(evidence__decision=found, name=NAME).first()
    page: dict[str, Any] = {
        "decision": found,
        "day": formats.day(there.date(), visit.language),
        "clock": "" if found.is_recorded and is_day_alone(found.decided_at) else clock,
        "way": way_words(DecisionWay(found.way)) if found.way else "",
        "name": typed.value if typed else "",
        "email": found.link.contact_email if found.link else "",
        "by_button": how_confirmed(found) is ConfirmedBy.BUTTON,
        "pdfs": visit.version.pdfs,
        **certificate_on_page(found, now=visit.now),
        "not_so": visit.address("bids:client-not-so"),
        "may_object": found.is_recorded and can_decide(visit.link, visit.offer, now=visit.now),
        "sheet": _sheet(visit, choice_in(found.chosen) if found.chosen is not None else Choice()),
    }
    if found.chosen is not None:
        page |= _chosen(visit, choice_in(found.chosen))
    return _page(visit, "client/decision.html", page)


def _anew(visit: Visit) -> HttpResponse:  # noqa: PLR0911 - one for each thing that can be wrong
    if not can_decide(visit.link, visit.offer, now=visit.now):
        return _refused(visit, MayNotDecide())
    if visit.version.state != RevisionState.EXPIRED:
        return HttpResponseRedirect(visit.address("bids:client-accept", with_choice=True), status=303)
    if visit.request.method != "POST":
        made = CounterOffer.objects.filter(link=visit.link, revision=visit.version.revision).exists()
        return _anew_page(visit, is_done=made)
    words = visit.request.POST.get("words", "")
    if not _is_ticked(visit):
        return _anew_page(visit, words=words, faults={"agreed": _("Tick that you would still say yes.")})
    choice = visit.choice
    try:
        made_now = again_after_conflict(
            lambda: make_counter_offer(
                link=visit.link,
                seen=visit.request.POST.get("seen", ""),
                nonce=_nonce(visit),
                words=words,
                lines=sorted(choice.lines),
                package=choice.package,
                by=client_actor(visit.link),
                now=visit.now,
            )
        )
    except Malformed as refused:
        return _anew_page(visit, words=words, faults=refused.faults)
    except Refusal as refused:
        return _refused(visit, refused)
    assert made_now.link_id == visit.link.pk  # noqa: S101 - a form of another link is another form
    return HttpResponseRedirect(visit.address("bids:client-anew"), status=303)


def _anew_page(
    visit: Visit, *, words: str = "", faults: Mapping[str, Any] | None = None, is_done: bool = False
) -> HttpResponse:
    page = {
        "words": words[:LONGEST_TYPED],
        "faults": faults or {},
        "is_done": is_done,
        "nonce": _nonce(visit),
        "action": visit.address("bids:client-anew", with_choice=True),
        "pairs": as_pairs(visit.choice),
    }
    return _page(visit, "client/anew.html", page, status=422 if faults else 200)


def _stopped(visit: Visit, act: CodeFor) -> HttpResponse | None:  # noqa: PLR0911 - one for each thing that happened
    """What happened, where nothing can be decided; what was answered already is shown to whoever may read it."""
    if visit.version.state in {RevisionState.ACCEPTED, RevisionState.DECLINED} and visit.is_theirs:
        if visit.request.method != "POST":
            return HttpResponseRedirect(visit.address("bids:client-decision"), status=303)
        return _refused(
            visit, AcceptedAlready() if visit.version.state == RevisionState.ACCEPTED else DeclinedAlready()
        )
    if visit.version.state == RevisionState.WITHDRAWN:
        return HttpResponseRedirect(visit.address("bids:client-offer"), status=303)
    if not can_decide(visit.link, visit.offer, now=visit.now):
        return _refused(visit, MayNotDecide())
    if visit.version.state == RevisionState.EXPIRED:
        return _refused(visit, HasExpired())
    if act is CodeFor.ACCEPT and not visit.version.revision.binding:
        return _refused(visit, DoesNotBind())
    return None


def _refused(visit: Visit, refusal: Refusal) -> HttpResponse:
    """A page that says what happened, and where to go from there. A try with the wrong link stands in the trail."""
    if isinstance(refusal, MayNotDecide) and visit.request.method == "POST":
        note_refused_decision(link=visit.link, by=client_actor(visit.link), now=visit.now)
    is_answered = isinstance(refusal, AcceptedAlready | DeclinedAlready)
    page = {
        "said": str(refusal),
        "is_newer": isinstance(refusal, NewerVersion),
        "is_answered": is_answered,
        "receipt": visit.address("bids:client-decision") if visit.is_theirs and is_answered else "",
        "anew": visit.address("bids:client-anew", with_choice=True)
        if isinstance(refusal, HasExpired) and can_decide(visit.link, visit.offer, now=visit.now)
        else "",
    }
    return _page(visit, "client/not_open.html", page, status=refusal.status)


def _chosen(visit: Visit, choice: Choice) -> dict[str, Any]:
    """What is chosen, in words, and what it comes to."""
    sheet = _sheet(visit, choice)
    kept = priced(visit.offer, sorted(choice.lines), choice.package).chosen
    named = [one.name for one in visit.offer.packages if one.id == kept.package]
    return {
        "pairs": as_pairs(choice),
        "totals": sheet.totals,
        "headline": sheet.headline,
        "invoices": _invoices(sheet),
        "chosen": [*named, *(line.text for line in visit.offer.lines if line.code in set(kept.lines))],
        "has_choices": bool(sheet.options or sheet.groups or sheet.packages),
        "valid_until": sheet.valid_until.text,
    }


def _sheet(visit: Visit, choice: Choice) -> OfferSheet:
    return offer_sheet(visit.offer, choice, language=visit.language, version=visit.version.number, eyes=CLIENTS_EYES)


def _invoices(sheet: OfferSheet) -> list[tuple[str, str]]:
    if len(sheet.invoices) < 2:  # noqa: PLR2004 - the only invoice is the total
        return []
    return [(one.seller_name, one.sums.gross.text) for one in sheet.invoices]


def _page(visit: Visit, template: str, page: dict[str, Any], *, status: int = 200) -> HttpResponse:
    here = visit.request.path
    pairs = as_pairs(visit.choice)
    known = {
        "language": visit.language.value,
        "content_language": visit.offer.language.value,
        "tongues": [
            (one.value, name, one == visit.language, f"{here}?{urlencode([*pairs, ('language', one.value)])}")
            for one, name in _SPOKEN
        ],
        "link": visit.link,
        "version": visit.version,
        "seen": visit.seen,
        "title": visit.offer.title,
        "number": visit.offer.number,
        "is_anbud": visit.offer.client.kind == ClientKind.PUBLIC,
        "change": change_of_version(visit.version.revision, language=visit.language),
        "lead": visit.offer.lead.firm,
        "offer_page": visit.address("bids:client-offer", with_choice=True),
    }
    return render(visit.request, template, known | page, status=status)


def _is_ticked(visit: Visit) -> bool:
    """Whether the tick was made on this very version; a program that fills in anything does not make it."""
    ticked = visit.request.POST.get("agreed", "")
    return len(ticked) == len(visit.seen) and ticked == visit.request.POST.get("seen", "")


def _nonce(visit: Visit) -> UUID:
    """The form's own name: what was sent with it, else a new one."""
    try:
        return UUID(visit.request.POST.get("nonce", ""))
    except ValueError:
        return uuid4()


def _cookie(link: ClientLink) -> str:
    return f"says-{link.public_id.hex[:12]}"


def _remember(answer: HttpResponse, visit: Visit, begun: Begun) -> None:
    kept = {"act": begun.act.value, "seen": begun.seen, "nonce": str(begun.nonce), "name": begun.name}
    answer.set_cookie(
        _cookie(visit.link),
        signing.dumps(kept, salt=f"{_SALT}:{visit.link.public_id}", compress=True),
        max_age=LIVES,
        path=reverse("bids:client-offer", args=[visit.link.public_id]),
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _begun(visit: Visit, act: CodeFor) -> Begun | None:
    """What this browser told on the first page; None when it did not, or told it of something else."""
    try:
        kept = signing.loads(
            visit.request.COOKIES.get(_cookie(visit.link), ""), salt=f"{_SALT}:{visit.link.public_id}", max_age=LIVES
        )
    except signing.BadSignature:
        return None
    if kept["act"] != act.value:
        return None
    return Begun(act=act, seen=kept["seen"], nonce=UUID(kept["nonce"]), name=kept["name"])
