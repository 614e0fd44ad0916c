"""Legal questions of an offer and what its lead has answered, once for a set of firms and a kind of work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bids.cautions import Caution, CautionKind, Param, cautions
from bids.content import JointOffer
from bids.models import Bid, LegalAnswer, Part
from bids.queries.content_of import offer_of, whole_bids
from bids.vocabulary import IN_THE_OFFER, PartState

MAY_COMPETE = frozenset({"yes", "maybe"})
"""Answers to the competition question that hide the firms' prices from one another."""


@dataclass(frozen=True, kw_only=True)
class LegalQuestion:
    """A question that is due, about these firms (as a `LegalAnswer` names them) and this kind of work."""

    caution: Caution
    firms: str
    kind_of_work: str
    answer: LegalAnswer | None

    @property
    def code(self) -> str:
        """The question's name."""
        return self.caution.code

    @property
    def params(self) -> Mapping[str, Param]:
        """What its sentence names."""
        return self.caution.params


def questions(bid: Bid) -> tuple[LegalQuestion, ...]:
    """Every legal question of the offer as it is now, each with the latest answer to it."""
    whole = whole_bids().get(pk=bid.pk)
    return questions_of(whole, offer_of(whole, with_files=False))


def open_questions(bid: Bid) -> tuple[LegalQuestion, ...]:
    """Those the lead has not answered for these firms and this kind of work."""
    return tuple(question for question in questions(bid) if question.answer is None)


def questions_of(whole: Bid, offer: JointOffer) -> tuple[LegalQuestion, ...]:
    """The same for a bid whose rows were fetched with `whole_bids`, and what it says."""
    asked = [each for each in cautions(offer) if each.kind == CautionKind.LEGAL_QUESTION]
    if not asked:
        return ()
    parts = [part for part in whole.parts.all() if PartState(part.state) in IN_THE_OFFER]
    standing = _latest_answers(whole.lead_id)
    found = []
    for caution in asked:
        firms, work = _firms_of(caution, parts), _work_of(caution)
        found.append(
            LegalQuestion(
                caution=caution,
                firms=firms,
                kind_of_work=work,
                answer=standing.get((caution.code, firms, work)),
            )
        )
    return tuple(found)


def _latest_answers(lead_id: int) -> dict[tuple[str, str, str], LegalAnswer]:
    rows = LegalAnswer.objects.filter(lead_id=lead_id).order_by("answered_at", "pk")
    return {(row.question, row.firms, row.kind_of_work): row for row in rows}


def _firms_of(caution: Caution, parts: Iterable[Part]) -> str:
    """The firms a question is about: those that share a field, or all of the offer."""
    named = caution.params.get("firms")
    about = [part for part in parts if not isinstance(named, tuple) or part.card["name"] in named]
    return " ".join(sorted(str(part.firm.public_id) for part in about))


def _work_of(caution: Caution) -> str:
    shared = caution.params.get("fields")
    return ", ".join(shared)[:200] if isinstance(shared, tuple) else ""
