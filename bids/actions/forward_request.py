"""Pass a request on to somebody else in the same firm."""

from datetime import datetime
from typing import Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, Part
from bids.permissions import may_forward_request
from bids.steps.answers import part_to_answer
from bids.steps.asking import LONGEST_NAME, Asked, email_fault, invite
from bids.steps.letters import write_letter
from bids.steps.request_quota import count_requests
from bids.steps.requests import AnsweredAlready, locked_request
from bids.steps.settling import settle
from bids.steps.whom_to_write import lead_recipient
from bids.vocabulary import Answer, LetterKind, PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed, Refusal, TooOften, require
from kernel.text import clean_line

MOST_HANDS: Final = 5
"""So many people one share may pass through."""


class TooManyHands(TooOften):
    """The request has been passed on as often as it may."""

    sentence = _("This request has been passed on too many times. Call whoever asked.")
    code = "too-many-hands"


class TooLateToForward(Refusal):
    """The day to answer is over."""

    sentence = _("The time to answer is over. Call whoever asked.")
    code = "too-late-to-forward"


@action
def forward_request(*, invitation: Invitation, name: str, email: str, by: Actor, now: datetime) -> Invitation:
    """A colleague has the request, with a letter and a link of their own; the old one stands no more.

    The lead is told by letter to whom it went. A firm that had said no, or asked to be called, is asked as at first.
    Refused once the firm is in, and when it has no place in the offer any more.
    """
    bid, standing = locked_request(invitation)
    require(may_forward_request(by, standing))
    part = part_to_answer(standing.part, bid=bid)
    name, email = clean_line(name), clean_line(email)
    _refuse_faults(standing, name=name, email=email)
    if standing.answer == Answer.IN.value:
        raise AnsweredAlready
    if standing.answer_until <= now:
        raise TooLateToForward
    if Invitation.objects.filter(part=part).count() >= MOST_HANDS:
        raise TooManyHands
    count_requests([email], lead=bid.lead, by=by, now=now)
    if part.state in {PartState.NO.value, PartState.CALL_ME.value}:
        Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.ASKED.value)
        part.refresh_from_db()
    asked = Asked(name=str(part.card["name"]), what=part.asked, email=email, contact=name)
    passed_on = invite(part, asked, by=by, now=now, until=standing.answer_until, is_passed_on=True)
    passed_on.asked_by = standing.asked_by
    passed_on.language = standing.language
    passed_on.save(update_fields=["asked_by", "language"])
    audit.record(
        "firm.request_passed_on",
        on=bid,
        by=by,
        at=now,
        part=str(part.public_id),
        invitation=str(passed_on.public_id),
        name=audit.Personal(name or email),
    )
    if lead := lead_recipient(bid):
        write_letter(
            LetterKind.ANSWERED,
            lead,
            about=passed_on,
            key=f"{passed_on.public_id}:passed-on",
            now=now,
            passed_on_to=name or email,
        )
    settle(bid, by=by, now=now)
    return passed_on


def _refuse_faults(standing: Invitation, *, name: str, email: str) -> None:
    faults: dict[str, str] = {}
    if not email:
        faults["email"] = gettext("To which address does it go?")
    elif sentence := email_fault(email):
        faults["email"] = sentence
    elif email.casefold() == standing.email.casefold():
        faults["email"] = gettext("The request is at this address already.")
    if len(name) > LONGEST_NAME:
        faults["name"] = gettext("At most %(most)s characters.") % {"most": LONGEST_NAME}
    if faults:
        raise Malformed(faults=faults)
