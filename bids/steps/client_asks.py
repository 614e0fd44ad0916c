"""What asking and wishing share: whose link it is, which version is meant, how often it may be done."""

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from bids.models import Bid, ChangeRequest, ClientLink, Question
from bids.permissions import may_ask_as_client
from bids.queries.questions import asked_by
from bids.queries.versions import Version, with_the_client
from bids.steps.settling import OfferIsClosed
from bids.vocabulary import BidState, RevisionState
from kernel.actor import Actor, ActorKind
from kernel.errors import NotPermitted, NotVisible, Refusal, TooOften
from kernel.text import clean_text

LONGEST_QUESTION: Final = 2000
LONGEST_ANSWER: Final = 4000
MOST_OF_ONE: Final = 20
"""Questions and wishes of one person at the client's in a day."""
MOST_OF_AN_OFFER: Final = 60
A_DAY: Final = timedelta(days=1)


class LinkOnlyShows(NotPermitted):
    """The link was made to show the offer, and for nothing else."""

    sentence = _("This link only shows the offer. Ask with the link in your own letter, or ask the firm directly.")
    code = "link-only-shows"


class AnotherVersion(Refusal):
    """A new version has come since the page was opened."""

    sentence = _("A new version of the offer has come in the meantime. Look at it; what you typed is kept here.")
    code = "another-version"


class NothingToAskAbout(Refusal):
    """The offer was withdrawn."""

    sentence = _("The offer was withdrawn. Ask the firm that sent it directly.")
    code = "nothing-to-ask-about"


class AskedTooOften(TooOften):
    """As much was asked in a day as may be."""

    sentence = _("Many questions were sent today. The firm has them; go on tomorrow, or call.")
    code = "asked-too-often"


class QuestionIsOver(Refusal):
    """The question was answered or dropped in the meantime."""

    sentence = _("This question has been dealt with in the meantime.")
    code = "question-is-over"


class WishIsOver(Refusal):
    """The wish was answered or declined in the meantime."""

    sentence = _("This wish has been dealt with in the meantime.")
    code = "wish-is-over"


def client_actor(link: ClientLink) -> Actor:
    """Whoever holds the link."""
    return Actor(
        kind=ActorKind.CLIENT_LINK,
        id=link.pk,
        public_id=link.public_id,
        label=link.contact_name or link.contact_email,
    )


def link_that_asks(link: ClientLink, bid: Bid, *, by: Actor, now: datetime) -> ClientLink:
    """The link as it is now that its offer is locked; refused when it opens nothing any more, or only shows."""
    fresh = ClientLink.objects.select_for_update().get(pk=link.pk)
    if fresh.revoked_at is not None or now >= fresh.expires_at or by.id != fresh.pk:
        raise NotVisible
    if not may_ask_as_client(by, fresh):
        raise LinkOnlyShows
    if bid.state == BidState.CLOSED.value:
        raise OfferIsClosed
    return fresh


def version_meant(bid: Bid, *, seen: int, now: datetime) -> Version:
    """The version the client has, which must be the one that was seen."""
    version = with_the_client(bid, now=now)
    if version is None:
        raise NotVisible
    if version.state == RevisionState.WITHDRAWN:
        raise NothingToAskAbout
    if version.number != seen:
        raise AnotherVersion
    return version


def count_asked(bid: Bid, link: ClientLink, *, now: datetime) -> None:
    """Refuse what is asked beyond the day's; the caller holds the lock of the offer."""
    today = [model.objects.filter(bid=bid, asked_at__gt=now - A_DAY) for model in (Question, ChangeRequest)]
    of_all = sum(rows.count() for rows in today)
    of_one = sum(rows.filter(asked_by(link)).count() for rows in today)
    if of_one >= MOST_OF_ONE or of_all >= MOST_OF_AN_OFFER:
        raise AskedTooOften


def words(text: str) -> str:
    """What was typed, clean, without empty lines at either end."""
    return clean_text(text).strip()
