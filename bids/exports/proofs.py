"""What proves a yes, as a firm that takes part may have it: its certificate, the bundle of evidence, its own copy."""

from dataclasses import dataclass
from uuid import UUID

from bids.exports.bundle import hash_of_whole, partners_bundle, whole_bundle
from bids.exports.deciding import yes_to
from bids.models import Bid, Decision, DecisionPaper, Part
from bids.queries.papers import certificate_ordered, copy_ordered, is_hidden
from bids.visibility import Eyes
from bids.vocabulary import PriceVisibility


@dataclass(frozen=True, kw_only=True)
class Proofs:
    """What one firm may have of one yes, as these eyes read it; the lead's owners and editors have all of it."""

    decision: Decision
    part: Part
    eyes: Eyes

    @property
    def certificate(self) -> DecisionPaper | None:
        """The certificate, however far it has come: the lead's, for it names who answered."""
        return certificate_ordered(self.decision) if self.eyes.sees_lead_notes else None

    @property
    def own_copy(self) -> DecisionPaper | None:
        """The firm's own copy, however far it has come; None where it was drawn with prices it may not see now."""
        paper = copy_ordered(self.decision, self.part)
        return None if paper is None or is_hidden(paper, self._mode) else paper

    def bundle(self) -> bytes:
        """Everything it is proven by, as far as it is theirs."""
        if self.eyes.sees_lead_notes:
            return whole_bundle(self.decision)
        return partners_bundle(self.decision, self.part, self._mode)

    def whole(self) -> str:
        """The hash that every firm has of what never changes in the whole bundle."""
        return hash_of_whole(self.decision)

    @property
    def _mode(self) -> PriceVisibility:
        return PriceVisibility.ALL if self.eyes.sees_every_price else self.eyes.mode


def proofs_for(bid: Bid, firm: int, eyes: Eyes) -> Proofs | None:
    """What a firm may have of the yes that counts; None before there is one, and for a firm that is not in it."""
    decision = yes_to(bid)
    part = Part.objects.select_related("firm", "bid").filter(bid=bid, firm_id=firm).first()
    if decision is None or part is None or not part.revision_parts.filter(revision=decision.revision).exists():
        return None
    return Proofs(decision=decision, part=part, eyes=eyes)


def yes_of_the_lead(bid: Bid, answer: UUID, eyes: Eyes) -> Decision | None:
    """Any yes of the offer, one that was taken back too, for eyes that read what is the lead's alone."""
    if not eyes.sees_lead_notes:
        return None
    found = Decision.objects.filter(bid=bid, kind="accept", public_id=answer)
    return found.select_related("standing", "evidence", "link", "revision", "bid").first()
