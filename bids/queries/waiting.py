"""What waits for somebody, and what went well, in a number of queries that does not grow with the offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypedDict, cast
from uuid import UUID

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Lower, TruncDate

from bids.models import (
    Approval,
    Bid,
    ChangeRequest,
    CounterOffer,
    DecisionStanding,
    Invitation,
    Meeting,
    Part,
    Question,
    RevisionPart,
    RevisionStanding,
    Suggestion,
    ToldPrice,
)
from bids.queries.letters import waiting_letters
from bids.queries.papers import failed_papers
from bids.queries.questions import UNANSWERED
from bids.queries.stages import standing_of, with_stages, without_ok
from bids.vocabulary import (
    IN_THE_OFFER,
    WITH_A_VERSION,
    BidState,
    ChangeRequestState,
    DecisionKind,
    DecisionState,
    OfferStage,
    PartState,
    QuestionState,
    RevisionState,
    Role,
    SuggestionState,
    ToldPriceState,
)
from kernel.actor import Actor, ActorKind
from kernel.clock import HELSINKI, end_of_day_in_helsinki
from kernel.models import AuditEvent
from members.models import Person

MOST_OF_A_KIND = 30
"""So many of one kind are told of; whoever has more sees them when these are done."""

ENDS_SOON = timedelta(days=5)
GOOD_FOR = timedelta(days=14)


class WaitKind(StrEnum):
    """Why something waits for a person."""

    REQUEST = "request"
    OK_AGAIN = "ok_again"
    TOLD_PRICE = "told_price"
    SUGGESTION = "suggestion"
    QUESTION = "question"
    DRAFT = "draft"
    WISH = "wish"
    OBJECTION = "objection"
    COUNTER_OFFER = "counter_offer"
    CHANGE_NO = "change_no"
    CHANGE_EXPIRED = "change_expired"
    NO = "no"
    CALL = "call"
    SILENT = "silent"
    LETTER = "letter"
    PAPER = "paper"
    READY = "ready"
    VALIDITY = "validity"
    MORE_TIME = "more_time"
    MEETING = "meeting"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One thing that waits. `thing` is what it is about (an invitation, a suggestion, a letter, a note, a version).

    `invitation` is the standing request through which the reader's firm answers, where there is one.

    `until` is when it should be done by, None when nobody has said. `firm` is whom it comes from or concerns.
    """

    kind: WaitKind
    thing: UUID
    until: datetime | None
    bid: UUID | None = None
    group: UUID | None = None
    invitation: UUID | None = None
    title: str = ""
    client: str = ""
    firm: str = ""
    person: str = ""
    phone: str = ""
    text: str = ""


class NewsKind(StrEnum):
    """What there is to be glad of."""

    ACCEPTED = "accepted"
    SENT = "sent"
    EVERYBODY = "everybody"


@dataclass(frozen=True, kw_only=True)
class News:
    """One line of good news about an offer."""

    kind: NewsKind
    bid: UUID
    title: str
    client: str
    at: datetime
    firms: tuple[str, ...] = ()


def waiting_for(actor: Actor, now: datetime) -> tuple[Waiting, ...]:
    """Everything that waits for this person and the firm they act for: what is due first comes first."""
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        return ()
    own = _parts_of(actor.id, actor.firm_id)
    found = [*_requests(own, now), *_oks(own, now), *_told_prices(own), *_suggestions(own), *_asked_of(own)]
    if actor.firm_id is not None:
        found += [
            *_answers(actor.firm_id, now),
            *_questions(actor.firm_id),
            *_wishes(actor.firm_id),
            *_objections(actor.firm_id),
            *_counter_offers(actor.firm_id),
            *_changes_in_vain(actor.firm_id, now),
            *_letters(actor.firm_id),
            *_papers(actor.firm_id),
            *_own_offers(actor.firm_id, now),
            *_meetings(actor.firm_id),
        ]
    return tuple(sorted(found, key=_urgency))


def agreed_work(actor: Actor) -> QuerySet[Invitation]:
    """Requests to the person's own address whose share the client has said yes to, the latest first.

    For whoever acts for no firm, and so has no list of offers: the work they were mailed is found here too.
    """
    if actor.kind is not ActorKind.PERSON or actor.id is None:
        return Invitation.objects.none()
    agreed = RevisionPart.objects.filter(part=OuterRef("part"), revision__standing__state=RevisionState.ACCEPTED.value)
    asked = Invitation.objects.standing().filter(part__in=_parts_of(actor.id, None), part__state=PartState.IN.value)
    return asked.filter(Exists(agreed)).select_related("bid__client", "bid__lead").order_by("-asked_at", "-pk")


