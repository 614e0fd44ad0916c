"""New joint offer: one screen whose button sends the requests."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bids import formats
from bids.actions.copy_offer import copy_offer
from bids.actions.forget_draft import forget_draft
from bids.actions.save_draft import save_draft
from bids.actions.start_offer import start_offer
from bids.content import FirmCard, OfferPart
from bids.models import Bid
from bids.permissions import may_start_for
from bids.queries.asked_before import KeyUsed
from bids.queries.drafts import draft_of
from bids.queries.partners import EarlierPartner, earlier_partners
from bids.sheets.threads import PALETTE, threads
from bids.steps.asking import faults_in
from bids.steps.copying import RateReplaced
from bids.steps.initials import initials_for
from bids.vocabulary import Role
from bids.web.new_offer_form import MOST_ROWS, NewOfferForm, Row, first_words, rows_in
from bids.web.offer_sources import Source, earlier_offer, source_of, suggestion_for
from bids.web.speaking import hour, page_language
from kernel.clock import database_now
from kernel.errors import Malformed, Refusal, TooLarge, require
from members.models import Firm
from members.web.acting import actor_of, membership_of

CHIPS: Final = 8
"""Earlier partners offered by a tap; all of them complete as one types."""
_KEPT: Final = re.compile(r"[a-z_]+|firm-[0-9]{1,3}-(name|contact|what|part)")
_NOT_KEPT: Final = frozenset({"csrfmiddlewaretoken", "start", "add", "drop", "pick", "nobody", "keep"})


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_offer(request: HttpRequest) -> HttpResponse:
    """Show what was typed last, or an empty page; add or take away a firm; or start the offer and send the requests."""
    membership = membership_of(request)
    if membership is None:
        messages.info(request, gettext("Add your firm first: it leads the offer."))
        return redirect(f"{reverse('members:new-firm')}?{urlencode({'next': request.get_full_path()})}")
    require(may_start_for(actor_of(request), membership.firm))
    source = source_of(request.POST if request.method == "POST" else request.GET)
    if request.method != "POST":
        return _begin_page(request, membership.firm, source)
    if "start" in request.POST:
        return _start(request, membership.firm, source)
    return _rearranged(request, membership.firm, source)


@login_required
@never_cache
@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Keep what is being typed; says when it was kept."""
    membership = membership_of(request)
    require(membership is not None and may_start_for(actor_of(request), membership.firm))
    assert membership is not None  # noqa: S101 - required above
    _keep(request, membership.firm, source_of(request.POST), words_of(request.POST))
    return render(request, "bids/kept_at.html", {"kept_at": _clock()})


@login_required
@never_cache
@require_safe
def partner(request: HttpRequest) -> HttpResponse:
    """One row's mark, and the address of an earlier partner of that name where none is typed."""
    membership = membership_of(request)
    require(membership is not None)
    assert membership is not None  # noqa: S101 - required above
    rows = rows_in(request.GET)
    wanted = request.GET.get("row", "")
    known = {each.name.casefold(): each for each in earlier_partners(membership.firm)}
    _mark(rows, membership.firm, known)
    row = next((each for each in rows if str(each.number) == wanted), None)
    if row is None:
        return HttpResponse(status=204)
    found = known.get(row.name.strip().casefold())
    fills = bool(found and not row.contact.strip() and (found.email or found.phone))
    if found and fills:
        row.contact = found.email or found.phone
    return render(request, "bids/new_offer_partner.html", {"row": row, "fills": fills})


def _begin_page(request: HttpRequest, firm: Firm, source: Source) -> HttpResponse:
    now = database_now()
    draft = draft_of(actor_of(request), place_of(firm, source))
    suggestion = suggestion_for(source, by=actor_of(request), now=now)
    begun: dict[str, Any] = {"made_from": suggestion.sentence, "noted": suggestion.note}
    if draft is not None and "empty" not in request.GET:
        words = {key: value for key, value in dict(draft.words).items() if _KEPT.fullmatch(key)}
        begun |= {"kept_at": _clock(draft.saved_at), "is_kept": True}
    else:
        words = first_words(now=now, language=page_language())
        words = (words if not suggestion.words else {"leaves": words["leaves"]}) | suggestion.words
    form = NewOfferForm(words, now=now, partners=earlier_partners(firm))
    return _page(request, form, firm, source, ticket=str(words.get("ticket") or uuid4()), **begun)


