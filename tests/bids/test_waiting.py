"""What waits for somebody: each kind while it waits, and no longer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bids.actions.import_bid import import_bid
from bids.models import Bid, Letter, Meeting, Part, Suggestion, ToldPrice
from bids.queries.waiting import NewsKind, WaitKind, good_news, waiting_for
from bids.vocabulary import Answer, LetterKind, LetterState, PartState, RevisionState
from kernel.actor import Actor
from kernel.clock import end_of_day_in_helsinki, helsinki_day
from members.models import Person
from tests.bids.cases import daycare
from tests.bids.offer_rows import WEEK, a_letter, a_version, answer, ask, everybody_in
from tests.kept import kept
from tests.world import NOON, a_firm, a_person, acting

pytestmark = pytest.mark.django_db


@kept
def bid() -> Bid:
    """Valid through the day on which its versions end here."""
    bid = import_bid(offer=daycare(), by=Actor.system("tests"), now=NOON)
    Bid.objects.filter(pk=bid.pk).update(valid_until=helsinki_day(NOON + 4 * WEEK))
    bid.refresh_from_db()
    return bid


@pytest.fixture
def maija(bid: Bid) -> Person:
    return a_person(at=bid.lead)


@pytest.fixture
def lead(maija: Person, bid: Bid) -> Actor:
    return acting(maija, bid.lead)


@pytest.fixture
def part(bid: Bid) -> Part:
    return bid.parts.get(key="SEL")


@pytest.fixture
def partner(part: Part) -> Actor:
    return acting(a_person(at=part.firm, email="sari@example.invalid"), part.firm)


def kinds(actor: Actor, now: datetime) -> list[WaitKind]:
    return [each.kind for each in waiting_for(actor, now)]


def test_a_fresh_draft_waits_for_nobody(lead: Actor, partner: Actor, now: datetime) -> None:
    assert kinds(lead, now) == kinds(partner, now) == []


def test_a_request_waits_for_the_firm_until_it_is_answered_or_over(
    part: Part, lead: Actor, partner: Actor, now: datetime
) -> None:
    invitation = ask(part, at=now, email="toimisto@example.invalid")

    (waiting,) = waiting_for(partner, now)
    assert (waiting.kind, waiting.thing, waiting.until) == (WaitKind.REQUEST, invitation.public_id, now + WEEK)
    assert (waiting.firm, waiting.bid) == ("Kuvakulma Design Tmi", part.bid.public_id)
    assert kinds(lead, now) == []
    assert kinds(partner, now + WEEK) == []

    answer(invitation, Answer.NO, at=now)
    assert kinds(partner, now) == []


def test_a_request_waits_for_the_person_whose_address_it_was_sent_to(part: Part, now: datetime) -> None:
    asked = acting(a_person(email="Sari@Example.invalid"))
    other = acting(a_person(email="pekka@example.invalid"))
    ask(part, at=now, email="sari@example.invalid")

    assert kinds(asked, now) == [WaitKind.REQUEST]
    assert kinds(other, now) == []


def test_a_request_that_was_taken_back_waits_for_nobody(part: Part, partner: Actor, now: datetime) -> None:
    invitation = ask(part, at=now)
    invitation.withdrawn_at = now
    invitation.save()

    assert kinds(partner, now) == []


def test_an_ok_that_counts_no_more_is_waited_for(part: Part, partner: Actor, now: datetime) -> None:
    everybody_in(part.bid, at=now)
    assert kinds(partner, now) == []

    Part.objects.filter(pk=part.pk).update(frame_hash=b"\1" * 32)

    assert kinds(partner, now) == [WaitKind.OK_AGAIN]


def test_an_ok_is_also_waited_for_from_whoever_only_has_the_address_that_was_asked(part: Part, now: datetime) -> None:
    everybody_in(part.bid, at=now)
    Part.objects.filter(pk=part.pk).update(frame_hash=b"\1" * 32)

    (waiting,) = waiting_for(acting(a_person(email="SEL@example.invalid")), now)

    assert (waiting.kind, waiting.invitation) == (WaitKind.OK_AGAIN, part.invitations.get().public_id)


def test_a_told_price_waits_for_the_firm_that_told_it(part: Part, lead: Actor, partner: Actor, now: datetime) -> None:
    ask(part, at=now, email="toimisto@example.invalid", until=now + timedelta(hours=1))
    ToldPrice.objects.create(part=part, amount=Decimal(480), shown=[Decimal(480)] * 3, told_at=now)

    assert kinds(partner, now + WEEK) == [WaitKind.TOLD_PRICE]
    assert WaitKind.TOLD_PRICE not in kinds(lead, now + WEEK)


def test_a_suggestion_waits_for_the_firm_whose_part_it_is(
    part: Part, bid: Bid, maija: Person, lead: Actor, partner: Actor, now: datetime
) -> None:
    Suggestion.objects.create(
        bid=bid, part=part, target=part.public_id, changes={}, made_by=maija, made_by_firm=bid.lead, made_at=now
    )

    (waiting,) = waiting_for(partner, now)
    assert (waiting.kind, waiting.firm, waiting.person) == (WaitKind.SUGGESTION, bid.lead.name, maija.name)
    assert kinds(lead, now) == []


@pytest.mark.parametrize(("said", "kind"), [(Answer.NO, WaitKind.NO), (Answer.CALL_ME, WaitKind.CALL)])
def test_a_no_and_a_wish_to_be_called_wait_for_the_lead(
    said: Answer, kind: WaitKind, part: Part, lead: Actor, now: datetime
) -> None:
    answer(ask(part, at=now), said, at=now)

    (waiting,) = waiting_for(lead, now)
    assert (waiting.kind, waiting.firm) == (kind, "Selkopolku Tmi")


def test_silence_waits_for_the_lead_once_the_last_day_is_over(part: Part, lead: Actor, now: datetime) -> None:
    ask(part, at=now)

    assert kinds(lead, now + WEEK - timedelta(microseconds=1)) == []
    assert kinds(lead, now + WEEK) == [WaitKind.SILENT]


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        (LetterState.WAITING, 0),
        (LetterState.SENDING, 0),
        (LetterState.SENT, 0),
        (LetterState.CANCELLED, 0),
        (LetterState.HELD, 1),
        (LetterState.BOUNCED, 1),
    ],
)
def test_a_letter_that_reached_nobody_waits_for_the_lead(
    state: LetterState, waits: int, bid: Bid, lead: Actor, partner: Actor, now: datetime
) -> None:
    a_letter(bid, LetterKind.ASKED, state=state, at=now)

    assert kinds(lead, now) == [WaitKind.LETTER] * waits
    assert kinds(partner, now) == []


def test_a_letter_that_was_written_again_waits_no_more(bid: Bid, lead: Actor, now: datetime) -> None:
    a_letter(bid, LetterKind.ASKED, state=LetterState.BOUNCED, at=now)
    a_letter(bid, LetterKind.ASKED, state=LetterState.SENT, at=now + timedelta(hours=1))

    assert kinds(lead, now) == []


def test_an_offer_that_could_go_out_waits_for_its_lead_alone(
    bid: Bid, maija: Person, lead: Actor, partner: Actor, now: datetime
) -> None:
    everybody_in(bid, at=now)
    assert kinds(lead, now) == [WaitKind.READY]
    assert kinds(partner, now) == []

    a_version(bid, at=now, person=maija)
    assert kinds(lead, now) == []


def test_what_was_sent_waits_again_when_its_last_days_come(bid: Bid, maija: Person, lead: Actor, now: datetime) -> None:
    everybody_in(bid, at=now)
    revision = a_version(bid, at=now, person=maija)

    assert kinds(lead, revision.expires_at - timedelta(days=6)) == []
    (waiting,) = waiting_for(lead, revision.expires_at - timedelta(days=4))
    assert (waiting.kind, waiting.until) == (WaitKind.VALIDITY, revision.expires_at)
    assert kinds(lead, revision.expires_at) == []


def a_meeting(bid: Bid, now: datetime) -> Meeting:
    return Meeting.objects.create(
        firm=bid.lead,
        met_on=now.date(),
        client_name="Lautamiehet Oy",
        wants="Opasteet pihalle",
        next_step="Soita tiistaina",
        next_on=now.date(),
        noted_at=now,
    )


def test_a_promise_to_a_client_waits_until_it_becomes_an_offer(
    bid: Bid, lead: Actor, partner: Actor, now: datetime
) -> None:
    note = a_meeting(bid, now)
    (waiting,) = waiting_for(lead, now)
    assert (waiting.kind, waiting.client, waiting.text) == (WaitKind.MEETING, "Lautamiehet Oy", "Soita tiistaina")
    assert kinds(partner, now) == []

    note.bid = bid
    note.save()
    assert kinds(lead, now) == []


def test_what_is_due_first_comes_first_and_what_has_no_day_last(bid: Bid, lead: Actor, now: datetime) -> None:
    a_letter(bid, LetterKind.ASKED, state=LetterState.HELD, at=now)
    everybody_in(bid, at=now)
    a_meeting(bid, now)

    assert kinds(lead, now) == [WaitKind.MEETING, WaitKind.READY, WaitKind.LETTER]


def test_a_stranger_a_person_without_a_firm_and_a_machine_have_nothing(bid: Bid, system: Actor, now: datetime) -> None:
    everybody_in(bid, at=now)
    a_meeting(bid, now)
    firm = a_firm("Sivullinen Oy", business_id="9000008-9")

    for actor in (acting(a_person(at=firm), firm), acting(a_person()), system):
        assert waiting_for(actor, now) == ()
        assert good_news(actor, now) is None


def several(system: Actor, now: datetime) -> Iterator[Bid]:
    for number in range(5):
        yield import_bid(offer=replace(daycare(), number=f"YT-2026-{100 + number}"), by=system, now=now)


def test_the_number_of_queries_does_not_grow_with_what_waits(
    bid: Bid, lead: Actor, system: Actor, now: datetime
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            waiting_for(lead, now)
            good_news(lead, now)
        return len(queries)

    everybody_in(bid, at=now)
    a_meeting(bid, now)
    a_letter(bid, LetterKind.ASKED, state=LetterState.HELD, at=now)
    with_one = asked()
    for other in several(system, now):
        everybody_in(other, at=now)
        a_meeting(other, now)
        a_letter(other, LetterKind.ASKED, state=LetterState.HELD, at=now)
    Part.objects.filter(key="PAI", bid=bid).update(state=PartState.CALL_ME.value)

    assert len(waiting_for(lead, now)) > 10
    assert asked() == with_one <= 19


def test_the_news_is_that_everybody_has_joined_and_then_that_it_went_out(
    bid: Bid, maija: Person, lead: Actor, partner: Actor, now: datetime
) -> None:
    assert good_news(lead, now) is None

    everybody_in(bid, at=now)
    news = good_news(lead, now)
    assert news
    assert (news.kind, news.firms) == (NewsKind.EVERYBODY, ("Selkopolku Tmi", "Painopiste Savo Oy"))

    a_version(bid, at=now + timedelta(hours=1), person=maija)
    for actor in (lead, partner):
        news = good_news(actor, now + timedelta(hours=2))
        assert news
        assert (news.kind, news.at) == (NewsKind.SENT, now + timedelta(hours=1))


def test_old_news_and_withdrawn_offers_are_no_news(bid: Bid, maija: Person, lead: Actor, now: datetime) -> None:
    everybody_in(bid, at=now)
    assert good_news(lead, now + 3 * WEEK) is None

    a_version(bid, at=now, person=maija, state=RevisionState.WITHDRAWN)
    assert good_news(lead, now) is None


def test_more_time_that_every_firm_has_said_ok_to_waits_to_be_sent(
    bid: Bid, maija: Person, lead: Actor, now: datetime
) -> None:
    everybody_in(bid, at=now)
    revision = a_version(bid, at=now, person=maija, expires_at=end_of_day_in_helsinki(bid.valid_until))
    assert kinds(lead, now) == []

    Bid.objects.filter(pk=bid.pk).update(valid_until=bid.valid_until + timedelta(days=14))
    (waiting,) = waiting_for(lead, now)
    assert (waiting.kind, waiting.until) == (WaitKind.MORE_TIME, revision.expires_at)

    without_its_ok = bid.parts.get(key="SEL")
    Part.objects.filter(pk=without_its_ok.pk).update(frame_hash=bytes(32))
    assert kinds(lead, now) == []


def test_an_offer_whose_letter_to_the_client_came_back_is_no_news(
    bid: Bid, maija: Person, lead: Actor, now: datetime
) -> None:
    everybody_in(bid, at=now)
    revision = a_version(bid, at=now, person=maija)
    letter = a_letter(bid, LetterKind.OFFER_TO_CLIENT, state=LetterState.SENT, at=now)
    Letter.objects.filter(pk=letter.pk).update(revision=revision)
    assert good_news(lead, now) is not None

    Letter.objects.filter(pk=letter.pk).update(state=LetterState.BOUNCED.value)

    assert good_news(lead, now) is None
    assert kinds(lead, now) == [WaitKind.LETTER]


@pytest.mark.parametrize("state", [RevisionState.WITHDRAWN, RevisionState.SUPERSEDED, RevisionState.ACCEPTED])
def test_a_letter_with_a_version_the_client_has_no_more_waits_for_nobody(
    state: RevisionState, bid: Bid, maija: Person, lead: Actor, now: datetime
) -> None:
    everybody_in(bid, at=now)
    letter = a_letter(bid, LetterKind.OFFER_TO_CLIENT, state=LetterState.BOUNCED, at=now)
    assert WaitKind.LETTER in kinds(lead, now)

    Letter.objects.filter(pk=letter.pk).update(revision=a_version(bid, at=now, person=maija, state=state))

    assert WaitKind.LETTER not in kinds(lead, now)
