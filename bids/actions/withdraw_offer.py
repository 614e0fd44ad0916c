"""Take an offer back from the client."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Revision
from bids.permissions import may_send
from bids.steps.letters import Recipient, write_letter
from bids.steps.sending import posting_of, standing_of, write_partners
from bids.steps.settling import lock_bid
from bids.vocabulary import LetterKind, RevisionState, SentHow
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Refusal, require
from kernel.text import clean_text


class NothingToWithdraw(Refusal):
    """The version is not with the client."""

    sentence = _("This version is not with the client any more, so it cannot be withdrawn.")
    code = "nothing-to-withdraw"


@action
def withdraw_offer(*, revision: Revision, reason: str = "", by: Actor, now: datetime) -> Revision:
    """The version can no longer be accepted, and the client and the partners are told.

    Withdrawing twice changes nothing.
    """
    bid = lock_bid(revision.bid, even_sending=True)
    require(may_send(by, bid))
    standing = standing_of(revision)
    if standing.state == RevisionState.WITHDRAWN.value:
        return revision
    if standing.state != RevisionState.SENT.value or now >= standing.expires_at:
        raise NothingToWithdraw
    standing.state, standing.changed_at = RevisionState.WITHDRAWN.value, now
    standing.reason = clean_text(reason)[:2000]
    standing.save()
    key = str(revision.public_id)
    if standing.sent_how == SentHow.LETTER.value:
        for one in posting_of(revision).to:
            to = Recipient(name=one.name, email=one.email, language=one.language.value)
            write_letter(LetterKind.OFFER_WITHDRAWN, to, about=revision, key=key, now=now, reason=standing.reason)
    write_partners(bid, LetterKind.OFFER_WITHDRAWN, revision, key=key, now=now)
    audit.record("offer.withdrawn", on=bid, by=by, at=now, version=revision.number)
    return revision