def _rearranged(request: HttpRequest, firm: Firm, source: Source) -> HttpResponse:
    """The page with one firm more or less, and everything typed still there; nothing is judged yet."""
    now, words = database_now(), words_of(request.POST)
    partners = earlier_partners(firm)
    form = NewOfferForm(words, now=now, partners=partners)
    form.rows = _with_change(form.rows, request.POST, {each.name.casefold(): each for each in partners})
    words = {key: value for key, value in words.items() if not key.startswith("firm-")} | _words_of_rows(form.rows)
    _keep(request, firm, source, words)
    extra: dict[str, Any] = {"kept_at": _clock(), "is_nobody": "nobody" in request.POST}
    return _page(request, form, firm, source, ticket=words.get("ticket", ""), **extra)


def _with_change(rows: list[Row], said: Mapping[str, str], known: Mapping[str, EarlierPartner]) -> list[Row]:
    if "nobody" in said:
        return []
    if (drop := said.get("drop")) is not None:
        rows = [row for row in rows if str(row.number) != drop]
    if (name := said.get("pick")) is not None and (found := known.get(name.casefold())):
        rows = [row for row in rows if not row.is_blank]
        if not any(row.name.strip().casefold() == name.casefold() for row in rows):
            rows.append(Row(number=0, name=found.name, contact=found.email or found.phone))
    if "add" in said:
        rows.append(Row(number=0))
    rows = rows[:MOST_ROWS]
    for number, row in enumerate(rows):
        row.number = number
    return rows


def _start(request: HttpRequest, firm: Firm, source: Source) -> HttpResponse:
    actor, now, words = actor_of(request), database_now(), words_of(request.POST)
    form = NewOfferForm(words, now=now, partners=earlier_partners(firm), is_sent=True)
    ticket = words.get("ticket") or str(uuid4())
    # The same page sent twice, or again after going back, is the same offer.
    key = uuid5(actor.public_id or NAMESPACE_OID, f"{firm.public_id}:{ticket}")
    if not form.is_valid():
        _judge_rows(form, firm, request)
        return _page(request, form, firm, source, ticket=ticket, status=422)
    try:
        bid = _made(request, form, source, key=key)
    except Malformed as refused:
        form.take_faults(refused)
        return _page(request, form, firm, source, ticket=ticket, status=422)
    except KeyUsed:
        return _already_started(request, key)
    except Refusal as refused:
        _keep(request, firm, source, words)
        return _page(request, form, firm, source, ticket=ticket, status=refused.status, refusal=str(refused))
    forget_draft(bid=None, place=place_of(firm, source), by=actor, now=now)
    _say(request, form)
    return redirect("bids:offer", public_id=bid.public_id)


def _made(request: HttpRequest, form: NewOfferForm, source: Source, *, key: UUID) -> Bid:
    actor = actor_of(request)
    new = form.new_offer(meeting=source.is_a("meeting"), group=source.is_a("group"))
    earlier = earlier_offer(source, by=actor)
    if earlier is None:
        return start_offer(new=new, by=actor, now=form.now, public_id=key)
    shares = tuple(row.part for row in form.filled)
    copied = copy_offer(bid=earlier, new=new, shares=shares, by=actor, now=form.now, public_id=key)
    for each in copied.rates:
        messages.warning(request, _rate_sentence(each))
    return copied.bid


def _rate_sentence(each: RateReplaced) -> str:
    language = page_language()
    said = {"code": each.code, "old": formats.percent(each.old, language)}
    if each.new is None:
        return gettext("Row %(code)s: VAT %(old)s is no longer in force. Choose its rate.") % said
    said["new"] = formats.percent(each.new, language)
    return (
        gettext("Row %(code)s: VAT %(old)s is no longer in force, so it is %(new)s now. Check that it is right.") % said
    )


def _already_started(request: HttpRequest, key: UUID) -> HttpResponse:
    """The page was sent before, with other words: the offer is there, and is changed on its own page."""
    if not Bid.objects.visible_to(actor_of(request)).filter(public_id=key).exists():
        raise KeyUsed
    messages.warning(request, gettext("This offer was started already. Change it here: the requests have been sent."))
    return redirect("bids:offer", public_id=key)


