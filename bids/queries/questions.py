"""What clients have asked and wished of an offer, for those who may read it."""

from django.db.models import Q, QuerySet

from bids.models import Bid, ChangeRequest, ClientLink, Part, Question
from bids.visibility import Eyes, Reader
from bids.vocabulary import ChangeRequestState, QuestionState, Role

UNANSWERED = (QuestionState.OPEN.value, QuestionState.DRAFTED.value)


def questions_for(bid: Bid, eyes: Eyes) -> QuerySet[Question]:
    """The questions these eyes read: the lead all, a firm those to itself, and what the others were asked once told.

    Somebody may name a price in a question or an answer, so those of others are for eyes that see every price.
    """
    known = _questions().filter(bid=bid)
    if eyes.reader in {Reader.LEAD, Reader.SYSTEM}:
        return known
    if eyes.reader is not Reader.FIRM:
        return known.none()
    own = Q(to_part__key=eyes.key)
    return known.filter(own | Q(state=QuestionState.RELEASED.value) if eyes.sees_every_price else own)


def wishes_for(bid: Bid, eyes: Eyes) -> QuerySet[ChangeRequest]:
    """What the client wishes to be otherwise is for those who change the offer."""
    known = _wishes().filter(bid=bid)
    return known if eyes.sees_lead_notes else known.none()


def questions_shown(link: ClientLink) -> QuerySet[Question]:
    """What the holder of a client's link reads: every released answer, and what became of their own questions."""
    return _questions().filter(_theirs(link) | Q(state=QuestionState.RELEASED.value), bid=link.bid_id)


def wishes_shown(link: ClientLink) -> QuerySet[ChangeRequest]:
    """What the holder of a client's link has wished."""
    return _wishes().filter(_theirs(link), bid=link.bid_id)


def asked_by(link: ClientLink) -> Q:
    """Rows that came through this link, or through another one of the same address."""
    return _theirs(link)


def unanswered(bid: Bid) -> QuerySet[Question]:
    """Questions the client has no answer to."""
    return _questions().filter(bid=bid, state__in=UNANSWERED)


def open_wishes(bid: Bid) -> QuerySet[ChangeRequest]:
    """Wishes that are neither declined nor answered by a version that was sent."""
    return _wishes().filter(bid=bid, state=ChangeRequestState.OPEN.value)


def is_to_the_lead(question: Question) -> bool:
    """Whether the lead's own firm is the one that knows."""
    return question.to_part.role == Role.LEAD.value


def lead_part(bid: Bid) -> Part:
    """The share of the firm that leads."""
    return Part.objects.select_related("firm", "bid__lead").get(bid=bid, role=Role.LEAD.value)


def _questions() -> QuerySet[Question]:
    return Question.objects.select_related("bid__lead", "revision", "link", "to_part__firm").order_by("asked_at", "pk")


def _wishes() -> QuerySet[ChangeRequest]:
    known = ChangeRequest.objects.select_related("bid__lead", "revision", "link", "answered_in__standing")
    return known.order_by("asked_at", "pk")


def _theirs(link: ClientLink) -> Q:
    """A person has a new link from each letter, and is the same person."""
    if link.contact_email:
        return Q(link__contact_email__iexact=link.contact_email)
    return Q(link=link)
