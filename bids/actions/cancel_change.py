"""Give a change of what was agreed up."""

from datetime import datetime

from bids.exports.agreed import Agreed
from bids.models import Approval, Bid, Letter, Part, RevisionStanding
from bids.permissions import may_change_offer
from bids.steps.changing import ChangeIsWithTheClient, back_to_what_was_agreed, require_changing, what_holds
from bids.steps.letters import write_letter
from bids.steps.sending import expire
from bids.steps.settling import lock_bid, settle
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import IN_THE_OFFER, LetterKind, LetterState, OkMethod, RevisionState, Role
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require

_ASKED = (LetterKind.ASKED.value, LetterKind.ASKED_AGAIN.value)
_GIVEN = (OkMethod.ANSWERED.value, OkMethod.TAPPED.value)


@action
def cancel_change(*, bid: Bid, by: Actor, now: datetime) -> Bid:
    """The rows say again what is agreed; every firm that the change asked or put out hears that it is off.

    A firm that came in by it is left out again; one that was said to be gone is not. Refused while the client can still
    say yes to it.
    """
    bid = lock_bid(bid)
    require(may_change_offer(by, bid))
    require_changing(bid)
    expire(bid, by=by, now=now)
    if RevisionStanding.objects.filter(bid=bid, state=RevisionState.SENT.value).exists():
        raise ChangeIsWithTheClient
    held = what_holds(bid)
    number = bid.changing
    heard = _who_hears(bid, held)
    Part.objects.filter(bid=bid, gone_in=number).update(gone_on=None, gone_in=None, gone_why="")
    back_to_what_was_agreed(bid, held, valid_until=held.offer.valid_until, now=now)
    bid.changing, bid.change_reason = 0, ""
    Bid.objects.filter(pk=bid.pk).update(changing=0, change_reason="", changed_at=now)
    audit.record("change.cancelled", on=bid, by=by, at=now, number=number)
    settle(bid, by=by, now=now)
    for part in heard:
        recipient = recipient_of(part)
        if recipient is not None:
            key = f"{part.public_id}:{now.isoformat()}"
            write_letter(LetterKind.CHANGE_CANCELLED, recipient, about=part, key=key, now=now, number=number)
    return Bid.objects.get(pk=bid.pk)


def _who_hears(bid: Bid, held: Agreed) -> list[Part]:
    """The partners asked since the change was begun, those that have said something, and those it put out."""
    found = []
    parts = Part.objects.filter(bid=bid).exclude(role=Role.LEAD.value)
    for part in parts.select_related("bid", "firm").order_by("position"):
        if part.state in IN_THE_OFFER:
            hears = part.gone_in == bid.changing or _is_asked(part)
        else:
            hears = any(part.key == said.key for said in held.offer.parts)
        if hears:
            found.append(part)
    return found


def _is_asked(part: Part) -> bool:
    """Whether the firm was asked, or has said something, since what was agreed bound it."""
    bound = Approval.objects.filter(part=part, method=OkMethod.AGREED.value).order_by("-given_at").first()
    letters = Letter.objects.filter(part=part, kind__in=_ASKED, state=LetterState.SENT.value)
    given = Approval.objects.filter(part=part, method__in=_GIVEN)
    if bound is not None:
        letters = letters.filter(written_at__gt=bound.given_at)
        given = given.filter(given_at__gt=bound.given_at)
    return letters.exists() or given.exists()
