"""Which of a client's wishes a version answers: named when it is frozen, told when it is sent."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from bids.content import JointOffer
from bids.exports.frozen_version import read_version
from bids.models import Bid, ChangeRequest, Revision
from bids.queries.questions import open_wishes
from bids.sheets.wishes_met import what_is_done
from bids.steps.letters import Recipient, write_letter
from bids.vocabulary import ChangeRequestState, LetterKind
from kernel import audit
from kernel.actor import Actor


def name_answered(bid: Bid, revision: Revision, wishes: Collection[UUID] | None) -> None:
    """The open wishes named wait to be answered by this version; those it does something about when it is None."""
    offer = read_version(bytes(revision.payload)).offer
    for wish in open_wishes(bid):
        named = bool(_done(wish, offer)) if wishes is None else wish.public_id in wishes
        _name(wish, revision if named else None)


def answer_wishes(bid: Bid, revision: Revision, *, told: Collection[str] | None, by: Actor, now: datetime) -> None:
    """The version was sent, and answers the wishes it was named for.

    Whoever wished and does not get the version's own letter, of which `told` are the addresses, gets one about this;
    nobody does when the lead writes to the client herself (None).
    """
    addresses = None if told is None else {address.casefold() for address in told}
    for wish in open_wishes(bid).filter(answered_in=revision):
        wish.state, wish.closed_at = ChangeRequestState.ANSWERED.value, now
        ChangeRequest.objects.filter(pk=wish.pk).update_version(
            seen=wish.version, state=wish.state, closed_at=now, closed_by_id=revision.frozen_by_id
        )
        audit.record("changes.answered", on=bid, by=by, at=now, wish=str(wish.public_id), version=revision.number)
        if addresses is not None and wish.link.contact_email.casefold() not in addresses:
            tell_wisher(bid, wish, about=revision, now=now)


def let_wishes_go(revision: Revision) -> None:
    """The version went nowhere, and answers nothing."""
    for wish in ChangeRequest.objects.filter(answered_in=revision, state=ChangeRequestState.OPEN.value):
        _name(wish, None)


def tell_wisher(bid: Bid, wish: ChangeRequest, *, about: Revision, now: datetime) -> None:
    """One letter about what became of a wish, to whoever wished it."""
    key = str(wish.public_id)
    to = Recipient(name=wish.link.contact_name, email=wish.link.contact_email, language=bid.language)
    write_letter(LetterKind.CHANGES_ANSWERED, to, about=about, key=key, now=now, wish=key)


def _done(wish: ChangeRequest, offer: JointOffer) -> str:
    return what_is_done(wish, read_version(bytes(wish.revision.payload)).offer, offer)


def _name(wish: ChangeRequest, revision: Revision | None) -> None:
    if wish.answered_in_id != (revision.pk if revision else None):
        ChangeRequest.objects.filter(pk=wish.pk).update_version(seen=wish.version, answered_in=revision)
