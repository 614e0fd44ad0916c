"""A yes that came too late or with changes: kept as what it is, and told to the lead."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, CounterOffer, Revision, RevisionStanding
from bids.queries.stages import has_said_yes
from bids.steps.deciding import AcceptedAlready, NewerVersion, revision_seen, tell_lead
from bids.steps.settling import OfferIsClosed
from bids.vocabulary import BidState, LetterKind
from kernel.errors import Malformed, TooOften
from kernel.text import clean_text

LONGEST_WORDS: Final = 2000
MOST_OF_AN_OFFER: Final = 20


class TooManyCounterOffers(TooOften):
    """As many were made for this offer as may be."""

    sentence = _("Many new offers have been made in answer to this one. Call instead.")
    code = "too-many-counter-offers"


def version_answered(bid: Bid, *, seen: str) -> tuple[Revision, RevisionStanding]:
    """The last version that went out, if it was the one seen: it may be over, but not accepted. The offer is locked."""
    if has_said_yes(bid):
        raise AcceptedAlready
    if bid.state == BidState.CLOSED.value:
        raise OfferIsClosed
    revision = revision_seen(bid, seen)
    last = Revision.objects.filter(bid=bid, standing__sent_at__isnull=False).latest_first().first()
    if revision is None or last is None or last.pk != revision.pk:
        raise NewerVersion
    if CounterOffer.objects.filter(bid=bid).count() >= MOST_OF_AN_OFFER:
        raise TooManyCounterOffers
    return revision, RevisionStanding.objects.get(revision=revision)


def same_counter_offer(bid: Bid, nonce: UUID) -> CounterOffer | None:
    """What this very form has made already."""
    return CounterOffer.objects.filter(bid=bid, nonce=nonce).first()


def typed_words(words: str, *, is_late: bool) -> str:
    """What is new, as it is kept: a late yes may say nothing else."""
    said = clean_text(words).strip()
    if not said and not is_late:
        raise Malformed(faults={"words": _("Write what is to be otherwise.")})
    if len(said) > LONGEST_WORDS:
        raise Malformed(faults={"words": _("At most 2,000 characters.")})
    return said


def tell_of_counter_offer(made: CounterOffer, *, now: datetime) -> None:
    """The lead hears of what the client sent itself."""
    key = str(made.public_id)
    tell_lead(made.bid, made.revision, LetterKind.COUNTER_OFFER, key=key, now=now, counter_offer=key)
