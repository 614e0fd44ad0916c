"""Reading back what was drawn of a yes: each file is the one the trail tells of, and lies in storage as it was."""

from collections.abc import Iterator

from bids.models import DecisionPaper, Revision
from bids.vocabulary import PaperKind
from kernel.files import FileIsCorruptError, read
from kernel.models import AuditEvent

_DRAWN = {PaperKind.CERTIFICATE.value: "certificate.drawn", PaperKind.OWN_COPY.value: "own_copy.drawn"}


def faults_of_papers(revision: Revision, *, trail_holds: bool) -> Iterator[tuple[str, str]]:
    """What is wrong with the certificates and own copies of the yes to a version."""
    papers = DecisionPaper.objects.done().filter(decision__revision=revision)
    for paper in papers.select_related("decision", "asset", "data", "part").order_by("pk"):
        thing = f"the {paper.kind.replace('_', ' ')} {paper.public_id}"
        fault = _fault_of(paper, revision, trail_holds=trail_holds)
        if fault:
            yield thing, fault


def _fault_of(paper: DecisionPaper, revision: Revision, *, trail_holds: bool) -> str:
    if paper.asset is None:
        return "has no file"
    told = AuditEvent.objects.filter(
        chain=revision.bid.public_id, type=_DRAWN[paper.kind], facts__decision=str(paper.decision.public_id)
    )
    if paper.part is not None:
        told = told.filter(facts__part=str(paper.part.public_id))
    last = told.order_by("seq").last()
    if trail_holds and (last is None or last.facts["sha256"] != paper.asset.sha256):
        return "is not the one that was drawn"
    try:
        for asset in filter(None, (paper.asset, paper.data)):
            read(asset.sha256)
    except FileIsCorruptError:
        return "is missing or was changed"
    return ""
