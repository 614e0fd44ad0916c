"""What stands between an offer and its client: stops to mend, questions to answer, notes to know; as data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bids import cautions, vat
from bids.cautions import Caution, CautionKind, Param
from bids.content import JointOffer
from bids.models import Bid, Suggestion
from bids.pricing import TRAVEL_MARGIN_SCHEME, ChoiceRefused, totals
from bids.queries.content_of import offer_of, whole_bids
from bids.queries.legal_answers import LegalQuestion, questions_of
from bids.queries.oks import PartOk, ok_board
from bids.queries.questions import unanswered
from bids.queries.stages import is_settled
from bids.vocabulary import IN_THE_OFFER, BidState, PartState, SentHow, SuggestionState
from kernel.business_id import is_business_id
from kernel.clock import end_of_day_in_helsinki, helsinki_day

OK_MISSING = "ok_missing"
NOT_ANSWERED = "not_answered"
WANTS_A_CALL = "wants_a_call"
ASKED_AGAIN = "asked_again"
NO_RECIPIENT = "no_recipient"
VALIDITY_PAST = "validity_past"
NOTHING_PRICED = "nothing_priced"
NOT_PRICEABLE = "not_priceable"
FIRMS_ID_WRONG = "firms_id_wrong"
CLIENTS_ID_WRONG = "clients_id_wrong"
BREAKS_A_RULE = "breaks_a_rule"
ACCEPTED_ALREADY = "accepted_already"
CLOSED = "closed"
NOTHING_CHANGES = "nothing_changes"
GONE_SELLS_MORE = "gone_sells_more"
GONE_SELLS_LESS = "gone_sells_less"

OPEN_SUGGESTIONS = "open_suggestions"
OPEN_QUESTIONS = "open_questions"
RIVAL_OFFER = "rival_offer"
PICTURE_WITHOUT_WORDS = "picture_without_words"
DELIVERY_BEFORE_VALIDITY_ENDS = "delivery_before_validity_ends"
OK_ENDS_BEFORE_VALIDITY = "ok_ends_before_validity"
GAP = "gap"

_PICTURE = re.compile(r"!\[\s*\]\(")
_WORD = re.compile(r"[^\W\d_]{5,}")
_STEM = 5
"""So many letters of a Finnish word say what it is about; the rest is its ending."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing to mend or to know. `params` are what its sentence names; `firm` is the key of the firm it is about."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    firm: str = ""


@dataclass(frozen=True, kw_only=True)
class SendChecks:
    """Everything the send dialog lists. `questions` are the legal ones that have no answer yet."""

    stops: tuple[Check, ...]
    notes: tuple[Check, ...]
    questions: tuple[LegalQuestion, ...]

    @property
    def may_go(self) -> bool:
        """Whether the lead may send now; the notes are acknowledged by sending."""
        return not self.stops and not self.questions


def send_checks(bid: Bid, *, now: datetime, how: SentHow = SentHow.LETTER) -> SendChecks:
    """What stops the offer from being sent now, and what to know before; the lead's own OK is given by sending."""
    whole = whole_bids().get(pk=bid.pk)
    return checks_of(whole, offer_of(whole, with_files=False), ok_board(whole, now=now), now=now, how=how)


def checks_of(
    whole: Bid, offer: JointOffer, board: Iterable[PartOk], *, now: datetime, how: SentHow = SentHow.LETTER
) -> SendChecks:
    """The same for a bid whose rows were fetched with `whole_bids`, what it says, and where the firms' OKs stand."""
    board = tuple(board)
    found = [each for each in cautions.cautions(offer) if each.kind != CautionKind.LEGAL_QUESTION]
    stops = [
        *_states(whole),
        *_oks(offer, board),
        *_recipient(offer, how),
        *_validity(offer, now),
        *_prices(offer),
        *_business_ids(offer),
        *(_check(each) for each in found if _stops(each)),
        *_rates_today(offer, now),
    ]
    notes = [
        *(_check(each) for each in found if not _stops(each)),
        *_delivery(offer),
        *_oks_of_few_days(offer, board),
        *_suggestions(whole),
        *_unanswered(whole),
        *_rivals(whole, now),
        *_pictures(offer),
        *_gaps(offer),
    ]
    open_questions = [each for each in questions_of(whole, offer) if each.answer is None]
    return SendChecks(stops=tuple(stops), notes=tuple(notes), questions=tuple(open_questions))


def _check(caution: Caution) -> Check:
    return Check(code=caution.code, params=caution.params)


def _stops(caution: Caution) -> bool:
    """A sum whose VAT is not reckoned is only a note while the offer is written, but nothing a client may get."""
    return caution.kind == CautionKind.STOP or caution.code == TRAVEL_MARGIN_SCHEME


def _states(bid: Bid) -> Iterator[Check]:
    if bid.state == BidState.CLOSED:
        yield Check(code=CLOSED)
    if is_settled(bid):
        yield Check(code=ACCEPTED_ALREADY)


def _oks(offer: JointOffer, board: Iterable[PartOk]) -> Iterator[Check]:
    """The firms whose OK is missing, and for want of what; an offer that does not bind needs none."""
    if not offer.binding:
        return
    for ok in board:
        if ok.stops_sending:
            state = PartState(ok.part.state)
            if state == PartState.CALL_ME:
                code = WANTS_A_CALL
            elif ok.has_said_ok:
                code = ASKED_AGAIN
            else:
                code = NOT_ANSWERED if state == PartState.ASKED else OK_MISSING
            yield Check(code=code, params={"firm": ok.name}, firm=ok.part.key)


