"""Writing in an offer: one small form for one place, what it comes to while one types, and what to do in a conflict."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bids import formats
from bids.actions.forget_draft import forget_draft
from bids.actions.save_draft import save_draft
from bids.content import JointOffer
from bids.models import Draft
from bids.pricing import ChoiceRefused, priced_lines, totals
from bids.queries.asked_before import KeyUsed
from bids.queries.drafts import draft_of
from bids.steps.desk import Desk
from bids.vat import NoRateKnown
from bids.web.edit_forms import EditForm
from bids.web.edit_places import LinePlace, NewLinePlace, Place, place_of
from bids.web.offer_page import live_offer
from bids.web.rules_meaning import meaning_of_rules
from bids.web.speaking import page_language
from kernel.clock import HELSINKI, database_now
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal, Stale
from members.web.acting import actor_of

MACHINERY: Final = frozenset({"csrfmiddlewaretoken", "version", "was", "fresh", "do", "why"})
"""What stands in a form beside the words somebody types."""


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A field in which what somebody typed is not what stands there now."""

    label: str
    typed: str
    now: str


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, public_id: UUID, kind: str, key: str = "") -> HttpResponse:
    """The form of one place with what stands there, or with what its reader typed and did not save; or its saving."""
    actor = actor_of(request)
    desk = Desk.seen_by(actor, public_id)
    place = place_of(desk, kind, key)
    if request.method == "POST":
        return again_after_conflict(lambda: _pressed(request, public_id, place))
    draft = draft_of(actor, place.name, bid=desk.bid)
    if draft is None or "anew" in request.GET:
        return _form_page(request, place, place.form(), version=place.version)
    typed = _as_query(draft.words)
    form = place.form(initial=_typed_values(place, typed))
    return _form_page(request, place, form, version=draft.seen_version or 0, draft=draft)


@login_required
@never_cache
@require_POST
def typing(request: HttpRequest, public_id: UUID, kind: str, key: str = "") -> HttpResponse:
    """Keep what is being typed, say so, and say what the offer would come to with it; nothing of the offer changes."""
    actor, now = actor_of(request), database_now()
    desk = Desk.seen_by(actor, public_id)
    place = place_of(desk, kind, key)
    words = {name: request.POST.getlist(name) for name in request.POST if name not in MACHINERY}
    save_draft(bid=desk.bid, place=place.name, words=words, seen=_seen(request), by=actor, now=now)
    page: dict[str, Any] = {"kept_at": now.astimezone(HELSINKI), "place": place}
    if place.has_totals:
        page |= _comes_to(place, request.POST, now)
    return render(request, "bids/edit/typing.html", page)


def _pressed(request: HttpRequest, public_id: UUID, place: Place) -> HttpResponse:  # noqa: PLR0911 - one for each way it ends
    actor, now, do = actor_of(request), database_now(), request.POST.get("do", "save")
    form = place.form(request.POST)
    try:
        if do == "forget":
            forget_draft(bid=place.desk.bid, place=place.name, by=actor, now=now)
            return _back(request, public_id, place, 303)
        if do in {"remove", "up", "down"}:
            return _moved_or_removed(request, public_id, place, do, now)
        if not form.is_valid():
            return _form_page(request, place, form, version=_seen(request), status=422)
        return _saved(request, public_id, place, form, now)
    except Stale:
        return _conflict(request, public_id, place, now)
    except Malformed as refused:
        form.is_valid()
        form.tell(refused.faults or {"": refused})
        return _form_page(request, place, form, version=_seen(request), status=422)
    except (NotPermitted, NotVisible):
        raise
    except KeyUsed:
        form.tell({"": gettext("This is saved already, in other words. Press again if you want these as one more.")})
        return _form_page(request, place, form, version=_seen(request), fresh=str(uuid4()), status=422)
    except Refusal as refused:
        form.is_valid()
        form.tell({"": refused})
        return _form_page(request, place, form, version=_seen(request), status=422)


def _saved(request: HttpRequest, public_id: UUID, place: Place, form: EditForm, now: datetime) -> HttpResponse:
    actor = actor_of(request)
    if place.right == "suggest":
        place.suggest(form, why=request.POST.get("why", "")[:2000], by=actor, now=now)
        messages.success(request, gettext("Suggested. Nothing has changed yet: the firm decides."))
    else:
        place.fresh_id = _fresh(request)
        place.save(form, seen=_seen(request), by=actor, now=now)
    forget_draft(bid=place.desk.bid, place=place.name, by=actor, now=now)
    return _back(request, public_id, place, 303)


