"""A firm says that it is in, at this price."""

from datetime import datetime

from bids.models import Invitation, Part
from bids.permissions import may_answer, may_answer_as
from bids.queries.answer_screen import asked_for
from bids.steps.answering import close_told_prices, require_screen_seen, take_in
from bids.steps.answers import PartAnswer, invitation_to_answer, part_to_answer, take_own_card
from bids.steps.settling import lock_bid
from bids.vocabulary import OkMethod
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require
from members.models import Firm, Person


@action
def answer_request(
    *,
    part: Part,
    answer: PartAnswer,
    seen_part_hash: str,
    seen_frame_hash: str,
    by: Actor,
    now: datetime,
    held: Invitation | None = None,
    as_firm: Firm | None = None,
) -> Part:
    """The firm is in: its rows, texts, days and card say what was typed, and both halves of its OK are given.

    One press, one transaction. The hashes seen are those of what the screen showed before anything was typed; when
    they are no longer right, nothing is written (`OkOfSomethingElse`). Answering once more changes the answer and
    gives the OK anew. A person who holds the invitation (`held`) may answer `as_firm`, a firm of their own: the part
    and its card are then that firm's.
    """
    bid = lock_bid(part.bid)
    part = part_to_answer(part, bid=bid)
    invitation = invitation_to_answer(by, part, held)
    screen = asked_for(part)
    require_screen_seen(screen, seen_part_hash, seen_frame_hash)
    if as_firm is None or as_firm.pk == part.firm_id:
        require(may_answer(by, part))
    else:
        require(held is not None and invitation is not None and may_answer_as(by, as_firm))
    if as_firm is not None and take_own_card(part, as_firm, person=Person.objects.get(pk=by.id or 0)):
        screen = asked_for(part)
    close_told_prices(part, now=now)
    take_in(part, answer, screen=screen, invitation=invitation, method=OkMethod.ANSWERED, by=by, now=now)
    return part
