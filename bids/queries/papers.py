"""Which papers of a yes may be handed out, and which wait to be drawn anew."""

from bids.models import Decision, DecisionPaper, Part
from bids.models.decision_paper import DecisionPaperQuerySet
from bids.vocabulary import DecisionState, DocumentState, PaperKind, PriceVisibility
from kernel.models import AuditEvent

_REACH = (PriceVisibility.OWN, PriceVisibility.OWN_AND_TOTAL, PriceVisibility.ALL)


def is_outdated(paper: DecisionPaper) -> bool:
    """Whether a certificate bears a name that was erased, or does not tell what became of its yes since it was drawn.

    Such a paper is handed to nobody; it is drawn anew.
    """
    if paper.kind != PaperKind.CERTIFICATE.value:
        return False
    standing = paper.decision.standing
    is_annulled = standing.state == DecisionState.ANNULLED.value
    if (is_annulled and not paper.tells_annulment) or (standing.objected_at and not paper.tells_objection):
        return True
    return paper.bears_name and not paper.decision.evidence.identities.filter(name="name").exists()


def is_drawn(paper: DecisionPaper | None) -> bool:
    """Whether there is a file of it that may be handed out."""
    return paper is not None and paper.state == DocumentState.DONE.value and not is_outdated(paper)


def times_failed(paper: DecisionPaper) -> int:
    """How often it could not be drawn, as the trail tells."""
    told = AuditEvent.objects.about(paper.decision.bid.public_id)
    return told.filter(type="paper.failed", facts__paper=str(paper.public_id)).count()


def failed_papers() -> DecisionPaperQuerySet:
    """What could not be drawn of the yeses that count, until it is."""
    standing = DecisionState.STANDING.value
    return DecisionPaper.objects.filter(state=DocumentState.FAILED.value, decision__standing__state=standing)


def certificate_ordered(decision: Decision) -> DecisionPaper | None:
    """The certificate of a yes, however far it has come."""
    papers = DecisionPaper.objects.certificates().select_related("asset", "decision__standing", "decision__evidence")
    return papers.filter(decision=decision).first()


def certificate_paper(decision: Decision) -> DecisionPaper | None:
    """The certificate that may be handed out: drawn, and true of the yes as it is now."""
    paper = certificate_ordered(decision)
    return paper if is_drawn(paper) else None


def copy_ordered(decision: Decision, part: Part) -> DecisionPaper | None:
    """The firm's own copy, however far it has come."""
    return DecisionPaper.objects.select_related("asset", "data").filter(decision=decision, part=part).first()


def copy_paper(decision: Decision, part: Part, mode: PriceVisibility) -> DecisionPaper | None:
    """The firm's own copy, if it is drawn, and with no price that the firm may not see now."""
    paper = copy_ordered(decision, part)
    return paper if paper is not None and is_drawn(paper) and not is_hidden(paper, mode) else None


def is_hidden(paper: DecisionPaper, mode: PriceVisibility) -> bool:
    """Whether an own copy was drawn with prices that this mode does not show."""
    return bool(paper.reach) and _REACH.index(PriceVisibility(paper.reach)) > _REACH.index(mode)