def _say(request: HttpRequest, form: NewOfferForm) -> None:
    asked = [row.asked(form.partners) for row in form.filled]
    mailed = sum(bool(each.email) for each in asked)
    if mailed:
        sentence = ngettext(
            "The request is on its way to %(n)s firm.", "The requests are on their way to %(n)s firms.", mailed
        )
        messages.success(request, sentence % {"n": mailed})
    if len(asked) > mailed:
        sentence = ngettext(
            "%(n)s firm has no e-mail address: copy a link for it, or call.",
            "%(n)s firms have no e-mail address: copy a link for each, or call.",
            len(asked) - mailed,
        )
        messages.warning(request, sentence % {"n": len(asked) - mailed})
    if not asked:
        messages.success(request, gettext("The offer has begun. Ask firms when you know whom."))
    if form.cleaned_data["leaves"].is_shown_twice:
        messages.info(
            request, gettext("The clocks are put back that night, so that hour comes twice: the later one holds.")
        )


def _judge_rows(form: NewOfferForm, firm: Firm, request: HttpRequest) -> None:
    """Say of the rows too what is wrong, also while something above them is."""
    asked = [row.asked(form.partners).cleaned() for row in form.filled]
    faults = faults_in(asked, lead=firm, by=actor_of(request))
    if faults:
        form.take_faults(Malformed(faults=faults))


def _page(
    request: HttpRequest,
    form: NewOfferForm,
    firm: Firm,
    source: Source,
    *,
    ticket: str,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    lead_colour = _mark(form.rows, firm, form.partners)
    chips = [each for each in form.partners.values() if each.name.casefold() not in _named(form.rows)][:CHIPS]
    page = {
        "form": form,
        "rows": form.rows,
        "chips": chips,
        "partners": form.partners.values(),
        "ticket": ticket,
        "source": source,
        "lead": {"initials": initials_for(firm.name, taken=()), "colour": lead_colour, "name": firm.name},
        "colours": {*PALETTE, lead_colour, *(row.colour for row in form.rows)},
        "asks_somebody": bool(form.rows),
        **extra,
    }
    is_part = getattr(request, "htmx", False) and "start" not in request.POST
    return render(request, "bids/new_offer_firms.html" if is_part else "bids/new_offer.html", page, status=status)


def _mark(rows: list[Row], firm: Firm, known: Mapping[str, EarlierPartner]) -> str:
    """Give every row the initials and the colour the firm will have; returns the lead's colour."""
    lead = OfferPart(
        key=initials_for(firm.name, taken=()), role=Role.LEAD, firm=FirmCard(name=firm.name, colour=firm.colour)
    )
    parts = [lead]
    for row in rows:
        name = row.name.strip()
        row.initials = initials_for(name, taken=[part.key for part in parts]) if name else ""
        before = known.get(name.casefold())
        card = FirmCard(name=name, colour=before.colour if before else "")
        parts.append(OfferPart(key=row.initials or f"-{row.number}", role=Role.MEMBER, firm=card))
    drawn = threads(parts)
    for row, part in zip(rows, parts[1:], strict=True):
        row.colour = drawn[part.key].colour
    return drawn[lead.key].colour


def _named(rows: list[Row]) -> set[str]:
    return {row.name.strip().casefold() for row in rows}


def place_of(firm: Firm, source: Source) -> str:
    """Where the draft of this page is kept."""
    return f"new-offer:{firm.public_id}{source.place}"


def words_of(said: QueryDict) -> dict[str, str]:
    """Everything typed on the page, and nothing else that was sent."""
    return {key: said.get(key, "") for key in said if key not in _NOT_KEPT and _KEPT.fullmatch(key)}


def _words_of_rows(rows: list[Row]) -> dict[str, str]:
    return {
        f"firm-{row.number}-{key}": getattr(row, key) for row in rows for key in ("name", "contact", "what", "part")
    }


def _keep(request: HttpRequest, firm: Firm, source: Source, words: Mapping[str, str]) -> None:
    place = place_of(firm, source)
    try:
        save_draft(bid=None, place=place, words=words, seen=None, by=actor_of(request), now=database_now())
    except TooLarge:
        messages.warning(request, gettext("This is too much to be kept while you type. Shorten it before you go on."))


def _clock(at: datetime | None = None) -> str:
    return hour(at or database_now())
