"""How far the letters of an offer have come, one line a recipient."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower

from bids.models import Bid, Letter
from bids.models.letter import LetterQuerySet
from bids.vocabulary import WITH_A_VERSION, BidState, LetterKind, LetterState, RevisionState

NOT_SHOWN = frozenset({LetterKind.CODE, LetterKind.DECISION_CODE})
"""Letters nobody but their reader needs to know of."""

_NOT_WITH_THE_CLIENT = tuple(
    state.value
    for state in RevisionState
    if state not in {RevisionState.FROZEN, RevisionState.SENT, RevisionState.ABANDONED}
)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One letter and what is known of its way. `at` is the moment it got into this state, where that is known.

    `failure` is what the mail server said, or our own word for why it was not sent. Where the reader's name and address
    are shown to nobody they are empty, and `firm` alone says who is written to.
    """

    letter: UUID
    kind: LetterKind
    state: LetterState
    to_name: str
    to_email: str
    firm: str
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
        """Whether somebody must say what is to happen, unless that has been settled since (`waiting_letters`)."""
        return self.state in {LetterState.HELD, LetterState.BOUNCED}


@dataclass(frozen=True, kw_only=True)
class Lately:
    """The latest letters of an offer, then the older ones among the rest that somebody must decide about."""

    latest: tuple[Delivery, ...]
    older: tuple[Delivery, ...]
    count: int


def deliveries(bid: Bid) -> tuple[Delivery, ...]:
    """The letters of an offer, the latest first."""
    return tuple(map(delivery_of, _letters_of(bid)))


def deliveries_lately(bid: Bid, *, most: int) -> Lately:
    """So many letters of an offer, and however old they are those that wait for a person; the latest first."""
    letters = _letters_of(bid)
    latest = list(letters[:most])
    waiting = waiting_letters().filter(bid=bid).exclude(pk__in=[letter.pk for letter in latest])
    older = letters.filter(pk__in=waiting.order_by().values("pk"))[:most] if len(latest) == most else ()
    return Lately(latest=tuple(map(delivery_of, latest)), older=tuple(map(delivery_of, older)), count=letters.count())


def latest_to(bid: Bid, *kinds: LetterKind) -> dict[str, Delivery]:
    """The latest letter of these kinds (of all, if none is named) to each address; the address is in lower case.

    A reminder that waits for its day hides no letter that has gone, and one that was cancelled tells nothing.
    """
    letters = _letters_of(bid).exclude(state=LetterState.CANCELLED.value)
    letters = letters.exclude(state=LetterState.WAITING.value, due_at__gt=F("written_at"))
    if kinds:
        letters = letters.filter(kind__in=[kind.value for kind in kinds])
    shown = Case(When(facts__has_key="unnamed", then=Value("")), default=Lower("to_email"), output_field=CharField())
    one_each = letters.annotate(address=shown).order_by("address", "-written_at", "-pk").distinct("address")
    latest_first = sorted(one_each, key=lambda letter: (letter.written_at, letter.pk), reverse=True)
    return {letter.shown_address.casefold(): delivery_of(letter) for letter in latest_first}


def _letters_of(bid: Bid) -> LetterQuerySet:
    letters = Letter.objects.filter(bid=bid).exclude(kind__in=[kind.value for kind in NOT_SHOWN])
    letters = letters.exclude(facts__has_key="handed_over").select_related("part", "invitation", "revision")
    return letters.order_by("-written_at", "-pk")


def waiting_letters() -> LetterQuerySet:
    """The letters somebody must decide about, the oldest first: none is sure to have gone, or it surely came back.

    What was written once more since is settled by it, and so is what its firm has answered without it, what was taken
    back, what brought a version the client has no more, and what a person has seen to.
    """
    later = Letter.objects.filter(kind=OuterRef("kind"), written_at__gt=OuterRef("written_at"))
    again = (
        Q(Exists(later.filter(invitation=OuterRef("invitation"))))
        | Q(Exists(later.filter(invitation=None, revision=OuterRef("revision"), to_name=OuterRef("to_name"))))
        | Q(Exists(later.filter(invitation=None, bid=OuterRef("bid"), to_email=OuterRef("to_email"))))
    )
    return (
        Letter.objects.filter(state__in=[LetterState.HELD.value, LetterState.BOUNCED.value])
        .exclude(kind__in=[kind.value for kind in NOT_SHOWN])
        .exclude(facts__has_key="handled")
        .exclude(invitation__withdrawn_at__isnull=False)
        .exclude(invitation__answered_at__isnull=False)
        .exclude(bid__state=BidState.CLOSED.value)
        .exclude(kind__in=WITH_A_VERSION, revision__standing__state__in=_NOT_WITH_THE_CLIENT)
        .exclude(again)
        .select_related("bid__lead", "bid__client", "group__made_by", "part", "invitation", "revision")
        .order_by("written_at", "pk")
    )


def delivery_of(letter: Letter) -> Delivery:
    """What is known of one letter's way."""
    return Delivery(
        letter=letter.public_id,
        kind=LetterKind(letter.kind),
        state=LetterState(letter.state),
        to_name=letter.shown_name,
        to_email=letter.shown_address,
        firm=str(letter.part.card["name"]) if letter.part else "",
        part=letter.part.public_id if letter.part else None,
        part_key=letter.part.key if letter.part else "",
        invitation=letter.invitation.public_id if letter.invitation else None,
        revision_number=letter.revision.number if letter.revision else None,
        written_at=letter.written_at,
        due_at=letter.due_at,
        at=letter.sent_at,
        failure=letter.shown_failure,
    )
