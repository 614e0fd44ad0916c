"""The lead types a price that a partner told on the phone."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from bids.models import Invitation, Part, ToldPrice
from bids.permissions import may_tell_price
from bids.steps.answering import close_told_prices
from bids.steps.answers import part_to_answer
from bids.steps.asking import recipient_of
from bids.steps.decoys import amounts_with
from bids.steps.letters import write_letter
from bids.steps.settling import lock_bid
from bids.vocabulary import LetterKind, PartState, PriceBasis, Role
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, Refusal, require


class NotAskedYet(Refusal):
    """Nobody of the firm could confirm."""

    sentence = _("Ask the firm first: the price counts once they have confirmed it.")
    code = "not-asked-yet"


class SeveralRows(Refusal):
    """One price does not say which row it is for."""

    sentence = _("This firm has several rows. Suggest a price for each row instead.")
    code = "several-rows"


@action
def tell_price(*, part: Part, amount: Decimal, price_basis: PriceBasis, by: Actor, now: datetime) -> ToldPrice:
    """The price waits for the partner to pick it out of three; nothing of the offer changes before that.

    One that waited before waits no more. Typing the same price again keeps the one that waits, and writes no letter.
    """
    bid = lock_bid(part.bid)
    require(may_tell_price(by, bid) and part.role != Role.LEAD.value)
    part = part_to_answer(part, bid=bid)
    if amount <= 0:
        raise Malformed(faults={"amount": _("A price is more than nothing.")})
    invitation = Invitation.objects.standing().filter(part=part).select_related("part").first()
    if invitation is None or part.state == PartState.LISTED.value:
        raise NotAskedYet
    if part.lines.count() > 1:
        raise SeveralRows
    waiting = ToldPrice.objects.filter(part=part, state="open", amount=amount, price_basis=price_basis.value).first()
    if waiting is not None:
        return waiting
    close_told_prices(part, now=now)
    told = ToldPrice.objects.create(
        part=part,
        amount=amount,
        price_basis=price_basis.value,
        shown=amounts_with(amount),
        told_by_id=by.id if by.kind is ActorKind.PERSON else None,
        told_at=now,
    )
    audit.record("price.told", on=bid, by=by, at=now, part=str(part.public_id), amount=amount, basis=price_basis.value)
    write_letter(
        LetterKind.PRICE_TOLD,
        recipient_of(invitation),
        about=invitation,
        key=str(told.public_id),
        now=now,
        told_price=str(told.public_id),
    )
    return told
