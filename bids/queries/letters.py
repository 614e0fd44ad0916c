"""How far the letters of an offer have come, one line a recipient."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bids.models import Bid, Invitation, Letter, Part
from bids.vocabulary import LetterKind, LetterState

NOT_SHOWN = frozenset({LetterKind.CODE})
"""Letters nobody but their reader needs to know of."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One letter and what is known of its way. `at` is the moment it got into this state, where that is known.

    `failure` is what the mail server said, or our own word for why it was not sent. `waits_for_a_person` marks one that
    somebody must decide about: it may or may not have gone, or it surely did not arrive.
    """

    letter: UUID
    kind: LetterKind
    state: LetterState
    to_name: str
    to_email: str
    part: UUID | None
    part_key: str
    invitation: UUID | None
    revision_number: int | None
    written_at: datetime
    due_at: datetime
    at: datetime | None
    failure: str

    @property
    def waits_for_a_person(self) -> bool:
        """Whether somebody must say what is to happen."""
        return self.state in {LetterState.HELD, LetterState.BOUNCED}


def deliveries(bid: Bid, *, part: Part | None = None, invitation: Invitation | None = None) -> tuple[Delivery, ...]:
    """The letters of an offer, the latest first; those of one firm or of one invitation when it is named."""
    letters = Letter.objects.filter(bid=bid).exclude(kind__in=[kind.value for kind in NOT_SHOWN])
    letters = letters.exclude(facts__has_key="handed_over")
    if part is not None:
        letters = letters.filter(part=part)
    if invitation is not None:
        letters = letters.filter(invitation=invitation)
    return tuple(
        delivery_of(letter)
        for letter in letters.select_related("part", "invitation", "revision").order_by("-written_at", "-pk")
    )


def latest_to(bid: Bid, *kinds: LetterKind) -> dict[str, Delivery]:
    """The latest letter of these kinds (of all, if none is named) to each address; the address is in lower case.

    A reminder that waits for its day hides no letter that has gone, and one that was cancelled tells nothing.
    """
    latest: dict[str, Delivery] = {}
    for each in deliveries(bid):
        waits = each.state is LetterState.WAITING and each.due_at > each.written_at
        if (kinds and each.kind not in kinds) or each.state is LetterState.CANCELLED or waits:
            continue
        latest.setdefault(each.to_email.casefold(), each)
    return latest


def waiting_for_a_person(bid: Bid) -> tuple[Delivery, ...]:
    """The letters somebody must decide about, the oldest first.

    What was followed by a later letter of the same kind to the same address that did go is settled by it.
    """
    settled: set[tuple[LetterKind, str, UUID | None]] = set()
    open_ones = []
    for each in deliveries(bid):
        about = (each.kind, each.to_email.casefold(), each.part)
        if each.state is LetterState.SENT:
            settled.add(about)
        elif each.waits_for_a_person and about not in settled:
            open_ones.append(each)
    return tuple(reversed(open_ones))


def delivery_of(letter: Letter) -> Delivery:
    """What is known of one letter's way."""
    return Delivery(
        letter=letter.public_id,
        kind=LetterKind(letter.kind),
        state=LetterState(letter.state),
        to_name=letter.to_name,
        to_email=letter.to_email,
        part=letter.part.public_id if letter.part else None,
        part_key=letter.part.key if letter.part else "",
        invitation=letter.invitation.public_id if letter.invitation else None,
        revision_number=letter.revision.number if letter.revision else None,
        written_at=letter.written_at,
        due_at=letter.due_at,
        at=letter.sent_at,
        failure=letter.failure,
    )