def _moved_or_removed(request: HttpRequest, public_id: UUID, place: Place, do: str, now: datetime) -> HttpResponse:
    actor = actor_of(request)
    if do == "remove" and place.right == "suggest":
        place.suggest_removal(why=request.POST.get("why", "")[:2000], by=actor, now=now)
        messages.success(request, gettext("Suggested. Nothing has changed yet: the firm decides."))
    elif do == "remove":
        place.remove(seen=_seen(request), by=actor, now=now)
    else:
        place.move(place.standing_at() + (1 if do == "down" else -1), seen=_seen(request), by=actor, now=now)
    forget_draft(bid=place.desk.bid, place=place.name, by=actor, now=now)
    return _back(request, public_id, place, 303)


@login_required
@never_cache
@require_POST
def move(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Put what was dragged where it was dropped. A program's address only: the form has buttons for the same."""
    actor, now = actor_of(request), database_now()
    desk = Desk.seen_by(actor, public_id)
    place = place_of(desk, request.POST.get("kind", ""), request.POST.get("key", ""))
    if place.right != "write" or not place.may_be_moved:
        raise NotVisible
    to = place.behind(request.POST.get("after", ""))
    again_after_conflict(lambda: place.move(to, seen=place.version, by=actor, now=now))
    return _back(request, public_id, place, 303)


def _conflict(request: HttpRequest, public_id: UUID, stale: Place, now: datetime) -> HttpResponse:
    """Somebody saved first. Where they changed something else, this is saved too; else both are shown.

    It may have been oneself, by a second press or after an answer that was lost: then what was typed stands already.
    """
    actor = actor_of(request)
    desk = Desk.seen_by(actor, public_id)
    place = place_of(desk, stale.kind, stale.key)
    form = place.form(request.POST)
    saves = request.POST.get("do", "save") == "save" and form.is_valid()
    if saves and place.right == "write" and _stands_already(place, form):
        forget_draft(bid=desk.bid, place=place.name, by=actor, now=now)
        return _back(request, public_id, place, 303)
    if saves and request.POST.get("was") == digest_of(place):
        again = request.POST.copy()
        again["version"] = str(place.version)
        request.POST = again  # type: ignore[assignment]
        try:
            return _saved(request, public_id, place, form, now)
        except Malformed as refused:
            form.tell(refused.faults or {"": refused})
            return _form_page(request, place, form, version=place.version, status=422)
    form.is_valid()
    return _form_page(request, place, form, version=place.version, status=412, differences=_differences(place, form))


def _stands_already(place: Place, form: EditForm) -> bool:
    """Whether a valid form says just what stands there."""
    standing = place.form(place.values())
    return standing.is_valid() and standing.cleaned_data == form.cleaned_data


def _differences(place: Place, form: EditForm) -> list[Difference]:
    """Field by field what was typed beside what stands there now."""
    standing = place.form()
    found = []
    for name, field in standing.fields.items():
        typed, now = _shown(form, name), _shown(standing, name)
        if typed != now:
            found.append(Difference(label=str(field.label or name), typed=typed, now=now))
    return found


def _shown(form: EditForm, name: str) -> str:
    value = form[name].value() if name in form.fields else ""
    choices = {str(code): str(said) for code, said in getattr(form.fields.get(name), "choices", ())}
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, list | tuple):
        return ", ".join(choices.get(str(each), str(each)) for each in value)
    text = "" if value is None else str(value).replace("\r\n", "\n").strip()
    if name not in form.data and form.is_bound and value in (None, ""):
        return gettext("no") if form.fields[name].widget.__class__.__name__ == "CheckboxInput" else ""
    return choices.get(text, text)


