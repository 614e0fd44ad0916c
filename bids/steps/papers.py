"""What is drawn of a yes, promised in the transaction that writes it down."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bids.models import Decision, DecisionPaper, Part
from bids.steps.letters import write_letter
from bids.steps.whom_to_write import copy_recipient_of
from bids.vocabulary import DecisionState, Language, LetterKind, PaperKind, Role
from kernel import outbox
from kernel.models import OutboxMessage

FIRST_PAUSE, LONGEST_PAUSE = timedelta(hours=1), timedelta(days=7)
"""How long a paper that could not be drawn rests before the next try: at first, and at most."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A drawn file in private storage; of an own copy `data` is the same for programs, its hash and size."""

    sha256: str
    size: int
    pages: int
    data: tuple[str, int] | None = None
    reach: str = ""
    bears_name: bool = False
    tells_objection: bool = False
    tells_annulment: bool = False


def order_papers(decision: Decision, *, language: Language, now: datetime) -> None:
    """The certificate, in the offer's own language, and every firm's own copy; each is promised once."""
    _order(decision, PaperKind.CERTIFICATE, None, language, now=now)
    parts = Part.objects.filter(revision_parts__revision=decision.revision).select_related("bid", "firm")
    for part in parts.order_by("position", "pk"):
        reader = copy_recipient_of(part)
        _order(decision, PaperKind.OWN_COPY, part, Language(reader.language) if reader else language, now=now)


def _order(decision: Decision, kind: PaperKind, part: Part | None, language: Language, *, now: datetime) -> None:
    paper, _is_new = DecisionPaper.objects.get_or_create(
        decision=decision, kind=kind.value, part=part, defaults={"language": language.value, "requested_at": now}
    )
    promise_drawing(paper, now=now)


def draw_anew(decision: Decision, because: str, *, now: datetime) -> None:
    """What is drawn of a yes and is true no longer is drawn once more; one reason has it drawn once."""
    for paper in DecisionPaper.objects.certificates().filter(decision=decision):
        promise_drawing(paper, now=now, again=because)


def promise_drawing(paper: DecisionPaper, *, now: datetime, again: str = "") -> None:
    """Have the paper drawn; `again` names why it is drawn another time."""
    more = (again,) if again else ()
    key = outbox.effect_key("paper.requested", paper, *more)
    outbox.post("paper.requested", due=now, key=key, paper=str(paper.public_id))


def promise_another_try(paper: DecisionPaper, *, failed: int, now: datetime) -> None:
    """Have what could not be drawn so often drawn later, each time after twice as long, unless that is promised."""
    to_come = OutboxMessage.objects.undone().exclude(pk__in=OutboxMessage.objects.failed().values("pk"))
    if to_come.filter(topic="paper.requested", payload__paper=str(paper.public_id)).exists():
        return
    pause = min(FIRST_PAUSE * int(2 ** min(failed - 1, 16)), LONGEST_PAUSE)
    promise_drawing(paper, now=now + pause, again=f"after-{failed}")


def send_copy(paper: DecisionPaper, *, now: datetime) -> None:
    """The firm's own copy goes to whoever hears for it: one letter to a yes and a firm, none once that was annulled."""
    if paper.part is None or paper.decision.standing.state == DecisionState.ANNULLED.value:
        return
    reader = copy_recipient_of(paper.part)
    if reader is None:
        return
    facts = {"part": str(paper.part.public_id), "paper": str(paper.public_id)}
    if paper.part.role == Role.LEAD.value:
        facts["lead"] = "1"
    write_letter(
        LetterKind.OWN_COPY, reader, about=paper.decision.revision, key=str(paper.public_id), now=now, due=None, **facts
    )
