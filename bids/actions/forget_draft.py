"""Forget what somebody typed and will not save, or has saved."""

from datetime import datetime

from bids.models import Bid, Draft
from bids.steps.draft_places import writer_of
from kernel.action import action
from kernel.actor import Actor


@action
def forget_draft(*, bid: Bid | None, place: str, by: Actor, now: datetime) -> None:  # noqa: ARG001 - every action takes now
    """Nothing is kept of the writer's words for this place. Asking twice is the same as once."""
    Draft.objects.filter(bid=bid, place=place, **writer_of(by)).delete()
