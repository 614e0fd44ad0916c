"""A Business ID was typed that belongs to a firm with people of its own: they are asked instead."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bids.models import Draft, Invitation, Part
from bids.permissions import may_answer
from bids.queries.oks import MAY_GIVE_OKS
from bids.steps.answering import close_told_prices
from bids.steps.answers import ANSWER_PLACE, AlreadyInTheOffer, invitation_to_answer, owned_by_others, part_to_answer
from bids.steps.asking import withdraw
from bids.steps.letters import Recipient, write_letter
from bids.steps.oks import revoke_oks
from bids.steps.settling import lock_bid, settle
from bids.vocabulary import LetterKind, PartState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require
from members.models import Membership


class NothingToHandOver(Refusal):
    """Nobody else answers for this Business ID."""

    sentence = _("This answer needs nobody else. Send it once more.")
    code = "nothing-to-hand-over"


@action
def hand_to_owner(*, part: Part, business_id: str, words: dict[str, Any], by: Actor, now: datetime) -> Invitation:
    """Those who give the firm's OK are asked, and find what was typed as a proposal; whoever typed it is in no longer.

    Nobody becomes a member of anything, no OK is given, and neither the lead nor whoever typed learns who they are:
    the new invitation bears no address, and the letter to them is shown to nobody.
    """
    bid = lock_bid(part.bid)
    part = part_to_answer(part, bid=bid)
    require(may_answer(by, part))
    invitation = invitation_to_answer(by, part, None)
    owners = owned_by_others(business_id, part, email=invitation.email if invitation else "")
    if owners is None or invitation is None:
        raise NothingToHandOver
    if Part.objects.filter(bid=bid, firm=owners).exists():
        raise AlreadyInTheOffer
    revoke_oks(part, by=by, now=now)
    close_told_prices(part, now=now)
    withdraw(invitation, now=now)
    Part.objects.filter(pk=part.pk).update_version(seen=part.version, state=PartState.ASKED.value, firm=owners)
    part.refresh_from_db()
    handed = Invitation.objects.create(
        bid=bid,
        part=part,
        language=invitation.language,
        asked_by=invitation.asked_by,
        asked_at=now,
        answer_until=max(invitation.answer_until, now + (invitation.answer_until - invitation.asked_at)),
    )
    Draft.objects.create(bid=bid, invitation=handed, place=ANSWER_PLACE, words=words, saved_at=now)
    audit.record("part.handed_over", on=bid, by=by, at=now, part=str(part.public_id))
    place = Membership.objects.filter(MAY_GIVE_OKS, firm=owners).select_related("person").order_by("pk").first()
    if place is not None:
        owner = place.person
        to = Recipient(name=str(owner), email=owner.email, language=owner.language or invitation.language)
        asked_by = str(invitation.asked_by.public_id) if invitation.asked_by else None
        write_letter(
            LetterKind.ASKED, to, about=handed, key=str(handed.public_id), now=now, asked_by=asked_by, handed_over=1
        )
    settle(bid, by=by, now=now)
    return handed
