"""Draft an answer to a client's question."""

from datetime import datetime

from bids.models import Question
from bids.permissions import may_draft_answer
from bids.queries.questions import UNANSWERED, lead_part
from bids.steps.answering_clients import question_as_seen, readable_answer
from bids.steps.client_asks import QuestionIsOver
from bids.steps.letters import write_letter
from bids.steps.settling import lock_bid
from bids.steps.whom_to_write import lead_recipient
from bids.vocabulary import LetterKind, QuestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def draft_answer(*, question: Question, text: str, seen: int, by: Actor, now: datetime) -> Question:
    """The answer is written down for the lead to release, and the lead is told of a partner's first draft.

    The client reads nothing of it. Refused with `QuestionIsOver` once the question is answered or dropped.
    """
    bid = lock_bid(question.bid, even_sending=True)
    row = question_as_seen(question, seen)
    require(may_draft_answer(by, row))
    if row.state not in UNANSWERED:
        raise QuestionIsOver
    answer = readable_answer(text)
    Question.objects.filter(pk=row.pk).update_version(
        seen=seen,
        draft=answer,
        drafted_at=now,
        drafted_by_id=by.id if by.kind is ActorKind.PERSON else None,
        drafted_by_firm_id=by.firm_id or bid.lead_id,
        state=QuestionState.DRAFTED.value,
    )
    key, part = str(row.public_id), str(row.to_part.public_id)
    audit.record("answer.drafted", on=bid, by=by, at=now, part=part, question=key)
    lead = lead_recipient(bid)
    if lead is not None and by.firm_id not in {None, bid.lead_id}:
        write_letter(LetterKind.ANSWER_DRAFTED, lead, about=lead_part(bid), key=key, now=now, question=key)
    row.refresh_from_db()
    return row