def good_news(actor: Actor, now: datetime) -> News | None:
    """The latest thing to be glad of: a yes, an offer that went out, or one that everybody asked has joined."""
    if actor.kind is not ActorKind.PERSON or actor.firm_id is None:
        return None
    known = (_latest_yes(actor, now), _latest_sent(actor, now), _latest_joined(actor.firm_id, now))
    return max((news for news in known if news), key=lambda news: news.at, default=None)


def _latest_yes(actor: Actor, now: datetime) -> News | None:
    """A yes that nobody at the client calls wrong."""
    said = (
        DecisionStanding.objects.filter(
            bid__in=Bid.objects.visible_to(actor),
            state=DecisionState.STANDING.value,
            kind=DecisionKind.ACCEPT.value,
            objected_at__isnull=True,
            decision__written_at__gt=now - GOOD_FOR,
        )
        .select_related("bid__client", "decision")
        .order_by("-decision__written_at")
        .first()
    )
    return _news(NewsKind.ACCEPTED, said.bid, said.decision.written_at) if said else None


def _latest_sent(actor: Actor, now: datetime) -> News | None:
    came_back = waiting_letters().filter(revision=OuterRef("revision"), kind__in=WITH_A_VERSION)
    sent = (
        RevisionStanding.objects.filter(
            bid__in=Bid.objects.visible_to(actor), state=RevisionState.SENT.value, sent_at__gt=now - GOOD_FOR
        )
        .exclude(Exists(came_back.exclude(facts__has_key="part")))
        .select_related("bid__client")
        .order_by("-sent_at")
        .first()
    )
    return _news(NewsKind.SENT, sent.bid, sent.sent_at or now) if sent else None


def _latest_joined(firm_id: int, now: datetime) -> News | None:
    others = Part.objects.filter(bid=OuterRef("pk")).exclude(role=Role.LEAD.value)
    awaited = others.filter(state__in=[PartState.ASKED.value, PartState.CALL_ME.value, PartState.LISTED.value])
    joined = (
        Bid.objects.filter(lead_id=firm_id, state=BidState.DRAFTING.value, revisions__isnull=True)
        .filter(Exists(others.filter(state=PartState.IN.value)), ~Exists(awaited))
        .annotate(last_answer=Max("invitations__answered_at", filter=Q(invitations__withdrawn_at=None)))
        .filter(last_answer__gt=now - GOOD_FOR)
        .select_related("client")
        .order_by("-last_answer")
        .first()
    )
    if joined is None:
        return None
    cards = joined.parts.filter(state=PartState.IN.value).exclude(role=Role.LEAD.value).values_list("card", flat=True)
    return _news(
        NewsKind.EVERYBODY, joined, cast("_Joined", joined).last_answer, firms=tuple(card["name"] for card in cards)
    )


class _Joined:
    last_answer: datetime


def _news(kind: NewsKind, bid: Bid, at: datetime, firms: tuple[str, ...] = ()) -> News:
    return News(kind=kind, bid=bid.public_id, title=bid.title, client=bid.client.name, at=at, firms=firms)


def _parts_of(person_id: int, firm_id: int | None) -> QuerySet[Part]:
    """Parts of the firm acted for as a partner, and those the person was asked for at an address of their own."""
    address = Person.objects.filter(pk=person_id).annotate(folded=Lower("email")).values("folded")
    to_them = Invitation.objects.standing().annotate(folded=Lower("email")).filter(folded=Subquery(address))
    return Part.objects.exclude(role=Role.LEAD.value).filter(
        Q(firm_id=firm_id or 0) | Exists(to_them.filter(part=OuterRef("pk")))
    )


def _requests(own: QuerySet[Part], now: datetime) -> Iterator[Waiting]:
    asked = (
        Invitation.objects.standing()
        .filter(part__in=own, answer="", answer_until__gt=now, part__state=PartState.ASKED.value)
        .exclude(bid__state=BidState.CLOSED.value)
        .select_related("bid__client", "bid__lead", "asked_by")
        .order_by("answer_until")
    )
    for one in asked[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.REQUEST,
            thing=one.public_id,
            invitation=one.public_id,
            until=one.answer_until,
            firm=one.bid.lead.name,
            person=one.asked_by.name if one.asked_by else "",
            phone=one.asked_by.phone if one.asked_by else "",
            **_of(one.bid),
        )


