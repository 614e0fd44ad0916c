"""Questions of a client as those who answer them read them, and what they press."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.http import HttpRequest

from bids import formats
from bids.actions.draft_answer import draft_answer
from bids.actions.drop_question import drop_question
from bids.actions.release_answer import release_answer
from bids.content import JointOffer
from bids.exports.frozen_version import read_version
from bids.models import Question, Revision
from bids.permissions import may_draft_answer, may_release_answers, sees_others_prices
from bids.queries.questions import UNANSWERED, is_to_the_lead
from bids.sheets.places import about_words, place_at
from bids.vocabulary import Language, PlaceKind, QuestionState
from kernel.actor import Actor
from kernel.clock import helsinki_day
from kernel.conflicts import again_after_conflict
from kernel.errors import Malformed, NotVisible, Refusal

LONGEST_TYPED: Final = 4500
"""So much of what was typed comes back with what is wrong with it."""


@dataclass(frozen=True, kw_only=True)
class Typed:
    """What somebody wrote about one thing, and why it was not taken; it stays on the page."""

    thing: UUID
    text: str
    fault: str
    status: int


@dataclass(frozen=True, kw_only=True)
class QuestionRow:
    """One question. `text` stands in the field: what was typed last, else the draft.

    `is_read_by` names the firm that reads question and answer as they stand though prices are not open to it; only the
    lead is told.
    """

    id: UUID
    version: int
    about: str
    asked: str
    who: str
    day: str
    firm: str
    state: str
    text: str
    fault: str
    answer: str
    may_draft: bool
    may_release: bool
    is_read_by: str


def question_rows(
    questions: Iterable[Question], *, by: Actor, language: Language, typed: Typed | None = None
) -> Iterator[QuestionRow]:
    """The questions with what their reader may do about each."""
    offers: dict[int, JointOffer] = {}
    for one in questions:
        mine = typed if typed is not None and typed.thing == one.public_id else None
        is_open = one.state in UNANSWERED
        may_release = is_open and may_release_answers(by, one.bid)
        firm = str(one.to_part.card["name"])
        yield QuestionRow(
            id=one.public_id,
            version=one.version,
            about=about_words(place_at(offer_in(one.revision, offers), PlaceKind(one.place), one.key)),
            asked=one.text,
            who=one.link.contact_name,
            day=formats.day(helsinki_day(one.asked_at), language),
            firm=firm,
            state=one.state,
            text=mine.text if mine else one.draft,
            fault=mine.fault if mine else "",
            answer=one.answer if one.state == QuestionState.RELEASED.value else "",
            may_draft=is_open and may_draft_answer(by, one),
            may_release=may_release,
            is_read_by=firm if may_release and not is_to_the_lead(one) and not sees_others_prices(one.to_part) else "",
        )


def pressed(request: HttpRequest, questions: Iterable[Question], *, by: Actor, now: datetime) -> Typed | None:
    """Do what the form of one question says; what was typed and why not, where it was refused.

    NotVisible for a question that is not among these, or for a press that means nothing.
    """
    wanted = request.POST.get("question", "")
    question = next((one for one in questions if str(one.public_id) == wanted), None)
    if question is None:
        raise NotVisible
    text, seen = request.POST.get("text", ""), version_of(request)
    verbs: dict[str, Callable[[], Question]] = {
        "draft": lambda: draft_answer(question=question, text=text, seen=seen, by=by, now=now),
        "release": lambda: release_answer(question=question, text=text, seen=seen, by=by, now=now),
        "drop": lambda: drop_question(question=question, seen=seen, by=by, now=now),
    }
    do = request.POST.get("do", "")
    if do not in verbs:
        raise NotVisible
    return tried(verbs[do], thing=question.public_id, text=text)


def tried(do: Callable[[], object], *, thing: UUID, text: str) -> Typed | None:
    """Do it; what was typed and why not, where it was refused for what stands or for what was typed."""
    try:
        again_after_conflict(do)
    except NotVisible:
        raise
    except Refusal as refused:
        faults = refused.faults.values() if isinstance(refused, Malformed) else ()
        fault = " ".join(map(str, faults)) or str(refused)
        return Typed(thing=thing, text=text[:LONGEST_TYPED], fault=fault, status=refused.status)
    return None


def version_of(request: HttpRequest) -> int:
    """The version of the thing that the form was shown with."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < len("1000000000") else 0


def offer_in(revision: Revision, known: dict[int, JointOffer]) -> JointOffer:
    """The offer of a version, read once."""
    if revision.pk not in known:
        known[revision.pk] = read_version(bytes(revision.payload)).offer
    return known[revision.pk]
