"""What letters tell of a client's questions and wishes."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from bids.exports.frozen_version import read_version
from bids.models import ChangeRequest, Question, Revision
from bids.sheets.client_said import wish_words
from bids.sheets.places import about_words, place_at
from bids.vocabulary import ChangeRequestState, LetterKind, PlaceKind, Role
from worker.letters import plain
from worker.letters.rules import Fact
from worker.letters.telling import NotTellable, Telling


def question_asked(telling: Telling) -> dict[str, Any]:
    """To the firm that knows, and to the lead."""
    question = _question(telling)
    facts = [
        *_the_offer(telling),
        Fact(label=_("About"), value=_about(question)),
        Fact(label=_("Asked by"), value=plain.line(question.link.contact_name) or telling.client),
    ]
    return {
        "facts": tuple(facts),
        "quote": plain.lines(question.text),
        "to_lead": telling.part.role == Role.LEAD.value,
        "partner": plain.line(question.to_part.card.get("name")) if telling.letter.facts.get("firm_asked") else "",
    }


def answer_drafted(telling: Telling) -> dict[str, Any]:
    """To the lead, who releases it."""
    question = _question(telling)
    firm = question.drafted_by_firm
    return {
        "facts": (*_the_offer(telling), Fact(label=_("About"), value=_about(question))),
        "question": plain.lines(question.text),
        "quote": plain.lines(question.draft),
        "partner": plain.line(question.to_part.card.get("name")) or (plain.line(firm.name) if firm else ""),
    }


def question_answered(telling: Telling) -> dict[str, Any]:
    """To whoever asked, and to the firm it is about."""
    question = _question(telling)
    version = _offer_of(telling.letter.revision or question.revision)
    return {
        "title": plain.line(version.title),
        "facts": (Fact(label=_("About"), value=_about(question)),),
        "question": plain.lines(question.text),
        "quote": plain.lines(question.answer),
        "leads_to": "answers",
    }


def changes_asked(telling: Telling) -> dict[str, Any]:
    """To the lead."""
    wish = _wish(telling)
    facts = [
        *_the_offer(telling),
        Fact(label=_("Wished by"), value=plain.line(wish.link.contact_name) or telling.client),
        Fact(label=_("The wish"), value=plain.line(wish_words(wish, _offer_of(wish.revision)))),
    ]
    return {"facts": tuple(facts), "quote": plain.lines(wish.text)}


def changes_answered(telling: Telling) -> dict[str, Any]:
    """To whoever wished: that it is declined, or that a new version has gone out."""
    wish = _wish(telling)
    return {
        "title": plain.line(_offer_of(telling.revision).title),
        "wishes": (_in_one_line(wish),),
        "answer": wish.state,
        "version": str(wish.answered_in.number) if wish.answered_in else "",
        "quote": plain.lines(wish.words),
        "leads_to": "wishes" if wish.state == ChangeRequestState.DECLINED.value else "",
    }


def where_to(telling: Telling) -> str:
    """The end of the client's link: to the answer, or to the wish that was declined; else it leads to the offer."""
    if telling.kind is LetterKind.QUESTION_ANSWERED:
        return f"?next=ask#question-{_question(telling).public_id}"
    if telling.kind is LetterKind.CHANGES_ANSWERED:
        wish = _wish(telling)
        return f"?next=changes#wish-{wish.public_id}" if wish.state == ChangeRequestState.DECLINED.value else ""
    return ""


def wishes_answered_for(telling: Telling) -> tuple[str, ...]:
    """The reader's own wishes that the version of this letter answers, a line each."""
    known = ChangeRequest.objects.filter(
        answered_in=telling.revision,
        state=ChangeRequestState.ANSWERED.value,
        link__contact_email__iexact=telling.letter.to_email,
    )
    return tuple(map(_in_one_line, known.select_related("revision", "link").order_by("asked_at", "pk")))


def _in_one_line(wish: ChangeRequest) -> str:
    said = wish_words(wish, _offer_of(wish.revision))
    text = plain.cut(plain.line(wish.text), 200)
    return plain.line(f"{said}: {text}" if text else said)


def _the_offer(telling: Telling) -> Iterator[Fact]:
    yield Fact(label=_("The client"), value=telling.client)
    yield Fact(label=_("The work"), value=plain.line(telling.bid.title))


def _about(question: Question) -> str:
    place = place_at(_offer_of(question.revision), PlaceKind(question.place), question.key)
    return plain.line(about_words(place))


def _offer_of(revision: Revision) -> Any:
    return read_version(bytes(revision.payload)).offer


def _question(telling: Telling) -> Question:
    known = Question.objects.select_related("link", "revision", "to_part", "drafted_by_firm")
    found = known.filter(bid=telling.letter.bid_id, public_id=UUID(str(telling.letter.facts.get("question")))).first()
    if found is None:
        raise NotTellable(f"the question of letter {telling.letter.public_id} is not there")
    return found


def _wish(telling: Telling) -> ChangeRequest:
    known = ChangeRequest.objects.select_related("link", "revision", "answered_in")
    found = known.filter(bid=telling.letter.bid_id, public_id=UUID(str(telling.letter.facts.get("wish")))).first()
    if found is None:
        raise NotTellable(f"the wish of letter {telling.letter.public_id} is not there")
    return found
