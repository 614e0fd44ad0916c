"""Ask about an offer, as its client."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bids.exports.frozen_version import read_version
from bids.models import ClientLink, Part, Question
from bids.queries.questions import UNANSWERED, asked_by, is_to_the_lead, lead_part
from bids.sheets.places import Place, place_named
from bids.steps.client_asks import LONGEST_QUESTION, count_asked, link_that_asks, version_meant, words
from bids.steps.letters import write_letter
from bids.steps.settling import lock_bid
from bids.steps.whom_to_write import lead_recipient, recipient_of
from bids.vocabulary import IN_THE_OFFER, LetterKind
from kernel import audit
from kernel.action import action
from kernel.actor import Actor
from kernel.errors import Malformed


@action
def ask_question(*, link: ClientLink, about: str = "", text: str, seen: int, by: Actor, now: datetime) -> Question:
    """The question waits for the firm it is about, and that firm and the lead are told.

    `about` is the address of a place in version `seen`, which must be the one the client has now. Asking the same once
    more, before it is answered, is the same question.
    """
    bid = lock_bid(link.bid, even_sending=True)
    link = link_that_asks(link, bid, by=by, now=now)
    version = version_meant(bid, seen=seen, now=now)
    place = place_named(read_version(bytes(version.revision.payload)).offer, about)
    asked = _readable(words(text), place)
    assert place is not None  # noqa: S101 - a place that is not there is refused as unreadable
    same = Question.objects.filter(asked_by(link), bid=bid, place=place.kind.value, key=place.key, text=asked)
    standing = same.filter(state__in=UNANSWERED).first()
    if standing is not None:
        return standing
    count_asked(bid, link, now=now)
    found = Part.objects.select_related("firm", "bid__lead").filter(bid=bid, key=place.firm, state__in=IN_THE_OFFER)
    part = found.first() or lead_part(bid)
    question = Question.objects.create(
        bid=bid,
        revision=version.revision,
        link=link,
        to_part=part,
        place=place.kind.value,
        key=place.key,
        text=asked,
        asked_at=now,
    )
    key = str(question.public_id)
    audit.record("question.asked", on=bid, by=by, at=now, part=str(part.public_id), question=key, version=seen)
    _tell(question, now=now)
    return question


def _tell(question: Question, *, now: datetime) -> None:
    """The firm that knows and the lead, each once; of a firm that only a phone reaches the lead hears alone."""
    key = str(question.public_id)
    firm = None if is_to_the_lead(question) else recipient_of(question.to_part)
    if firm is not None:
        write_letter(LetterKind.QUESTION_ASKED, firm, about=question.to_part, key=key, now=now, question=key)
    lead = lead_recipient(question.bid)
    if lead is not None:
        about = lead_part(question.bid)
        to_firm = int(firm is not None)
        write_letter(
            LetterKind.QUESTION_ASKED, lead, about=about, key=f"{key}:lead", now=now, question=key, firm_asked=to_firm
        )


def _readable(text: str, place: Place | None) -> str:
    if place is None:
        raise Malformed(faults={"about": _("The offer has no such place.")})
    if not text:
        raise Malformed(faults={"text": _("Write what you want to know.")})
    if len(text) > LONGEST_QUESTION:
        raise Malformed(faults={"text": _("At most 2,000 characters. Ask the rest as another question.")})
    return text
