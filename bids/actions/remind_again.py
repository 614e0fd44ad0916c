"""Remind an asked firm by hand."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bids.models import Bid, Invitation, Letter
from bids.permissions import may_remind
from bids.steps.letters import Recipient, write_letter
from bids.steps.settling import OfferIsClosed
from bids.vocabulary import BidState, LetterKind, LetterState, PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, TooOften, require

BY_HAND_AT_MOST: Final = 3
REST: Final = timedelta(days=1)
NOT_GONE: Final = [LetterState.CANCELLED.value, LetterState.BOUNCED.value]


class NothingToRemindOf(Refusal):
    """The firm has answered, or is no longer asked."""

    sentence = _("%(firm)s has answered already, or is no longer asked.")
    code = "nothing-to-remind-of"


class NoAddress(Refusal):
    """The firm was asked without an e-mail address."""

    sentence = _("%(firm)s was asked without an e-mail address. Call them, or copy a new link for them.")
    code = "no-address"


class WantsNoReminders(Refusal):
    """The firm has stopped its reminders."""

    sentence = _("%(firm)s wants no more reminders about this. Call them instead.")
    code = "wants-no-reminders"


class RemindedToday(TooOften):
    """One reminder a day is enough."""

    sentence = _("%(firm)s was reminded within a day. Wait until tomorrow, or call them.")
    code = "reminded-today"


class RemindedEnough(TooOften):
    """Three reminders by hand are enough."""

    sentence = _("%(firm)s has been reminded three times. A call helps more now.")
    code = "reminded-enough"


@action
def remind_again(*, invitation: Invitation, by: Actor, now: datetime) -> Letter:
    """A reminder goes to the firm at once: at most one a day, those sent by themselves counted, and three in all.

    Asking again within the day is refused, so nobody gets two by a second press.
    """
    bid = Bid.objects.select_for_update().get(pk=invitation.bid_id)
    invitation = Invitation.objects.select_related("part").get(pk=invitation.pk)
    require(may_remind(by, bid))
    if bid.state == BidState.CLOSED:
        raise OfferIsClosed
    firm = {"firm": str(invitation.part.card.get("name", "")) or invitation.name}
    if invitation.answer or invitation.withdrawn_at is not None or invitation.part.state != PartState.ASKED:
        raise NothingToRemindOf(params=firm)
    if not invitation.email:
        raise NoAddress(params=firm)
    if invitation.reminders_stopped_at is not None:
        raise WantsNoReminders(params=firm)
    _refuse_too_many(invitation, firm, now=now)
    letter = write_letter(
        LetterKind.REMINDER,
        Recipient(name=invitation.name, email=invitation.email, language=invitation.language),
        about=invitation,
        key=f"{invitation.public_id}:{invitation.version}:by-hand:{now.isoformat()}",
        now=now,
        by_hand=1,
        asked_for_the=invitation.version,
    )
    assert letter is not None  # noqa: S101 - an address is there
    audit.record(
        "firm.reminded",
        on=bid,
        by=by,
        at=now,
        part=str(invitation.part.public_id),
        invitation=str(invitation.public_id),
    )
    return letter


def _refuse_too_many(invitation: Invitation, firm: dict[str, str], *, now: datetime) -> None:
    reminders = Letter.objects.filter(invitation=invitation, kind=LetterKind.REMINDER.value)
    by_hand = reminders.filter(facts__by_hand=1).exclude(state__in=NOT_GONE)
    if by_hand.count() >= BY_HAND_AT_MOST:
        raise RemindedEnough(params=firm)
    lately = Q(facts__by_hand=1, written_at__gt=now - REST) | Q(sent_at__gt=now - REST)
    if reminders.filter(lately).exclude(state__in=NOT_GONE).exists():
        raise RemindedToday(params=firm)
