"""Put what was drawn of a yes in its reader's hands."""

from datetime import datetime

from bids.models import DecisionPaper
from bids.permissions import is_system
from bids.queries.assets import asset_row, let_go
from bids.queries.papers import is_outdated
from bids.steps.papers import Drawn, send_copy
from bids.vocabulary import DocumentState, PaperKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import require


@action
def finish_paper(*, paper: DecisionPaper, drawn: Drawn, by: Actor, now: datetime) -> DecisionPaper:
    """The paper is done; a firm's own copy is mailed to it.

    A paper that is done keeps its file, but for a certificate that is true no longer: the file it had goes.
    """
    rows = DecisionPaper.objects.select_for_update(of=("self",)).select_related(
        "decision__bid__lead", "decision__standing", "decision__evidence", "part__bid", "asset"
    )
    paper = rows.get(pk=paper.pk)
    require(is_system(by))
    if paper.state == DocumentState.DONE.value and not is_outdated(paper):
        return paper
    had = paper.asset
    bid = paper.decision.bid
    firm = bid.lead if paper.part is None else paper.part.firm
    paper.asset = asset_row(drawn.sha256, size=drawn.size, media_type="application/pdf", firm=firm, now=now)
    if drawn.data is not None:
        sha256, size = drawn.data
        paper.data = asset_row(sha256, size=size, media_type="application/json", firm=firm, now=now)
    paper.reach = drawn.reach
    paper.bears_name = drawn.bears_name
    paper.tells_objection = drawn.tells_objection
    paper.tells_annulment = drawn.tells_annulment
    paper.pages = drawn.pages
    paper.state = DocumentState.DONE.value
    paper.failure_code = ""
    paper.finished_at = now
    paper.save()
    is_copy = paper.kind == PaperKind.OWN_COPY.value
    audit.record(
        "own_copy.drawn" if is_copy else "certificate.drawn",
        on=bid,
        by=by,
        at=now,
        decision=str(paper.decision.public_id),
        sha256=drawn.sha256,
        **({"part": str(paper.part.public_id)} if paper.part is not None else {}),
    )
    if is_copy:
        send_copy(paper, now=now)
    if had is not None and had != paper.asset:
        let_go(had)
    return paper