def _recipient(offer: JointOffer, how: SentHow) -> Iterator[Check]:
    if how == SentHow.LETTER and not any(contact.email for contact in offer.client.contacts):
        yield Check(code=NO_RECIPIENT, params={"client": offer.client.name})


def _validity(offer: JointOffer, now: datetime) -> Iterator[Check]:
    if now >= end_of_day_in_helsinki(offer.valid_until):
        yield Check(code=VALIDITY_PAST, params={"day": offer.valid_until})


def _prices(offer: JointOffer) -> Iterator[Check]:
    try:
        counted = totals(offer).counted
    except (ChoiceRefused, vat.NoRateKnown):
        yield Check(code=NOT_PRICEABLE)
        return
    if not counted:
        yield Check(code=NOTHING_PRICED)


def _business_ids(offer: JointOffer) -> Iterator[Check]:
    """Numbers that nobody has: typed before they were checked, or brought in past the checks."""
    for part in offer.parts:
        through = part.firm.invoiced_through
        for number in (part.firm.business_id, through.business_id if through else None):
            if number and not is_business_id(number):
                yield Check(code=FIRMS_ID_WRONG, params={"firm": part.firm.name, "number": number}, firm=part.key)
    number = offer.client.business_id
    if number and not is_business_id(number):
        yield Check(code=CLIENTS_ID_WRONG, params={"client": offer.client.name, "number": number})


def _rates_today(offer: JointOffer, now: datetime) -> Iterator[Check]:
    """A row that says no day of delivery is sold at the rates of today."""
    today = helsinki_day(now)
    for line in offer.lines:
        rate = line.vat.rate
        if rate is not None and offer.delivery_of(line) is None and not vat.is_in_force(rate, today):
            yield Check(code=vat.RATE_NOT_IN_FORCE, params={"line": line.code, "rate": rate, "day": today})


def _delivery(offer: JointOffer) -> Iterator[Check]:
    period = offer.delivery
    if period is not None and not offer.milestones and period.starts_on <= offer.valid_until:
        yield Check(code=DELIVERY_BEFORE_VALIDITY_ENDS, params={"day": period.starts_on})


def _oks_of_few_days(offer: JointOffer, board: Iterable[PartOk]) -> Iterator[Check]:
    """Firms whose OK is good to a day of their own that comes before the offer's."""
    for ok in board:
        days = [tick.approval.good_until for tick in ok.ticks if tick.counts and tick.approval]
        last = min((day for day in days if day is not None), default=None)
        if last is not None and last < offer.valid_until:
            yield Check(
                code=OK_ENDS_BEFORE_VALIDITY,
                params={"firm": ok.name, "day": last, "until": offer.valid_until},
                firm=ok.part.key,
            )


def _suggestions(bid: Bid) -> Iterator[Check]:
    count = Suggestion.objects.filter(bid=bid, state=SuggestionState.OPEN.value).count()
    if count:
        yield Check(code=OPEN_SUGGESTIONS, params={"count": count})


def _unanswered(bid: Bid) -> Iterator[Check]:
    count = unanswered(bid).count()
    if count:
        yield Check(code=OPEN_QUESTIONS, params={"count": count})


def _rivals(bid: Bid, now: datetime) -> Iterator[Check]:
    """Firms of this offer that stand in another living offer to the same client.

    Only offers the lead itself takes part in are looked at: nobody learns of anybody else's.
    """
    client = bid.client
    own = Bid.objects.filter(parts__firm=bid.lead_id, parts__state__in=[state.value for state in IN_THE_OFFER])
    others = own.exclude(pk=bid.pk).exclude(state=BidState.CLOSED.value).filter(valid_until__gte=helsinki_day(now))
    same = others.filter(client__business_id=client.business_id) if client.business_id else others.filter(client=client)
    ours = {part.firm_id for part in bid.parts.all() if part.state in IN_THE_OFFER}
    for rival in same.distinct().order_by("number").prefetch_related("parts"):
        shared = [
            str(part.card["name"]) for part in rival.parts.all() if part.firm_id in ours and part.state in IN_THE_OFFER
        ]
        if shared:
            yield Check(code=RIVAL_OFFER, params={"firms": tuple(shared), "number": rival.number, "title": rival.title})


def _pictures(offer: JointOffer) -> Iterator[Check]:
    for text in _prose(offer):
        if _PICTURE.search(text):
            yield Check(code=PICTURE_WITHOUT_WORDS)
            return


def _prose(offer: JointOffer) -> Iterator[str]:
    yield from (section.text for section in offer.sections)
    yield from (term.text for term in offer.terms)
    yield from (part.summary for part in offer.parts)
    if offer.need:
        yield offer.need.text


def _gaps(offer: JointOffer) -> Iterator[Check]:
    """What one firm says its price does not hold, while no firm says that its own does.

    Words are compared by how they begin: "kuljetus" and "kuljetukset" are about the same thing.
    """
    held: set[str] = set()
    for part in offer.parts:
        said = [*part.included, part.summary, *(line.text for line in part.lines)]
        held |= {stem for text in said for stem in _stems(text)}
    for part in offer.parts:
        for text in part.excluded:
            stems = _stems(text)
            if stems and not stems & held:
                yield Check(code=GAP, params={"firm": part.firm.name, "what": text}, firm=part.key)


def _stems(text: str) -> set[str]:
    return {word[:_STEM].casefold() for word in _WORD.findall(text)}
