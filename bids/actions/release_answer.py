"""Answer a client's question."""

from datetime import datetime

from bids.models import Question
from bids.permissions import may_release_answers
from bids.queries.questions import UNANSWERED, is_to_the_lead
from bids.queries.versions import with_the_client
from bids.steps.answering_clients import question_as_seen, readable_answer
from bids.steps.client_asks import QuestionIsOver
from bids.steps.letters import Recipient, write_letter
from bids.steps.settling import lock_bid
from bids.steps.whom_to_write import recipient_of
from bids.vocabulary import IN_THE_OFFER, LetterKind, QuestionState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor, ActorKind
from kernel.errors import require


@action
def release_answer(*, question: Question, text: str | None = None, seen: int, by: Actor, now: datetime) -> Question:
    """The client reads the answer, and whoever asked and the firm it is about are told; it never changes again.

    Without `text` it is the draft as it stands. Asked twice, the second is refused (`QuestionIsOver`).
    """
    bid = lock_bid(question.bid, even_sending=True)
    row = question_as_seen(question, seen)
    require(may_release_answers(by, bid))
    if row.state not in UNANSWERED:
        raise QuestionIsOver
    answer = readable_answer(row.draft if text is None else text)
    Question.objects.filter(pk=row.pk).update_version(
        seen=seen,
        answer=answer,
        released_at=now,
        released_by_id=by.id if by.kind is ActorKind.PERSON else None,
        state=QuestionState.RELEASED.value,
    )
    row.refresh_from_db()
    part = str(row.to_part.public_id)
    audit.record("answer.released", on=bid, by=by, at=now, part=part, question=str(row.public_id))
    _tell(row, now=now)
    return row


def _tell(row: Question, *, now: datetime) -> None:
    bid, key = row.bid, str(row.public_id)
    version = with_the_client(bid, now=now)
    to = Recipient(name=row.link.contact_name, email=row.link.contact_email, language=bid.language)
    about = version.revision if version else row.revision
    write_letter(LetterKind.QUESTION_ANSWERED, to, about=about, key=key, now=now, question=key)
    is_partners = not is_to_the_lead(row) and row.to_part.state in IN_THE_OFFER
    firm = recipient_of(row.to_part) if is_partners else None
    if firm is not None:
        named = str(row.to_part.public_id)
        write_letter(
            LetterKind.QUESTION_ANSWERED, firm, about=row.to_part, key=f"{key}:firm", now=now, question=key, part=named
        )
