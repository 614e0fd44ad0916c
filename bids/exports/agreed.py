"""What was agreed with the client and holds now, read from the frozen version it said yes to and never from rows."""

from dataclasses import dataclass

from bids.choosing import as_agreed
from bids.content import Choice, JointOffer
from bids.exports.deciding import choice_in, yes_to
from bids.exports.frozen_version import FrozenVersion
from bids.exports.version_sheet import intact
from bids.models import Bid, Decision, Revision
from bids.models.decision import DecisionQuerySet
from bids.pricing import Totals, totals
from bids.queries.content_of import content_of
from bids.vocabulary import DecisionKind


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One yes that counts: the version it was said to, and what was chosen in it.

    `offer` holds only what counts, with nothing left to choose; `sums` are those the client said yes to.
    """

    decision: Decision
    version: FrozenVersion
    choice: Choice
    offer: JointOffer
    sums: Totals

    @property
    def revision(self) -> Revision:
        """The version as it is stored."""
        return self.decision.revision


def agreed(bid: Bid) -> Agreed | None:
    """What holds now: the latest yes that counts; None before the client has said yes."""
    latest = yes_to(bid)
    return None if latest is None else what_was_agreed(latest)


def agreed_at_first(bid: Bid) -> Agreed | None:
    """What the first yes that counts was said to, whatever was changed since."""
    first = _yeses(bid).order_by("revision__number").first()
    return None if first is None else what_was_agreed(first)


def every_agreed(bid: Bid) -> tuple[Agreed, ...]:
    """Everything that was agreed one after another: the offer first, then each change of it; the last holds now."""
    return tuple(what_was_agreed(each) for each in _yeses(bid).order_by("revision__number"))


def to_make_another_of(bid: Bid) -> JointOffer:
    """What another offer is made of: the rows, and while these are a change nobody has agreed to, all they changed."""
    latest = yes_to(bid) if bid.changing else None
    return content_of(bid) if latest is None else intact(latest.revision, with_pictures=True).offer


def _yeses(bid: Bid) -> DecisionQuerySet:
    found = Decision.objects.standing().filter(bid=bid, kind=DecisionKind.ACCEPT.value)
    return found.select_related("standing", "evidence", "link", "revision", "bid")


def what_was_agreed(decision: Decision) -> Agreed:
    """What one yes was said to. `VersionIsCorruptError` when what is stored is not what was frozen."""
    version = intact(decision.revision)
    choice = choice_in(decision.chosen or {"lines": [], "package": None})
    return Agreed(
        decision=decision,
        version=version,
        choice=choice,
        offer=as_agreed(version.offer, choice),
        sums=totals(version.offer, choice),
    )
