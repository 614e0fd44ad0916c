"""What proves a yes, as a firm that takes part may have it: its certificate, the bundle of evidence, its own copy."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Final, ParamSpec, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.exports.bundle import hash_of_whole, partners_bundle, whole_bundle
from bids.exports.certificate import EvidenceIsCorruptError
from bids.exports.deciding import yes_naming
from bids.exports.version_sheet import VersionIsCorruptError
from bids.models import Bid, Decision, DecisionPaper, Part
from bids.queries.papers import certificate_ordered, copy_ordered, is_hidden
from bids.visibility import Eyes
from bids.vocabulary import PriceVisibility
from kernel.errors import Refusal
from kernel.files import FileIsCorruptError

logger = logging.getLogger(__name__)

P = ParamSpec("P")
R = TypeVar("R")
_DAMAGED: Final = (FileIsCorruptError, EvidenceIsCorruptError, VersionIsCorruptError)


class ProofIsDamaged(Refusal):
    """Something that a yes is proven by is not what was stored."""

    sentence = _("Something that this is made of is not what was stored, so it is not handed out. Tell support.")
    code = "proof-damaged"


def handed_out_intact(hand_out: Callable[P, R]) -> Callable[P, R]:
    """What hands out a proof, refused with a sentence where its bytes are not those that were stored.

    It is done once more before that is said: a certificate that is drawn anew lets its file go, and whoever read the
    row just before finds the next one.
    """

    @wraps(hand_out)
    def intact_or_refused(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return hand_out(*args, **kwargs)
        except _DAMAGED:
            logger.info("what proves a yes is read once more")
        try:
            return hand_out(*args, **kwargs)
        except _DAMAGED as error:
            logger.exception("something that a yes is proven by is not what was stored")
            raise ProofIsDamaged from error

    return intact_or_refused


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
    """What a firm may have of the latest yes that counts and that it is in; None before there is one.

    A firm that a later change left nothing keeps the papers of the yes it worked under: it may have to invoice by them.
    """
    part = Part.objects.select_related("firm", "bid").filter(bid=bid, firm_id=firm).first()
    decision = yes_naming(part) if part is not None else None
    if part is None or decision is None:
        return None
    return Proofs(decision=decision, part=part, eyes=eyes)


def yes_of_the_lead(bid: Bid, answer: UUID, eyes: Eyes) -> Decision | None:
    """Any yes of the offer, one that was taken back too, for eyes that read what is the lead's alone."""
    if not eyes.sees_lead_notes:
        return None
    found = Decision.objects.filter(bid=bid, kind="accept", public_id=answer)
    return found.select_related("standing", "evidence", "link", "revision", "bid").first()
