"""What was agreed, every change of it, and the change a version or the rows propose, ready to be put in words."""

from bids.content import JointOffer
from bids.exports.agreed import every_agreed
from bids.exports.version_sheet import intact
from bids.models import Bid, Revision
from bids.sheets.change import AgreedStep, ChangeSheet, change_sheet
from bids.sheets.version_diff import Shows
from bids.visibility import CLIENTS_EYES, Eyes
from bids.vocabulary import Language


def steps_agreed(bid: Bid, *, before: int | None = None) -> tuple[AgreedStep, ...]:
    """What was agreed at first and each change that was, up to the version of this number where one is named."""
    return tuple(
        AgreedStep(number=one.revision.change, offer=one.offer)
        for one in every_agreed(bid)
        if before is None or one.revision.number < before
    )


def change_of_version(revision: Revision, *, language: Language, eyes: Eyes = CLIENTS_EYES) -> ChangeSheet | None:
    """What a version changes of what was agreed before it; None for an offer, or when that yes was annulled since."""
    steps = steps_agreed(revision.bid, before=revision.number) if revision.change else ()
    if not steps:
        return None
    version = intact(revision)
    reason = version.change.reason if version.change else ""
    return change_sheet(steps, version.offer, reason=reason, language=language, shows=shows_of(eyes))


def change_of_rows(bid: Bid, offer: JointOffer, *, language: Language, eyes: Eyes = CLIENTS_EYES) -> ChangeSheet | None:
    """What the rows change of what is agreed, while that is being changed; None while nothing is."""
    steps = steps_agreed(bid) if bid.changing else ()
    if not steps:
        return None
    return change_sheet(steps, offer, reason=bid.change_reason, language=language, shows=shows_of(eyes))


def what_was_changed(bid: Bid, *, language: Language, eyes: Eyes) -> ChangeSheet | None:
    """The chain of what was agreed and the last change of it, while nothing is being changed; None before a yes."""
    steps = steps_agreed(bid)
    return change_sheet(steps, None, language=language, shows=shows_of(eyes)) if steps else None


def shows_of(eyes: Eyes) -> Shows:
    """Which prices these eyes see; of the empty key, those of the whole."""
    return lambda key: eyes.sees_price_of(key) if key else eyes.sees_totals
