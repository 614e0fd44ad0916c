"""Decline what a client wished."""

from datetime import datetime

from bids.models import ChangeRequest
from bids.permissions import may_release_answers
from bids.queries.versions import with_the_client
from bids.steps.answering_clients import readable_answer, wish_as_seen
from bids.steps.client_asks import WishIsOver
from bids.steps.settling import lock_bid
from bids.steps.wishes import tell_wisher
from bids.vocabulary import ChangeRequestState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def decline_change_request(
    *, wish: ChangeRequest, words: str = "", seen: int, by: Actor, now: datetime
) -> ChangeRequest:
    """The offer stays as it is, and whoever wished is told so with the lead's words.

    Asked twice, the second is refused (`WishIsOver`).
    """
    bid = lock_bid(wish.bid, even_sending=True)
    row = wish_as_seen(wish, seen)
    require(may_release_answers(by, bid))
    if row.state != ChangeRequestState.OPEN.value:
        raise WishIsOver
    said = readable_answer(words, may_be_empty=True)
    ChangeRequest.objects.filter(pk=row.pk).update_version(
        seen=seen,
        state=ChangeRequestState.DECLINED.value,
        answered_in=None,
        words=said,
        closed_at=now,
        closed_by_id=by.id if by.kind is ActorKind.PERSON else None,
    )
    row.refresh_from_db()
    audit.record("changes.declined", on=bid, by=by, at=now, wish=str(row.public_id))
    version = with_the_client(bid, now=now)
    tell_wisher(bid, row, about=version.revision if version else row.revision, now=now)
    return row
