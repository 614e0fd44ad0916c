"""What somebody was typing and has not saved."""

from bids.models import Bid, Draft
from kernel.actor import Actor, ActorKind


def draft_of(by: Actor, place: str, *, bid: Bid | None = None) -> Draft | None:
    """The actor's own unsaved words for this place, if there are any."""
    if by.id is None or by.kind not in {ActorKind.PERSON, ActorKind.INVITED}:
        return None
    writer = {"person_id": by.id} if by.kind is ActorKind.PERSON else {"invitation_id": by.id}
    return Draft.objects.filter(bid=bid, place=place, **writer).first()
