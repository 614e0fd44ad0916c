"""Write down, for the lead, what the client answered otherwise than by clicking."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bids.actions.record_counter_offer import record_counter_offer
from bids.actions.record_decision import record_decision
from bids.choosing import can_be_chosen
from bids.content import JointOffer
from bids.exports.frozen_version import read_version
from bids.models import Bid
from bids.permissions import may_send
from bids.queries.versions import Version, with_the_client
from bids.sheets.decision_sentences import WAYS
from bids.steps.recording import LARGEST, RecordedFile
from bids.vocabulary import DecisionKind, DecisionWay
from bids.web.choice import choice_from
from bids.web.offer import bid_for
from kernel.actor import Actor
from kernel.clock import NoSuchMoment, database_now, helsinki_day, helsinki_instant, in_the_course_of
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal
from members.web.acting import actor_of

LONGEST_TYPED: Final = 2500
COUNTER: Final = "counter"
_LONG_AGO: Final = date(2000, 1, 1)
KINDS: Final = (
    (DecisionKind.ACCEPT.value, _("They said yes, to it as it is")),
    (DecisionKind.DECLINE.value, _("They said no")),
    (COUNTER, _("They said yes too late, or with changes")),
)


class RecordForm(forms.Form):
    """What was answered, how it came and when; nothing is chosen beforehand."""

    kind = forms.ChoiceField(
        label=_("What the client answered"),
        choices=KINDS,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what they answered.")},
    )
    way = forms.ChoiceField(
        label=_("How it came"),
        choices=[(way.value, words) for way, words in WAYS.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it came.")},
    )
    day = forms.DateField(
        label=_("The day it came"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"required": _("Say on which day it came."), "invalid": _("Write a day like 24.4.2026.")},
    )
    hour = forms.TimeField(
        label=_("Time of day"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}),
        help_text=_("Left empty: in the course of that day."),
        error_messages={"invalid": _("Write a time like 14.30.")},
    )
    file = forms.FileField(
        label=_("The message, slip, order or minutes"),
        required=False,
        help_text=_("PDF, PNG, JPEG or .eml. A yes needs one, unless it was said on the phone."),
    )
    words = forms.CharField(
        label=_("Why not, or what is to be otherwise"),
        required=False,
        max_length=LONGEST_TYPED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tells = forms.BooleanField(label=_("The firms may read why it was a no"), required=False)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say what the client answered to the version they have."""
    actor, now = actor_of(request), database_now()
    bid = bid_for(actor, public_id)
    if not may_send(actor, bid):
        raise NotVisible if actor.firm_id != bid.lead_id else NotPermitted
    version = with_the_client(bid, now=now)
    if version is None:
        return redirect("bids:send", public_id=bid.public_id)
    if request.method != "POST":
        return _page(request, bid, version, RecordForm())
    form = RecordForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, bid, version, form, status=422)
    try:
        said = _record(request, bid, form, actor=actor, now=now)
    except Malformed as refused:
        for field, fault in refused.faults.items():
            form.add_error(_FIELDS.get(field), str(fault))
        return _page(request, bid, version, form, status=422)
    except (NotPermitted, NotVisible):
        raise
    except Refusal as refused:
        return _page(request, bid, version, form, status=refused.status, refusal=str(refused))
    messages.success(request, said)
    return redirect("bids:offer", public_id=bid.public_id)


_FIELDS: Final[dict[str, str]] = {"arrived_at": "day", "file": "file", "reason": "words", "words": "words"}


def _record(request: HttpRequest, bid: Bid, form: RecordForm, *, actor: Actor, now: datetime) -> str:
    typed = form.cleaned_data
    choice = choice_from(request.POST)
    common: dict[str, Any] = {
        "bid": bid,
        "seen": request.POST.get("seen", ""),
        "nonce": _nonce(request),
        "way": DecisionWay(typed["way"]),
        "arrived_at": _arrived(typed["day"], typed["hour"], now=now),
        "file": _file(form),
        "by": actor,
        "now": now,
    }
    if typed["kind"] == COUNTER:
        again_after_conflict(lambda: record_counter_offer(**common, words=typed["words"]))
        return gettext("Written down. It is a new offer by the client: answer it with a new version.")
    kind = DecisionKind(typed["kind"])
    again_after_conflict(
        lambda: record_decision(
            **common,
            kind=kind,
            lines=sorted(choice.lines),
            package=choice.package,
            reason=typed["words"] if kind is DecisionKind.DECLINE else "",
            tells_reason=typed["tells"],
        )
    )
    return gettext("Written down. Every firm hears of it, and so does the client, who can say that it is not so.")


def _arrived(day: date, hour: time | None, *, now: datetime) -> datetime:
    """When it came; without a time of day as late on that day as can be, which is in time as long as the day is.

    A day that no clock reaches is reckoned as one that is refused just as well.
    """
    day = min(max(day, _LONG_AGO), helsinki_day(now) + timedelta(days=2))
    if hour is None:
        return in_the_course_of(day, now=now)
    try:
        return helsinki_instant(day, hour)
    except NoSuchMoment as skipped:
        raise Malformed(faults={"arrived_at": gettext("The clocks skip that time on that day.")}) from skipped


def _file(form: RecordForm) -> RecordedFile | None:
    given = form.cleaned_data["file"]
    if given is None:
        return None
    if given.size > LARGEST:
        raise Malformed(faults={"file": gettext("At most 5 MB.")})
    return RecordedFile(data=given.read())


def _nonce(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("nonce", ""))
    except ValueError:
        return uuid4()


def _page(
    request: HttpRequest,
    bid: Bid,
    version: Version,
    form: RecordForm,
    *,
    status: int = 200,
    refusal: str = "",
) -> HttpResponse:
    offer = read_version(bytes(version.revision.payload)).offer
    choice = choice_from(request.POST)
    page = {
        "bid": bid,
        "version": version,
        "form": form,
        "seen": request.POST.get("seen", "") or bytes(version.revision.content_hash).hex(),
        "nonce": _nonce(request),
        "refusal": refusal,
        "lines": [(line.code, line.text, line.code in choice.lines) for line in _choosable(offer)],
        "packages": [
            (one.id, one.name, _is_taken(one.id, choice.package, default=one.default)) for one in offer.packages
        ],
        "no_package": _is_taken("", choice.package, default=not any(one.default for one in offer.packages)),
    }
    return render(request, "bids/record_decision.html", page, status=status)


def _is_taken(id_: str, chosen: str | None, *, default: bool) -> bool:
    return default if chosen is None else chosen == id_


def _choosable(offer: JointOffer) -> list[Any]:
    return [line for line in offer.lines if can_be_chosen(line) and not line.default]