def _oks(own: QuerySet[Part], now: datetime) -> Iterator[Waiting]:
    """Offers in which the firm's OK no longer counts, because something in them became worse or different for it."""
    partner = without_ok(own.filter(state=PartState.IN.value, bid__state=BidState.DRAFTING.value), now=now)
    partner = partner.filter(Exists(Approval.objects.filter(part=OuterRef("pk"))))
    partner = partner.annotate(invitation_id_of=_invitation("pk"))
    for part in partner.select_related("bid__client", "bid__lead").order_by("bid__leaves_at", "pk")[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.OK_AGAIN,
            thing=part.public_id,
            invitation=cast("_Asked", part).invitation_id_of,
            until=part.bid.leaves_at,
            firm=part.bid.lead.name,
            **_of(part.bid),
        )


def _told_prices(own: QuerySet[Part]) -> Iterator[Waiting]:
    told = ToldPrice.objects.filter(part__in=own, state=ToldPriceState.OPEN.value).exclude(
        part__bid__state=BidState.CLOSED.value
    )
    told = told.annotate(invitation_id_of=_invitation("part"))
    for one in told.select_related("part__bid__client", "part__bid__lead").order_by("told_at")[:MOST_OF_A_KIND]:
        bid = one.part.bid
        yield Waiting(
            kind=WaitKind.TOLD_PRICE,
            thing=one.public_id,
            invitation=cast("_Asked", one).invitation_id_of,
            until=bid.leaves_at,
            firm=bid.lead.name,
            **_of(bid),
        )


def _suggestions(own: QuerySet[Part]) -> Iterator[Waiting]:
    """What others propose for the reader's own part."""
    still_open = (
        Suggestion.objects.filter(part__in=own, state=SuggestionState.OPEN.value)
        .exclude(made_by_firm_id=F("part__firm_id"))
        .exclude(bid__state=BidState.CLOSED.value)
        .annotate(invitation_id_of=_invitation("part"))
    )
    found = still_open.select_related("bid__client", "made_by_firm", "made_by").order_by("made_at")
    for one in found[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.SUGGESTION,
            thing=one.public_id,
            invitation=cast("_Asked", one).invitation_id_of,
            until=one.bid.leaves_at,
            firm=one.made_by_firm.name,
            person=one.made_by.name if one.made_by else "",
            text=one.why,
            **_of(one.bid),
        )


def _asked_of(own: QuerySet[Part]) -> Iterator[Waiting]:
    """What the client asks about the reader's own part, until it is drafted."""
    asked = (
        Question.objects.filter(to_part__in=own, to_part__state__in=IN_THE_OFFER, state=QuestionState.OPEN.value)
        .exclude(bid__state=BidState.CLOSED.value)
        .annotate(invitation_id_of=_invitation("to_part"))
    )
    found = asked.select_related("bid__client", "bid__lead", "revision").order_by("asked_at")
    for one in found[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.QUESTION,
            thing=one.public_id,
            invitation=cast("_Asked", one).invitation_id_of,
            until=one.revision.expires_at,
            firm=one.bid.client.name,
            text=one.text,
            **_of(one.bid),
        )


def _questions(firm_id: int) -> Iterator[Waiting]:
    """What the client asks the lead, and drafts of partners that it has not released."""
    asked = (
        Question.objects.filter(bid__lead_id=firm_id, state__in=UNANSWERED)
        .exclude(bid__state=BidState.CLOSED.value)
        .select_related("bid__client", "revision", "to_part")
        .order_by("asked_at")
    )
    for one in asked[:MOST_OF_A_KIND]:
        is_drafted = one.state == QuestionState.DRAFTED.value
        yield Waiting(
            kind=WaitKind.DRAFT if is_drafted else WaitKind.QUESTION,
            thing=one.public_id,
            until=one.revision.expires_at,
            firm=one.to_part.card["name"] if is_drafted else one.bid.client.name,
            text=one.text,
            **_of(one.bid),
        )


def _wishes(firm_id: int) -> Iterator[Waiting]:
    """What the client wishes to be otherwise."""
    wished = (
        ChangeRequest.objects.filter(bid__lead_id=firm_id, state=ChangeRequestState.OPEN.value)
        .exclude(bid__state=BidState.CLOSED.value)
        .select_related("bid__client", "revision")
        .order_by("asked_at")
    )
    for one in wished[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.WISH,
            thing=one.public_id,
            until=one.revision.expires_at,
            firm=one.bid.client.name,
            text=one.text,
            **_of(one.bid),
        )


