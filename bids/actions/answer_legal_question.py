"""The lead answers a legal question about its offer."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, LegalAnswer
from bids.permissions import may_change_offer
from bids.queries.legal_answers import questions
from bids.steps.settling import lock_bid, settle
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import Malformed, Refusal, require

ANSWERS = ("yes", "no", "maybe")


class NotAskedNow(Refusal):
    """The offer raises no such question."""

    sentence = _("This question is not due. Look at the offer again.")
    code = "not-asked-now"


@action
def answer_legal_question(
    *, bid: Bid, question: str, answer: str, by: Actor, now: datetime, note: str = ""
) -> LegalAnswer:
    """The answer stands for these firms and this kind of work, in later offers too, until another is given.

    That firms compete, or perhaps do, hides their prices from one another and makes every change ask every firm.
    """
    locked = lock_bid(bid)
    require(may_change_offer(by, locked))
    if answer not in ANSWERS:
        raise Malformed(faults={"answer": _("Choose yes, no or maybe.")})
    asked = next((each for each in questions(locked) if each.code == question), None)
    if asked is None:
        raise NotAskedNow
    row = LegalAnswer.objects.create(
        lead_id=locked.lead_id,
        firms=asked.firms,
        kind_of_work=asked.kind_of_work,
        question=asked.code,
        answer=answer,
        note=note,
        answered_by_id=by.id if by.kind is ActorKind.PERSON else None,
        answered_at=now,
    )
    audit.record("legal_question.answered", on=locked, by=by, at=now, question=asked.code, answer=answer)
    settle(locked, by=by, now=now)
    return row
