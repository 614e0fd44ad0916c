"""Letters that wait for a person, as the pages show them, and what the person decides."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from bids.actions.letter_arrived import letter_arrived
from bids.actions.letter_handled import letter_handled
from bids.actions.send_letter_again import send_letter_again
from bids.models import Bid, Group, Invitation, Letter
from bids.permissions import letters_for, may_ask_firms, may_lead_group, may_see_to_letter
from bids.queries.letter_people import is_for_the_client
from bids.queries.letters import delivery_of, waiting_letters
from bids.queries.partners import latest_invitations
from bids.sheets.letter_sentences import about, advice, delivery_sentence
from bids.vocabulary import Answer, BidState, LetterKind, LetterState
from kernel.actor import Actor
from kernel.clock import database_now
from kernel.errors import Malformed, NotPermitted, NotVisible, Refusal
from members.web.acting import actor_of
from members.web.returning import local_address

MOST_SHOWN: Final = 20


@dataclass(frozen=True, kw_only=True)
class LetterToSeeTo:
    """One letter somebody must decide about.

    `other_address` is the page where another address is given, if any; the client's letter takes one where it stands.
    """

    id: UUID
    about: str
    name: str
    says: str
    advice: str
    is_unclear: bool
    may: bool
    other_address: str = ""
    may_go_elsewhere: bool = False


def letters_of_bid(bid: Bid, *, by: Actor, now: datetime) -> list[LetterToSeeTo]:
    """Those of an offer, the oldest first; for the firm that leads it."""
    letters = list(waiting_letters().filter(bid=bid)[:MOST_SHOWN])
    if not letters:
        return []
    invitations = latest_invitations([letter.part for letter in letters if letter.part and not letter.invitation_id])
    may_ask = may_ask_firms(by, bid) and bid.state == BidState.DRAFTING.value

    def other_address(letter: Letter) -> str:
        if not may_ask or not letter.shown_address:
            return ""
        if is_for_the_client(letter):
            return ""
        return _of_request(letter.invitation or (invitations.get(letter.part_id) if letter.part_id else None))

    return _shown(letters, {letter.pk: other_address(letter) for letter in letters}, by=by, now=now)


def letters_of_group(group: Group, *, by: Actor, now: datetime) -> list[LetterToSeeTo]:
    """Those about a group's rules, the oldest first; for the firm that made it."""
    if by.firm_id != group.made_by_id:
        return []
    letters = list(waiting_letters().filter(bid=None, group=group)[:MOST_SHOWN])
    if not letters:
        return []
    address = reverse("bids:change-group", args=[group.public_id]) if may_lead_group(by, group) else ""
    return _shown(letters, {letter.pk: address for letter in letters}, by=by, now=now)


def _of_request(invitation: Invitation | None) -> str:
    """A request is asked at another address as long as nobody has said yes from the one it has."""
    if invitation is None or invitation.withdrawn_at is not None or invitation.answer == Answer.IN.value:
        return ""
    return reverse("bids:change-request", args=[invitation.public_id])


def _shown(letters: Iterable[Letter], addresses: dict[int, str], *, by: Actor, now: datetime) -> list[LetterToSeeTo]:
    may: bool | None = None
    shown = []
    for letter in letters:
        may = may_see_to_letter(by, letter) if may is None else may
        shown.append(_one(letter, addresses[letter.pk], may=may, now=now))
    return shown


def _one(letter: Letter, other_address: str, *, may: bool, now: datetime) -> LetterToSeeTo:
    delivery = delivery_of(letter)
    return LetterToSeeTo(
        id=letter.public_id,
        about=about(LetterKind(letter.kind)),
        name=delivery.to_name or delivery.to_email or delivery.firm,
        says=delivery_sentence(delivery, now=now),
        advice=advice(delivery),
        is_unclear=letter.state == LetterState.HELD,
        may=may,
        other_address=other_address,
        may_go_elsewhere=letter.state == LetterState.BOUNCED and is_for_the_client(letter),
    )


@login_required
@require_POST
def see_to_letter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Send it again, or say that it came or that it needs nothing more; back to the page it was decided on."""
    actor, now = actor_of(request), database_now()
    letter = letters_for(actor).filter(public_id=public_id).first()
    if letter is None:
        raise NotVisible
    try:
        match request.POST.get("act", ""):
            case "again":
                to_email = request.POST.get("to_email", "")
                send_letter_again(letter=letter, by=actor, now=now, to_email=to_email)
                messages.success(request, gettext("The letter goes once more."))
            case "arrived":
                letter_arrived(letter=letter, by=actor, now=now)
                messages.success(request, gettext("Good: the letter counts as sent."))
            case "handled":
                letter_handled(letter=letter, by=actor, now=now)
                messages.success(request, gettext("Noted. The letter waits for you no more."))
    except NotPermitted:
        raise
    except Malformed as refused:
        return _typed_again(request, letter, refused, now=now)
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect(_next(request, letter))


def _typed_again(request: HttpRequest, letter: Letter, refused: Malformed, *, now: datetime) -> HttpResponse:
    """A page with the address as it was typed, and what is wrong with it."""
    page = {
        "bid": letter.bid,
        "letter": _one(letter, "", may=True, now=now),
        "elsewhere": {
            "typed": request.POST.get("to_email", "")[:320],
            "fault": " ".join(map(str, refused.faults.values())),
        },
        "next": _next(request, letter),
    }
    return render(request, "bids/letter_elsewhere.html", page, status=refused.status)


def _next(request: HttpRequest, letter: Letter) -> str:
    if wanted := local_address(request, request.POST.get("next")):
        return wanted
    if letter.bid is not None:
        return reverse("bids:requests", args=[letter.bid.public_id])
    return reverse("bids:group", args=[letter.group.public_id]) if letter.group else reverse("bids:work")
