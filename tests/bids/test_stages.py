"""How far an offer has come, from a bare draft to what the client holds."""

from datetime import datetime, timedelta

import pytest
from django.utils import translation

from bids.actions.import_bid import import_bid
from bids.models import Approval, ApprovalRevocation, Bid, LineItem, Part
from bids.queries.stages import Standing, standing_of, with_stages
from bids.sheets.offer_state import part_in_words, stage_name, standing_in_words
from bids.vocabulary import Answer, BidState, Language, OfferStage, PartState, RevisionState
from kernel.actor import Actor
from members.models import Person
from tests.bids.cases import daycare
from tests.bids.offer_rows import WEEK, a_version, answer, ask, everybody_in
from tests.kept import kept
from tests.world import NOON, a_person

pytestmark = pytest.mark.django_db


@kept
def bid() -> Bid:
    return import_bid(offer=daycare(), by=Actor.system("tests"), now=NOON)


@pytest.fixture
def maija(bid: Bid) -> Person:
    return a_person(at=bid.lead)


def standing(bid: Bid, now: datetime) -> Standing:
    return standing_of(with_stages(Bid.objects.all(), now=now).get(pk=bid.pk))


def test_an_offer_whose_firms_were_not_asked_is_a_draft(bid: Bid, now: datetime) -> None:
    assert standing(bid, now) == Standing(stage=OfferStage.DRAFT, unasked=2)


def test_asked_firms_are_waited_for_one_by_one(bid: Bid, now: datetime) -> None:
    first, second = (ask(part, at=now) for part in bid.parts.exclude(firm=bid.lead))
    assert standing(bid, now) == Standing(stage=OfferStage.PRICES, prices=2)

    answer(first, Answer.CALL_ME, at=now)
    assert standing(bid, now) == Standing(stage=OfferStage.CALL, prices=1, calls=1)

    answer(first, Answer.IN, at=now)
    answer(second, Answer.NO, at=now)
    assert standing(bid, now) == Standing(stage=OfferStage.OKS, oks=1)


def test_an_offer_everybody_said_ok_to_is_ready(bid: Bid, now: datetime) -> None:
    everybody_in(bid, at=now)

    assert standing(bid, now).stage is OfferStage.READY


def test_an_ok_of_something_else_does_not_count(bid: Bid, now: datetime) -> None:
    everybody_in(bid, at=now)
    part = bid.parts.exclude(firm=bid.lead).get(key="SEL")
    Part.objects.filter(pk=part.pk).update(frame_hash=b"\1" * 32)

    assert standing(bid, now) == Standing(stage=OfferStage.OKS, oks=1)


def test_an_ok_that_was_taken_back_does_not_count(bid: Bid, now: datetime) -> None:
    everybody_in(bid, at=now)
    ok = Approval.objects.filter(part__key="SEL").first()
    assert ok
    ApprovalRevocation.objects.create(approval=ok, invitation=ok.invitation, revoked_at=now)

    assert standing(bid, now) == Standing(stage=OfferStage.OKS, oks=1)


def test_an_offer_without_a_row_is_a_draft(bid: Bid, now: datetime) -> None:
    everybody_in(bid, at=now)
    LineItem.objects.update(replaces=None)
    bid.packages.all().delete()
    LineItem.objects.all().delete()

    assert standing(bid, now).stage is OfferStage.DRAFT


def test_an_unsent_offer_whose_last_day_is_past_says_so(bid: Bid, now: datetime) -> None:
    everybody_in(bid, at=now)

    assert standing(bid, now + 52 * WEEK).stage is OfferStage.LAPSED


def test_what_was_sent_is_sent_until_its_end_and_not_a_moment_longer(bid: Bid, maija: Person, now: datetime) -> None:
    everybody_in(bid, at=now)
    revision = a_version(bid, at=now, person=maija)

    sent = standing(bid, now + WEEK)
    assert (sent.stage, sent.number, sent.sent_at, sent.expires_at) == (OfferStage.SENT, 1, now, revision.expires_at)
    assert standing(bid, revision.expires_at - timedelta(microseconds=1)).stage is OfferStage.SENT
    assert standing(bid, revision.expires_at).stage is OfferStage.EXPIRED


def test_a_version_that_was_abandoned_or_is_under_way_is_not_what_the_client_holds(
    bid: Bid, maija: Person, now: datetime
) -> None:
    everybody_in(bid, at=now)
    a_version(bid, at=now, person=maija)
    a_version(bid, at=now, person=maija, state=RevisionState.ABANDONED)

    assert standing(bid, now).number == 1


@pytest.mark.parametrize(
    ("state", "stage"),
    [
        (RevisionState.ACCEPTED, OfferStage.ACCEPTED),
        (RevisionState.DECLINED, OfferStage.DECLINED),
        (RevisionState.WITHDRAWN, OfferStage.WITHDRAWN),
        (RevisionState.EXPIRED, OfferStage.EXPIRED),
    ],
)
def test_what_became_of_a_version_is_the_offers_stage(
    state: RevisionState, stage: OfferStage, bid: Bid, maija: Person, now: datetime
) -> None:
    everybody_in(bid, at=now)
    a_version(bid, at=now, person=maija, state=state)

    assert standing(bid, now).stage is stage


def test_after_a_withdrawal_a_firm_that_is_asked_again_is_waited_for(bid: Bid, maija: Person, now: datetime) -> None:
    everybody_in(bid, at=now)
    a_version(bid, at=now, person=maija, state=RevisionState.WITHDRAWN)
    bid.parts.filter(key="SEL").update(state=PartState.ASKED.value)

    assert standing(bid, now).stage is OfferStage.PRICES


@pytest.mark.parametrize(
    ("state", "stage"), [(BidState.SENDING, OfferStage.SENDING), (BidState.CLOSED, OfferStage.CLOSED)]
)
def test_an_offer_that_is_being_sent_or_closed_is_that(
    state: BidState, stage: OfferStage, bid: Bid, now: datetime
) -> None:
    Bid.objects.update(state=state.value)

    assert standing(bid, now).stage is stage


def test_the_words_name_what_is_waited_for_and_the_last_day() -> None:
    midnight = datetime.fromisoformat("2026-04-12T00:00:00+03:00")
    sent = datetime.fromisoformat("2026-03-12T18:00:00+02:00")
    with translation.override("en"):
        assert standing_in_words(Standing(stage=OfferStage.PRICES, prices=2), Language.EN) == "waits for 2 prices"
        assert standing_in_words(Standing(stage=OfferStage.PRICES, prices=1), Language.EN) == "waits for one price"
        assert standing_in_words(
            Standing(stage=OfferStage.SENT, sent_at=sent, expires_at=midnight), Language.EN
        ).replace("\u00a0", " ") == ("sent 12 March 2026, valid until 11 April 2026")


@pytest.mark.parametrize("language", Language)
def test_every_stage_and_every_place_in_an_offer_has_words(language: Language) -> None:
    with translation.override(language.value):
        assert len({stage_name(stage) for stage in OfferStage}) == len(OfferStage)
        for state in PartState:
            for stage in OfferStage:
                assert part_in_words(state, Standing(stage=stage), has_ok=True, language=language)
