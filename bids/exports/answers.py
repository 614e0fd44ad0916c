"""What the client answered, as far as somebody's eyes see it: every decision and every counter-offer of an offer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from bids.content import JointOffer
from bids.exports.deciding import choice_in, how_confirmed, sums_of
from bids.exports.frozen_version import read_version
from bids.models import Asset, Bid, CounterOffer, Decision, EvidenceIdentity, RevisionStanding
from bids.visibility import Eyes
from bids.vocabulary import BidState, ConfirmedBy, DecisionState, RevisionState

ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "message/rfc822": "eml"}
"""What the name of a file that an answer was written down from ends in, by its media type."""


@dataclass(frozen=True, kw_only=True)
class SeenAnswer:
    """A yes or a no as a reader may see it; what is not theirs to see is empty.

    `name` and `email` are of whoever clicked, `recorded_by` of whoever wrote it down. `own_net` and `own_gross` are the
    reader's own share of a yes.
    """

    decision: Decision
    number: int
    name: str = ""
    email: str = ""
    recorded_by: str = ""
    chosen: tuple[str, ...] = ()
    net: Decimal | None = None
    gross: Decimal | None = None
    own_net: Decimal | None = None
    own_gross: Decimal | None = None
    reason: str = ""
    objection: str = ""

    @property
    def is_annulled(self) -> bool:
        """Whether it was taken back, and counts no longer."""
        return self.decision.standing.state == DecisionState.ANNULLED.value

    @property
    def confirmed_by(self) -> ConfirmedBy | None:
        """What of a letter it was confirmed with; None for what the lead wrote down."""
        return how_confirmed(self.decision)

    @property
    def objected_at(self) -> datetime | None:
        """When the client said that it is not so."""
        return self.decision.standing.objected_at


@dataclass(frozen=True, kw_only=True)
class SeenCounterOffer:
    """A yes that came too late or with changes. `waits` while no version has answered it and the offer is open."""

    made: CounterOffer
    number: int
    who: str
    chosen: tuple[str, ...]
    waits: bool


def answers_seen(bid: Bid, eyes: Eyes) -> tuple[SeenAnswer, ...]:
    """Every yes and no, the newest first; those that were taken back too."""
    found = Decision.objects.filter(bid=bid).order_by("-written_at", "-pk")
    rows = found.select_related("standing", "evidence", "revision__standing", "link", "recorded_by", "file", "bid")
    return tuple(_seen(one, eyes) for one in rows)


def counter_offers_seen(bid: Bid, eyes: Eyes) -> tuple[SeenCounterOffer, ...]:
    """Every counter-offer, the newest first, for those who see what is the lead's own."""
    if not eyes.sees_lead_notes:
        return ()
    rows = CounterOffer.objects.filter(bid=bid).select_related("revision", "link", "recorded_by", "file")
    made = list(rows.order_by("-written_at", "-pk"))
    last = _answered_up_to(bid) if made else 0
    return tuple(
        SeenCounterOffer(
            made=one,
            number=one.revision.number,
            who=one.link.contact_name or one.link.contact_email if one.link else "",
            chosen=_chosen(read_version(bytes(one.revision.payload)).offer, one.chosen) if one.chosen else (),
            waits=bid.state != BidState.CLOSED.value and one.revision.number >= last,
        )
        for one in made
    )


def file_of(bid: Bid, public_id: UUID) -> Asset | None:
    """What a decision or a counter-offer was written down from."""
    decision = Decision.objects.filter(bid=bid, public_id=public_id).select_related("file").first()
    if decision is not None:
        return decision.file
    made = CounterOffer.objects.filter(bid=bid, public_id=public_id).select_related("file").first()
    return made.file if made is not None else None


def _answered_up_to(bid: Bid) -> int:
    """The number of the latest version that went out; one more when the client has accepted it."""
    last = RevisionStanding.objects.filter(bid=bid, sent_at__isnull=False).order_by("-revision__number")
    found = last.values_list("revision__number", "state").first()
    if found is None:
        return 0
    return found[0] + (found[1] == RevisionState.ACCEPTED.value)


def _seen(decision: Decision, eyes: Eyes) -> SeenAnswer:
    standing, is_lead = decision.standing, eyes.sees_lead_notes
    offer = read_version(bytes(decision.revision.payload)).offer
    sums = sums_of(decision)
    own = next((one for one in sums.parts if one.firm == eyes.key), None) if sums else None
    shows_reason = is_lead or standing.reason_told_at is not None
    return SeenAnswer(
        decision=decision,
        number=decision.revision.number,
        name=_typed_name(decision) if is_lead else "",
        email=decision.link.contact_email if is_lead and decision.link else "",
        recorded_by=decision.recorded_by.name if is_lead and decision.recorded_by else "",
        chosen=_chosen(offer, decision.chosen, only="" if eyes.sees_every_price else eyes.key),
        net=decision.net if eyes.sees_totals else None,
        gross=decision.gross if eyes.sees_totals else None,
        own_net=own.net if own else None,
        own_gross=own.gross if own else None,
        reason=decision.reason if shows_reason else "",
        objection=standing.objection if is_lead else "",
    )


def _typed_name(decision: Decision) -> str:
    typed = EvidenceIdentity.objects.filter(evidence__decision=decision, name="name").first()
    return typed.value if typed else ""


def _chosen(offer: JointOffer, chosen: dict[str, Any] | None, *, only: str = "") -> tuple[str, ...]:
    """What was chosen, by name; with `only`, the rows of this firm alone."""
    if chosen is None:
        return ()
    choice = choice_in(chosen)
    packages = [] if only else [one.name for one in offer.packages if one.id == choice.package]
    return (*packages, *_lines(offer, choice.lines, only=only))


def _lines(offer: JointOffer, lines: Iterable[str], *, only: str) -> Iterable[str]:
    wanted = set(lines)
    parts = [part for part in offer.parts if only in ("", part.key)]
    return (line.text for part in parts for line in part.lines if line.code in wanted)
