"""What answering a client's question or wish takes."""

from django.utils.translation import gettext_lazy as _

from bids.models import ChangeRequest, Question
from bids.steps.client_asks import LONGEST_ANSWER, words
from bids.steps.editing import as_seen
from kernel.errors import Malformed


def question_as_seen(question: Question, seen: int) -> Question:
    """The question, if it still has the version that was seen; its offer is locked."""
    known = Question.objects.select_related("bid__lead", "to_part__firm", "to_part__bid__lead", "link", "revision")
    return as_seen(known.filter(pk=question.pk), seen)


def wish_as_seen(wish: ChangeRequest, seen: int) -> ChangeRequest:
    """The wish, if it still has the version that was seen; its offer is locked."""
    return as_seen(ChangeRequest.objects.select_related("bid__lead", "link", "revision").filter(pk=wish.pk), seen)


def readable_answer(text: str, *, may_be_empty: bool = False) -> str:
    """The words to the client, as they are kept."""
    said = words(text)
    if not said and not may_be_empty:
        raise Malformed(faults={"text": _("Write an answer first.")})
    if len(said) > LONGEST_ANSWER:
        raise Malformed(faults={"text": _("At most 4,000 characters.")})
    return said