def _objections(firm_id: int) -> Iterator[Waiting]:
    """What the lead wrote down and the client says is not so, until it is taken back or something newer was sent."""
    objected = (
        DecisionStanding.objects.filter(
            bid__lead_id=firm_id,
            state=DecisionState.STANDING.value,
            objected_at__isnull=False,
            revision__standing__state__in=[RevisionState.ACCEPTED.value, RevisionState.DECLINED.value],
        )
        .exclude(bid__state=BidState.CLOSED.value)
        .select_related("bid__client", "decision")
        .order_by("objected_at")
    )
    for one in objected[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.OBJECTION,
            thing=one.decision.public_id,
            until=None,
            firm=one.bid.client.name,
            text=one.objection,
            **_of(one.bid),
        )


def _papers(firm_id: int) -> Iterator[Waiting]:
    """What could not be drawn of a yes, one line to an answer; it is tried again by itself."""
    failed = failed_papers().filter(decision__bid__lead_id=firm_id).select_related("decision__bid__client")
    told = {one.decision_id: one.decision for one in failed.order_by("requested_at", "pk")[:MOST_OF_A_KIND]}
    for decision in told.values():
        yield Waiting(kind=WaitKind.PAPER, thing=decision.public_id, until=None, **_of(decision.bid))


def _counter_offers(firm_id: int) -> Iterator[Waiting]:
    """A yes too late or with changes, until a newer version has gone out or the client has said yes after all."""
    later = RevisionStanding.objects.filter(bid=OuterRef("bid"), sent_at__isnull=False)
    made = (
        CounterOffer.objects.filter(bid__lead_id=firm_id)
        .exclude(bid__state=BidState.CLOSED.value)
        .exclude(Exists(later.filter(revision__number__gt=OuterRef("revision__number"))))
        .exclude(Exists(later.filter(state=RevisionState.ACCEPTED.value)))
        .select_related("bid__client")
        .order_by("written_at")
    )
    for one in made[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.COUNTER_OFFER,
            thing=one.public_id,
            until=None,
            firm=one.bid.client.name,
            text=one.words,
            **_of(one.bid),
        )


def _changes_in_vain(firm_id: int, now: datetime) -> Iterator[Waiting]:
    """A change the client said no to or let pass, until it is sent otherwise, given up or begun anew."""
    newer = RevisionStanding.objects.filter(bid=OuterRef("bid"), revision__number__gt=OuterRef("revision__number"))
    anew = AuditEvent.objects.filter(
        chain=OuterRef("bid__public_id"), type="change.begun", at__gt=OuterRef("revision__frozen_at")
    )
    said_no = Q(state=RevisionState.DECLINED.value)
    has_passed = Q(state=RevisionState.EXPIRED.value) | Q(state=RevisionState.SENT.value, expires_at__lte=now)
    over = (
        RevisionStanding.objects.filter(
            said_no | has_passed,
            bid__lead_id=firm_id,
            bid__state=BidState.DRAFTING.value,
            bid__changing__gt=0,
            revision__change=F("bid__changing"),
        )
        .exclude(Exists(newer.exclude(state=RevisionState.ABANDONED.value)))
        .exclude(Exists(anew))
        .select_related("bid__client", "revision")
        .order_by("changed_at")
    )
    for one in over[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.CHANGE_NO if one.state == RevisionState.DECLINED.value else WaitKind.CHANGE_EXPIRED,
            thing=one.revision.public_id,
            until=None,
            firm=one.bid.client.name,
            text=str(one.revision.change),
            **_of(one.bid),
        )


def _answers(firm_id: int, now: datetime) -> Iterator[Waiting]:
    """Answers the lead must do something about: a no, a wish to be called, and silence after the last day."""
    waits = Q(part__state=PartState.NO.value) | Q(part__state=PartState.CALL_ME.value)
    waits |= Q(part__state=PartState.ASKED.value, answer="", answer_until__lte=now)
    asked = (
        Invitation.objects.standing()
        .filter(waits, bid__lead_id=firm_id, bid__state=BidState.DRAFTING.value)
        .exclude(part__role=Role.LEAD.value)
        .exclude(part__state=PartState.CALL_ME.value, part__in=_told_and_unconfirmed())
        .select_related("bid__client", "part")
        .order_by("answer_until")
    )
    kinds = {PartState.NO.value: WaitKind.NO, PartState.CALL_ME.value: WaitKind.CALL}
    for one in asked[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=kinds.get(one.part.state, WaitKind.SILENT),
            thing=one.public_id,
            until=one.bid.leaves_at or one.answer_until,
            firm=one.part.card["name"],
            person=one.name,
            phone=one.phone,
            text=one.message,
            **_of(one.bid),
        )


