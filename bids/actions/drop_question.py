"""Leave a client's question without an answer here."""

from datetime import datetime

from bids.models import Question
from bids.permissions import may_release_answers
from bids.queries.questions import UNANSWERED
from bids.steps.answering_clients import question_as_seen
from bids.steps.client_asks import QuestionIsOver
from bids.steps.settling import lock_bid
from bids.vocabulary import QuestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def drop_question(*, question: Question, seen: int, by: Actor, now: datetime) -> Question:
    """The question waits for nobody any more: it was settled otherwise, or was none. Nobody is written to.

    Whoever asked sees on their page that it was settled otherwise. Asked twice, the second is refused.
    """
    bid = lock_bid(question.bid, even_sending=True)
    row = question_as_seen(question, seen)
    require(may_release_answers(by, bid))
    if row.state not in UNANSWERED:
        raise QuestionIsOver
    Question.objects.filter(pk=row.pk).update_version(seen=seen, dropped_at=now, state=QuestionState.DROPPED.value)
    part = str(row.to_part.public_id)
    audit.record("question.dropped", on=bid, by=by, at=now, part=part, question=str(row.public_id))
    row.refresh_from_db()
    return row
