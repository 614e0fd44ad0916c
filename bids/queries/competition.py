"""Whether firms of an offer were said to compete: then each sees its own prices alone."""

from bids.cautions import COMPETITORS
from bids.models import Bid, LegalAnswer
from bids.queries.legal_answers import MAY_COMPETE
from bids.vocabulary import IN_THE_OFFER


def hides_by_competition(bid: Bid) -> bool:
    """Whether the lead has said yes or maybe of firms that all take part, and no later no was about them all.

    It holds on after the question itself has gone, as when a firm calls its field of business by another name.
    """
    said = LegalAnswer.objects.filter(lead_id=bid.lead_id, question=COMPETITORS).order_by("answered_at", "pk")
    compete: set[frozenset[str]] = set()
    for row in said:
        about = frozenset(row.firms.split())
        if row.answer in MAY_COMPETE:
            compete.add(about)
        else:
            compete = {others for others in compete if not others <= about}
    if not compete:
        return False
    parts = bid.parts.filter(state__in=[state.value for state in IN_THE_OFFER])
    firms = frozenset(str(public_id) for public_id in parts.values_list("firm__public_id", flat=True))
    return any(about <= firms for about in compete)