def _told_and_unconfirmed() -> QuerySet[Part]:
    """Whoever was called and said a price: the next tap is theirs, not the lead's."""
    told = ToldPrice.objects.filter(state=ToldPriceState.OPEN.value)
    return Part.objects.filter(pk__in=told.values("part"))


def _letters(firm_id: int) -> Iterator[Waiting]:
    """Letters that did not reach anybody, or of which that is not known."""
    own = Q(bid__lead_id=firm_id) | Q(bid=None, group__made_by_id=firm_id)
    stuck = waiting_letters().filter(own).latest_first()
    for letter in stuck[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.LETTER,
            thing=letter.public_id,
            until=None,
            firm=letter.part.card["name"] if letter.part else "",
            person=letter.shown_name or letter.shown_address,
            text=letter.state,
            group=letter.group.public_id if letter.group else None,
            **(_of(letter.bid) if letter.bid else _NO_BID),
        )


def _own_offers(firm_id: int, now: datetime) -> Iterator[Waiting]:
    """Offers that could go out, and what was sent and is soon no longer valid, or gives the client more time by now."""
    led = with_stages(Bid.objects.filter(lead_id=firm_id), now=now)
    is_sent = Q(stage=OfferStage.SENT.value)
    ends_soon = is_sent & Q(sent_until__lte=now + ENDS_SOON)
    may_last_longer = Q(valid_until__gt=TruncDate(_JUST_BEFORE_IT_ENDS, tzinfo=HELSINKI)) & _nobody_awaited()
    found = led.filter(Q(stage=OfferStage.READY.value) | ends_soon | (is_sent & may_last_longer))
    found = found.annotate(lasts_longer=Case(When(may_last_longer, then=True), default=False))
    for bid in found.select_related("client").latest_first()[: 2 * MOST_OF_A_KIND]:
        standing = standing_of(bid)
        is_ready = standing.stage is OfferStage.READY
        lasts_longer = cast("_Longer", bid).lasts_longer
        sent = WaitKind.MORE_TIME if lasts_longer else WaitKind.VALIDITY
        yield Waiting(
            kind=WaitKind.READY if is_ready else sent,
            thing=bid.public_id,
            until=(bid.leaves_at or end_of_day_in_helsinki(bid.valid_until)) if is_ready else standing.expires_at,
            **_of(bid),
        )


_JUST_BEFORE_IT_ENDS = ExpressionWrapper(F("sent_until") - timedelta(microseconds=1), output_field=DateTimeField())


def _nobody_awaited() -> Q:
    return Q(prices_awaited=0, calls_awaited=0, oks_awaited=0, firms_unasked=0)


class _Longer:
    lasts_longer: bool


def _meetings(firm_id: int) -> Iterator[Waiting]:
    """What was promised to clients one has met, until it has become an offer."""
    noted = Meeting.objects.filter(firm_id=firm_id, bid=None).exclude(next_step="", next_on=None)
    for note in noted.order_by("next_on", "-met_on")[:MOST_OF_A_KIND]:
        yield Waiting(
            kind=WaitKind.MEETING,
            thing=note.public_id,
            until=end_of_day_in_helsinki(note.next_on) if note.next_on else None,
            client=note.client_name,
            person=note.contact_name,
            phone=note.contact_phone,
            text=note.next_step or note.wants,
        )


class _Asked:
    invitation_id_of: UUID | None


def _invitation(part: str) -> Subquery:
    """The public id of the standing request for the part."""
    return Subquery(Invitation.objects.standing().filter(part=OuterRef(part)).values("public_id")[:1])


class _Of(TypedDict):
    bid: UUID | None
    title: str
    client: str


def _of(bid: Bid) -> _Of:
    return {"bid": bid.public_id, "title": bid.title, "client": bid.client.name}


_NO_BID = _Of(bid=None, title="", client="")


def _urgency(waiting: Waiting) -> tuple[bool, datetime, str]:
    """What has no day comes after what has; of two that are due at once, the order is always the same."""
    return waiting.until is None, waiting.until or _NEVER, str(waiting.thing)


_NEVER = datetime.max.replace(tzinfo=UTC)
