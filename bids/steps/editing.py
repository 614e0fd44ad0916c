"""What every change of an offer's words and prices shares: the lock, the rules, and what follows from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bids.content import JointOffer
from bids.exports.bid_package.faults import Fault
from bids.exports.bid_package.pieces import PieceRefused, below, faults_of, new_faults
from bids.models import Bid, Part
from bids.permissions import is_system, leads
from bids.pricing import ChoiceRefused, totals
from bids.queries.content_of import offer_of, whole_bids
from bids.sheets.choice_sentences import choice_sentence
from bids.steps.settling import lock_bid, settle
from bids.vat import NoRateKnown
from bids.vocabulary import IN_THE_OFFER
from kernel.actor import Actor
from kernel.errors import Malformed, NotVisible, Refusal, Stale
from kernel.public_id import Versioned

Row = TypeVar("Row", bound=Versioned)


class DoesNotFitTheRest(Malformed):
    """A firm's own change breaks a rule with what other firms or the lead have written."""

    sentence = _("This does not fit with the rest of the offer. Talk to the firm that leads it.")
    code = "does-not-fit"


class StandsForAnother(Refusal):
    """Another row is offered in place of the one that is to go."""

    sentence = _("Row %(other)s is offered in place of this one. Change or take away that row first.")
    code = "another-stands-in-its-place"


class GoneSellsAsAgreed(Refusal):
    """The firm does not go on, and sells what it has done as it was agreed."""

    sentence = _("A firm that does not go on sells what it has done as it was agreed. Those rows stay as they are.")
    code = "gone-sells-as-agreed"


@dataclass(frozen=True, kw_only=True)
class Held:
    """An offer that is locked for a change, and what it said before."""

    bid: Bid
    before: JointOffer


def hold(bid: Bid) -> Held:
    """Lock the offer for a change; refused while it is being sent."""
    locked = lock_bid(bid)
    return Held(bid=locked, before=_content(locked))


def keep_rules(held: Held, after: JointOffer, *, by: Actor, at: str = "") -> None:
    """Refuse a change that breaks a rule which was kept before it; nothing is written yet.

    `at` is the place of the changed thing in the bid package: its faults are told by the names of its own keys, all
    others without a place.
    """
    found = faults_of(after)
    if found:
        found = new_faults(faults_of(held.before), found, at=at)
    if found:
        raise _refusal(held.bid, found, by=by, at=at)
    _refuse_unpriceable(held, after, by=by)


def finish(held: Held, *, by: Actor, now: datetime) -> None:
    """Write what follows from the change: whose OK still stands, and who is told or asked."""
    held.bid.refresh_from_db()
    settle(held.bid, by=by, now=now)


def part_to_write(part: Part) -> Part:
    """The part as it is now that its offer is locked; NotVisible for a firm that is no longer in the offer.

    `GoneSellsAsAgreed` for one that does not go on with what was agreed.
    """
    found = Part.objects.select_related("firm", "bid__lead").filter(pk=part.pk, state__in=IN_THE_OFFER).first()
    if found is None:
        raise NotVisible
    if found.is_gone:
        raise GoneSellsAsAgreed
    return found


def as_seen(rows: "QuerySet[Row]", seen: int) -> Row:
    """The one row, if it still has the version that was seen: else Stale, or NotVisible when it is gone."""
    row = rows.first()
    if row is None:
        raise NotVisible
    if row.version != seen:
        raise Stale
    return row


def place_of_line(offer: JointOffer, code: str) -> str:
    """Where a line stands in the package of the offer."""
    for number, part in enumerate(offer.parts):
        for place, line in enumerate(part.lines):
            if line.code == code:
                return f"parts[{number}].lines[{place}]"
    return ""


def place_of_part(offer: JointOffer, key: str) -> str:
    """Where a firm's part stands in the package of the offer."""
    return next((f"parts[{number}]" for number, part in enumerate(offer.parts) if part.key == key), "")


def place_of_milestone(offer: JointOffer, identifier: str) -> str:
    """Where a milestone stands in the package of the offer."""
    places = (f"milestones[{number}]" for number, step in enumerate(offer.milestones) if step.id == identifier)
    return next(places, "")


def _content(bid: Bid) -> JointOffer:
    return offer_of(whole_bids().get(pk=bid.pk), with_files=False)


def _refusal(bid: Bid, found: Iterable[Fault], *, by: Actor, at: str) -> Malformed:
    told = [below(fault, at) for fault in found]
    if leads(by, bid) or is_system(by):
        return PieceRefused(told)
    # What others' rows come to must not be read from a refusal.
    own = [fault for fault in told if fault.path]
    return PieceRefused(own) if own else DoesNotFitTheRest()


def _refuse_unpriceable(held: Held, after: JointOffer, *, by: Actor) -> None:
    try:
        totals(after)
    except ChoiceRefused as refused:
        if _could_not_be_priced(held.before):
            return
        if not leads(by, held.bid) and not is_system(by):
            raise DoesNotFitTheRest from refused
        raise Malformed(faults={"": " ".join(choice_sentence(fault) for fault in refused.faults)}) from refused
    except NoRateKnown as unknown:
        raise Malformed(faults={"": _("No VAT rate is known for that day.")}) from unknown


def _could_not_be_priced(offer: JointOffer) -> bool:
    try:
        totals(offer)
    except (ChoiceRefused, NoRateKnown):
        return True
    return False