def _form_page(
    request: HttpRequest,
    place: Place,
    form: EditForm,
    *,
    version: int,
    draft: Draft | None = None,
    differences: list[Difference] | None = None,
    fresh: str = "",
    status: int = 200,
) -> HttpResponse:
    page = {
        "bid": place.desk.bid,
        "place": place,
        "form": form,
        "version": version,
        "was": digest_of(place) if draft is None or draft.seen_version == place.version else "",
        "fresh": fresh or request.POST.get("fresh") or str(uuid4()),
        "draft": draft,
        "draft_is_old": draft is not None and (draft.seen_version or 0) != place.version,
        "kept_at": draft.saved_at.astimezone(HELSINKI) if draft else None,
        "differences": differences,
        "action": reverse("bids:offer", args=[place.desk.bid.public_id]) + place.path,
        "at": request.GET.get("at", ""),
    }
    if place.has_totals:
        page |= _comes_to(place, form.data if form.is_bound else None, None)
    is_part = bool(getattr(request, "htmx", False))
    return render(request, "bids/edit/form.html" if is_part else "bids/edit/page.html", page, status=status)


def _back(request: HttpRequest, public_id: UUID, place: Place, status: int) -> HttpResponse:
    """To the offer: the whole page, or for a script the paper as it is now."""
    if not getattr(request, "htmx", False):
        address = reverse("bids:offer", args=[public_id])
        return HttpResponse(status=status, headers={"Location": f"{address}#{anchor_of(place)}"})
    answer = live_offer(request, public_id, _current_query(request))
    answer.headers["HX-Retarget"] = "#paper"
    answer.headers["HX-Reswap"] = "outerHTML"
    answer.headers["HX-Trigger-After-Settle"] = json.dumps({"wrote": {"at": anchor_of(place)}})
    return answer


def _current_query(request: HttpRequest) -> QueryDict:
    """What was chosen in the address the script's page stands at; nothing where that is no address."""
    try:
        return QueryDict(urlsplit(request.headers.get("HX-Current-URL", "")).query)
    except (ValueError, TooManyFieldsSent):
        return QueryDict()


def anchor_of(place: Place) -> str:
    """The id of the block the place stands in on the offer's page."""
    if isinstance(place, NewLinePlace):
        return f"rows-{place.key}"
    return f"{place.kind}-{place.key}" if place.key else place.kind


def digest_of(place: Place) -> str:
    """What tells whether the words of a form are still those that stand in the offer."""
    return hashlib.sha256(json.dumps(place.values(), sort_keys=True, default=str).encode()).hexdigest()[:32]


def _comes_to(place: Place, typed: Mapping[str, Any] | None, now: datetime | None) -> dict[str, Any]:
    """What the row and the whole offer come to with what is typed; nothing while it cannot be reckoned."""
    form = place.form(typed) if typed is not None else None
    if form is not None and not form.is_valid():
        return {}
    if form is None and place.version == 0:
        return {}
    try:
        offer = place.proposed(form.said()) if form is not None else place.desk.offer
        said = _sums(place, offer)
        if place.kind == "rules" and form is not None and now is not None:
            said["meaning"] = meaning_of_rules(
                place.desk, offer, always_ask=bool(form.cleaned_data["always_ask"]), now=now
            )
    except (ChoiceRefused, NoRateKnown, Malformed):
        return {}
    return said


def _sums(place: Place, offer: JointOffer) -> dict[str, Any]:
    language = page_language()
    said: dict[str, Any] = {}
    if isinstance(place, LinePlace | NewLinePlace):
        code = place.key if isinstance(place, LinePlace) else "+"
        said["row_net"] = formats.money(priced_lines(offer)[code].net, language)
    if place.desk.eyes.sees_totals:
        net_first = offer.client.deducts_vat
        sums = totals(offer)
        said["total"] = formats.money(sums.net if net_first else sums.gross, language)
        said["total_is_net"] = net_first
        try:
            before = totals(place.desk.offer)
        except ChoiceRefused:
            return said
        difference: Decimal = sums.net - before.net if net_first else sums.gross - before.gross
        said["difference"] = formats.signed_money(difference, language) if difference else ""
    return said


def _seen(request: HttpRequest) -> int:
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else 0  # noqa: PLR2004 - what a version can be


def _fresh(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("fresh", ""))
    except ValueError:
        return None


def _as_query(words: Mapping[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in words.items():
        query.setlist(name, [str(each) for each in values] if isinstance(values, list) else [str(values)])
    return query


def _typed_values(place: Place, typed: QueryDict) -> dict[str, Any]:
    """What was typed as a form's first values; a box that was not ticked is not in it."""
    bound = place.form(typed)
    return {name: bound[name].value() for name in bound.fields}
