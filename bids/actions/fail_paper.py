"""Say that something of a yes cannot be drawn, and why."""

from datetime import datetime

from bids.models import DecisionPaper
from bids.permissions import is_system
from bids.vocabulary import DocumentState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def fail_paper(*, paper: DecisionPaper, code: str, by: Actor, now: datetime) -> DecisionPaper:
    """The paper has failed for a reason that drawing it again would not cure; one that is done stays done."""
    rows = DecisionPaper.objects.select_for_update(of=("self",)).select_related("decision__bid", "part")
    paper = rows.get(pk=paper.pk)
    require(is_system(by))
    if paper.state == DocumentState.DONE.value:
        return paper
    paper.state = DocumentState.FAILED.value
    paper.failure_code = code[:40]
    paper.finished_at = now
    paper.save()
    audit.record(
        "paper.failed", on=paper.decision.bid, by=by, at=now, paper=str(paper.public_id), kind=paper.kind, code=code
    )
    return paper
