"""Take a firm out of an offer, whichever way: its rows, what waits for it, and the letter that tells it."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.lifecycle import part_may_become
from bids.models import Invitation, Letter, Part, Suggestion, ToldPrice
from bids.steps.asking import cancel_waiting
from bids.steps.editing import GoneSellsAsAgreed
from bids.steps.letters import write_letter
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import LetterKind, LetterState, PartState, Role, SuggestionState, ToldPriceState
from kernel.errors import NotVisible, Refusal, Stale


class LeadStays(Refusal):
    """The firm that leads cannot be taken out of its own offer."""

    sentence = _("The firm that leads the offer stays in it.")
    code = "lead-stays"


class NotAsThingsStand(Refusal):
    """The firm stands where this cannot follow."""

    sentence = _("%(firm)s is not where this can be done. Look at the offer again.")
    code = "not-as-things-stand"


_GONE_OUT = (LetterState.SENDING.value, LetterState.SENT.value, LetterState.HELD.value, LetterState.BOUNCED.value)


def part_to_take_out(part: Part, *, then: PartState, seen: int | None) -> Part:
    """The part as it is under the offer's lock, if it may come to stand so; Stale if it is not the version seen."""
    fresh = Part.objects.select_related("firm", "bid__lead").filter(pk=part.pk).first()
    if fresh is None:
        raise NotVisible
    if fresh.role == Role.LEAD.value:
        raise LeadStays
    if seen is not None and fresh.version != seen:
        raise Stale
    if fresh.is_gone and fresh.state == PartState.IN.value:
        raise GoneSellsAsAgreed
    if not part_may_become(PartState(fresh.state), then):
        raise NotAsThingsStand(params={"firm": str(fresh.card["name"])})
    return fresh


def put_out(part: Part, state: PartState, *, now: datetime) -> None:
    """The firm stands so now; what waits for its answer waits no more, and no letter asks or reminds it."""
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=state.value)
    part.refresh_from_db()
    stop_asking(part, now=now)


def stop_asking(part: Part, *, now: datetime) -> None:
    """What waits for the firm's answer waits no more, and no letter asks or reminds it."""
    for invitation in Invitation.objects.standing().filter(part=part):
        cancel_waiting(invitation)
        Invitation.objects.filter(pk=invitation.pk, reminders_stopped_at__isnull=True).update(reminders_stopped_at=now)
    ToldPrice.objects.filter(part=part, state__in=[ToldPriceState.OPEN.value, ToldPriceState.WRONG.value]).update(
        state=ToldPriceState.WITHDRAWN.value, closed_at=now
    )
    for suggestion in Suggestion.objects.filter(part=part, state=SuggestionState.OPEN.value):
        Suggestion.objects.filter(pk=suggestion.pk).update_version(
            seen=suggestion.version, state=SuggestionState.WITHDRAWN.value, closed_at=now
        )


def has_heard(part: Part) -> bool:
    """Whether anybody of the firm has heard of the offer at all."""
    written = Letter.objects.filter(part=part, state__in=_GONE_OUT).exists()
    return written or part.invitations.exclude(answer="").exists() or part.approvals.exists()


def tell_it_is_out(part: Part, *, now: datetime, taken_over: bool) -> None:
    """A letter to the firm, if anybody there has heard of the offer at all."""
    recipient = recipient_of(part)
    if has_heard(part) and recipient is not None:
        key = f"{part.public_id}:{part.version}"
        write_letter(LetterKind.LEFT_OUT, recipient, about=part, key=key, now=now, taken_over=int(taken_over))
