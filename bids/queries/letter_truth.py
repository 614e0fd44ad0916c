"""Whether what a letter is about to say still holds."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bids.models import (
    ChangeRequest,
    DecisionPaper,
    GroupYes,
    Letter,
    Part,
    Question,
    RevisionStanding,
    Suggestion,
    ToldPrice,
)
from bids.queries.letter_people import part_of
from bids.queries.oks import asked_about, still_asked_again
from bids.queries.questions import UNANSWERED
from bids.vocabulary import (
    WITH_A_VERSION,
    BidState,
    ChangeRequestState,
    DecisionState,
    LetterKind,
    LetterState,
    PartState,
    RevisionState,
    SuggestionState,
    ToldPriceState,
)

CODE_IS_WAITED_FOR: Final = timedelta(minutes=30)

OVER_WITH_THE_INVITATION: Final = frozenset(
    {
        LetterKind.ASKED,
        LetterKind.REMINDER,
        LetterKind.LINK_RENEWED,
        LetterKind.CODE,
        LetterKind.PRICE_TOLD,
        LetterKind.ASKED_AGAIN,
    }
)
OVER_WITH_THE_OFFER: Final = OVER_WITH_THE_INVITATION | {
    LetterKind.CARRIED_OVER,
    LetterKind.CHANGES_TOLD,
    LetterKind.SUGGESTED,
    LetterKind.QUESTION_ASKED,
    LetterKind.ANSWER_DRAFTED,
    LetterKind.CHANGES_ASKED,
}
OVER_WITH_A_YES: Final = (OVER_WITH_THE_INVITATION - {LetterKind.CODE}) | {
    LetterKind.CARRIED_OVER,
    LetterKind.CHANGES_TOLD,
    LetterKind.SUGGESTED,
}
"""Letters about an offer that is still being written; once the client has said yes, nothing in it changes."""
OVER_WHEN_OUT: Final = frozenset(
    {LetterKind.ASKED_AGAIN, LetterKind.CARRIED_OVER, LetterKind.CHANGES_TOLD, LetterKind.QUESTION_ASKED}
)

_NEVER_LEFT: Final = {LetterState.WAITING.value, LetterState.CANCELLED.value}


def why_not_any_more(letter: Letter, *, now: datetime) -> str:
    """A word for what has happened since the letter was promised, empty while it is still worth sending."""
    kind = LetterKind(letter.kind)
    if kind in OVER_WITH_THE_OFFER and letter.bid is not None and letter.bid.state == BidState.CLOSED:
        return "closed"
    if kind in OVER_WITH_A_YES and _has_said_yes(letter):
        return "accepted"
    invitation = letter.invitation
    if kind in OVER_WITH_THE_INVITATION and invitation is not None and invitation.withdrawn_at is not None:
        return "withdrawn"
    if kind in OVER_WHEN_OUT and not _is_in(part_of(letter)):
        return "withdrawn"
    ask = _STILL_SO.get(kind)
    return "" if ask is None else ask(letter, now)


def _has_said_yes(letter: Letter) -> bool:
    """Whether the client has said yes, and nothing of that is being changed."""
    accepted = RevisionStanding.objects.filter(bid=letter.bid_id or 0, state=RevisionState.ACCEPTED.value)
    return accepted.filter(bid__changing=0).exists()


def _is_in(part: Part | None) -> bool:
    return part is not None and part.state in {PartState.ASKED, PartState.IN, PartState.CALL_ME, PartState.LISTED}


def _asked(letter: Letter, _now: datetime) -> str:
    return "answered" if letter.invitation is not None and letter.invitation.answer else ""


def _reminder(letter: Letter, now: datetime) -> str:
    invitation = letter.invitation
    if invitation is None or invitation.answer:
        return "answered"
    if invitation.part.state != PartState.ASKED:
        return "withdrawn"
    if invitation.reminders_stopped_at is not None:
        return "stopped"
    asked = letter.facts.get("asked_for_the")
    if asked is not None and asked != invitation.version:
        return "asked anew"
    return "too late" if now >= invitation.answer_until else ""


def _code(letter: Letter, now: datetime) -> str:
    return "too late" if now >= letter.written_at + CODE_IS_WAITED_FOR else ""


def _price_told(letter: Letter, _now: datetime) -> str:
    told = ToldPrice.objects.filter(part=letter.part_id, state=ToldPriceState.OPEN.value)
    named = letter.facts.get("told_price")
    return "" if (told.filter(public_id=UUID(str(named))) if named else told).exists() else "answered"


def _asked_again(letter: Letter, now: datetime) -> str:
    part = part_of(letter)
    stands = str(letter.facts.get("stands", "")) or (asked_about(part) if part is not None else "")
    return "" if part is not None and still_asked_again(part, stands, now=now) else "answered"


def _suggested(letter: Letter, _now: datetime) -> str:
    waiting = Suggestion.objects.filter(part=letter.part_id, state=SuggestionState.OPEN.value)
    named = letter.facts.get("suggestion")
    return "" if (waiting.filter(public_id=UUID(str(named))) if named else waiting).exists() else "answered"


def _question_open(letter: Letter, _now: datetime) -> str:
    waiting = Question.objects.filter(public_id=UUID(str(letter.facts.get("question"))), state__in=UNANSWERED)
    return "" if waiting.exists() else "answered"


def _wish_open(letter: Letter, _now: datetime) -> str:
    waiting = ChangeRequest.objects.filter(
        public_id=UUID(str(letter.facts.get("wish"))), state=ChangeRequestState.OPEN.value
    )
    return "" if waiting.exists() else "answered"


def _with_the_client(letter: Letter, now: datetime) -> str:
    standing = RevisionStanding.objects.filter(revision=letter.revision_id).first()
    if standing is not None and standing.state in {RevisionState.ACCEPTED, RevisionState.DECLINED}:
        return "answered"
    if standing is None or standing.state != RevisionState.SENT:
        return "withdrawn"
    return "too late" if now >= standing.expires_at else ""


def _taken_back(letter: Letter, _now: datetime) -> str:
    """Whoever was never sent the offer need not hear that it is taken back."""
    if letter.facts.get("part"):
        return ""
    offers = Letter.objects.filter(
        revision=letter.revision_id, to_email__iexact=letter.to_email, kind__in=WITH_A_VERSION
    )
    states = set(offers.exclude(facts__has_key="part").values_list("state", flat=True))
    return "withdrawn" if states and states <= _NEVER_LEFT else ""


def _was_sent(letter: Letter, _now: datetime) -> str:
    standing = RevisionStanding.objects.filter(revision=letter.revision_id).first()
    taken_back = standing is not None and standing.state == RevisionState.WITHDRAWN
    return "withdrawn" if standing is None or standing.sent_at is None or taken_back else ""


def _group_asked(letter: Letter, _now: datetime) -> str:
    group = letter.group
    if group is None:
        return "withdrawn"
    if letter.facts.get("rules_version") not in {None, group.rules_version}:
        return "asked anew"
    named = letter.facts.get("firm")
    given = GroupYes.objects.filter(group=group, rules_version=group.rules_version)
    return "answered" if named and given.filter(firm__public_id=UUID(str(named))).exists() else ""


def _yes_stands(letter: Letter, _now: datetime) -> str:
    papers = DecisionPaper.objects.filter(public_id=UUID(str(letter.facts.get("paper"))))
    return "" if papers.filter(decision__standing__state=DecisionState.STANDING.value).exists() else "withdrawn"


def _firm_gone(letter: Letter, _now: datetime) -> str:
    """The change that says so may have been given up, and another may have said it anew."""
    is_gone = Part.objects.filter(pk=letter.part_id or 0, gone_in=letter.facts.get("number")).exists()
    told_anew = Letter.objects.filter(part=letter.part_id, kind=LetterKind.FIRM_GONE.value, pk__gt=letter.pk)
    return "" if is_gone and not told_anew.exists() else "withdrawn"


_STILL_SO: Final[dict[LetterKind, Callable[[Letter, datetime], str]]] = {
    LetterKind.ASKED: _asked,
    LetterKind.REMINDER: _reminder,
    LetterKind.CODE: _code,
    LetterKind.DECISION_CODE: _code,
    LetterKind.PRICE_TOLD: _price_told,
    LetterKind.ASKED_AGAIN: _asked_again,
    LetterKind.SUGGESTED: _suggested,
    LetterKind.OFFER_TO_CLIENT: _with_the_client,
    LetterKind.VALIDITY_EXTENDED: _with_the_client,
    LetterKind.OFFER_SENT: _was_sent,
    LetterKind.OFFER_WITHDRAWN: _taken_back,
    LetterKind.GROUP_ASKED: _group_asked,
    LetterKind.QUESTION_ASKED: _question_open,
    LetterKind.ANSWER_DRAFTED: _question_open,
    LetterKind.CHANGES_ASKED: _wish_open,
    LetterKind.OWN_COPY: _yes_stands,
    LetterKind.FIRM_GONE: _firm_gone,
}
