"""Say that something of a yes cannot be drawn, and why."""

from datetime import datetime

from bids.models import DecisionPaper
from bids.permissions import is_system
from bids.queries.assets import let_go
from bids.queries.papers import is_outdated, times_failed
from bids.steps.papers import promise_another_try
from bids.vocabulary import DocumentState
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def fail_paper(*, paper: DecisionPaper, code: str, by: Actor, now: datetime) -> DecisionPaper:
    """The paper could not be drawn this time; it is tried again by itself, each time after a longer while.

    One that is done stays done, but for a certificate that is true no longer: it has no file until it is drawn anew.
    """
    rows = DecisionPaper.objects.select_for_update(of=("self",)).select_related(
        "decision__bid", "decision__standing", "decision__evidence", "part", "asset"
    )
    paper = rows.get(pk=paper.pk)
    require(is_system(by))
    if paper.state == DocumentState.DONE.value and not is_outdated(paper):
        return paper
    had, paper.asset = paper.asset, None
    paper.bears_name = paper.tells_objection = paper.tells_annulment = False
    paper.pages = None
    paper.state = DocumentState.FAILED.value
    paper.failure_code = code[:40]
    paper.finished_at = now
    paper.save()
    audit.record(
        "paper.failed", on=paper.decision.bid, by=by, at=now, paper=str(paper.public_id), kind=paper.kind, code=code
    )
    if had is not None:
        let_go(had)
    promise_another_try(paper, failed=times_failed(paper), now=now)
    return paper
